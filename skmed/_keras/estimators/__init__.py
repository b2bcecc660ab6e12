"""The life of a fit, and what each task adds to it."""

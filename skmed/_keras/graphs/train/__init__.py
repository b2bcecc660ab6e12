"""The graph of an epoch of training."""

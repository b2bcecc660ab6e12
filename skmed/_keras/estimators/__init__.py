"""Base classes of deep estimators: fit, prediction, ensembles, and the three tasks."""

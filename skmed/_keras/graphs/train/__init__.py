"""The graph of a pass over the training data."""

"""The samples of a fit: inputs, targets, weights and groups."""

"""The data of a fit: inputs, targets, sample weights and groups."""

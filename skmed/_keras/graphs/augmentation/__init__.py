"""Random changes of training samples, inside a graph."""

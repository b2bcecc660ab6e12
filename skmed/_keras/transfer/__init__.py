"""Start from the layers of another network."""

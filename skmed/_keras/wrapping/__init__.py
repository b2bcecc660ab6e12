"""What the wrappers of a user's own Keras model are composed of."""

"""Training of a network: epochs, callbacks, learning rates, early stopping."""

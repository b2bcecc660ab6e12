"""Train and predict with a Keras model that a user built."""

"""All uses of private names of Keras, TensorFlow and scikeras."""

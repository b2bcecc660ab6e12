"""Functions traced once, and networks called with given values of their variables."""

import threading

import keras
import tensorflow as tf

from skmed._keras.compat.tensorflow import release_gradients_with


class Graph:
    """A function traced once, at its first call.

    TensorFlow's own function traces again for each new kind of input, and counts the
    traces of all functions together to warn of them.

    Parameters
    ----------
    function : callable
        From tensors to tensors.
    *signature : nested tf.TensorSpec
        The arguments.
    """

    def __init__(self, function, *signature):
        self._function = function
        self._signature = signature
        self._concrete = None
        self._lock = threading.Lock()

    def trace(self):
        """Return the traced function."""
        with self._lock:
            if self._concrete is None:
                self._concrete = tf.function(
                    self._function, input_signature=self._signature, autograph=False
                ).get_concrete_function()
                release_gradients_with(self._concrete)
                # from here on only the graph is needed
                self._function = None
        return self._concrete

    def captures_only(self, variables):
        """Return whether the graph uses no state but these variables."""
        allowed = {id(variable.value.handle) for variable in variables}
        captured = self.trace().captured_inputs
        return all(t.dtype != tf.resource or id(t) in allowed for t in captured)

    def __call__(self, *arguments):
        return (self._concrete or self.trace())(*arguments)


def spec(variable):
    """Return the tf.TensorSpec of a variable's value."""
    return tf.TensorSpec(variable.shape, variable.dtype)


def single(outputs):
    """Return the only tensor of a network's outputs, which may be a list."""
    (output,) = keras.tree.flatten(outputs)
    return output


def call(network, values, x, training=False):
    """Call a network with given values of its variables.

    Returns
    -------
    output : tensor
        The network's only output.
    losses : list of tensors
        Losses added by its layers.
    """
    outputs, losses = call_all(network, values, x, training)
    return single(outputs), losses


def call_all(network, values, inputs, training=False):
    """Do the same for a network of several inputs and outputs."""
    value = {id(v): given for v, given in zip(network.variables, values, strict=True)}
    outputs, _, losses = network.stateless_call(
        [value[id(v)] for v in network.trainable_variables],
        [value[id(v)] for v in network.non_trainable_variables],
        inputs,
        training=training,
        return_losses=True,
    )
    return outputs, losses

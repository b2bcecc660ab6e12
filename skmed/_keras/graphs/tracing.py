"""Functions traced once, and calls of networks with given values of variables."""

import threading

import keras
import tensorflow as tf

from skmed._keras.compat.tensorflow import release_gradients_with


class Graph:
    """A function that is traced once, at its first call.

    ``tf.function`` traces again for each new kind of argument, and warns of the number
    of traces of all functions together.

    Parameters
    ----------
    function : callable
        Function of tensors.
    *signature : nested tf.TensorSpec
        Shapes and dtypes of its arguments.
    """

    def __init__(self, function, *signature):
        self._function = function
        self._signature = signature
        self._concrete = None
        self._lock = threading.Lock()

    def trace(self):
        """Return the traced function, tracing it at the first call."""
        with self._lock:
            if self._concrete is None:
                self._concrete = tf.function(
                    self._function, input_signature=self._signature, autograph=False
                ).get_concrete_function()
                release_gradients_with(self._concrete)
                # the graph is enough: let what the function refers to be freed
                self._function = None
        return self._concrete

    def captures_only(self, variables):
        """Return whether the graph uses no other state than these variables."""
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
    """Call a network of one input and one output with given values of its variables.

    Parameters
    ----------
    network : keras.Model
        The network, whose variables are not changed.
    values : list of tensors
        The values of its variables.
    x : tensor of shape (batch_size, ...)
        Its input.
    training : bool
        Whether layers run in training mode.

    Returns
    -------
    output : tensor of shape (batch_size, ...)
        Its output.
    losses : list of tensors
        Losses added by its layers.
    """
    outputs, losses = call_all(network, values, x, training)
    return single(outputs), losses


def call_all(network, values, inputs, training=False):
    """Call a network of several inputs or outputs as `call` does."""
    by_id = {id(v): value for v, value in zip(network.variables, values, strict=True)}
    outputs, _, losses = network.stateless_call(
        [by_id[id(v)] for v in network.trainable_variables],
        [by_id[id(v)] for v in network.non_trainable_variables],
        inputs,
        training=training,
        return_losses=True,
    )
    return outputs, losses

"""Functions traced once, and networks run on weights that they are given."""

import threading
import weakref

import keras
import tensorflow as tf
from tensorflow.python.framework.ops import gradient_registry


class Graph:
    """A function traced once, at its first call.

    TensorFlow's own function traces again for an input it has not met, and
    counts the traces of all programs together, only to warn of them.
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
                _forget_with(self, _own_gradients(self._concrete.graph))
                # the graph is all that is needed from here on
                self._function = None
        return self._concrete

    def captures_only(self, variables):
        """Tell whether the graph holds no state from outside but these variables."""
        allowed = {id(variable.value.handle) for variable in variables}
        captured = self.trace().captured_inputs
        return all(t.dtype != tf.resource or id(t) in allowed for t in captured)

    def __call__(self, *arguments):
        return (self._concrete or self.trace())(*arguments)


def _own_gradients(graph):
    """Return the names of the gradients that TensorFlow registered for a graph.

    An operation with a gradient of its own (every optimizer step has one, and
    some activations) puts it into a table of the process, from where it keeps
    the whole graph alive for good.
    """
    definition = graph.as_graph_def()
    functions = definition.library.function
    nodes = [*definition.node, *(n for each in functions for n in each.node_def)]
    names = {node.attr["_gradient_op_type"].s.decode() for node in nodes}
    return {name for name in names if name.startswith("CustomGradient-")}


def _forget_with(owner, names):
    """Take gradients out of TensorFlow's table when ``owner`` goes."""

    def forget():
        for name in names:
            gradient_registry._registry.pop(name, None)

    weakref.finalize(owner, forget).atexit = False


def spec(variable):
    """Describe the tensor that a variable's value is."""
    return tf.TensorSpec(variable.shape, variable.dtype)


def single(outputs):
    """Return the one tensor that a network gives, also where it gives a list."""
    (output,) = keras.tree.flatten(outputs)
    return output


def call(network, variables, x, training=False):
    """Run a network on given weights; return its output and its own losses."""
    outputs, losses = call_all(network, variables, x, training)
    return single(outputs), losses


def call_all(network, variables, inputs, training=False):
    """Do the same for a network of several inputs and outputs."""
    value = {
        id(v): given for v, given in zip(network.variables, variables, strict=True)
    }
    outputs, _, losses = network.stateless_call(
        [value[id(v)] for v in network.trainable_variables],
        [value[id(v)] for v in network.non_trainable_variables],
        inputs,
        training=training,
        return_losses=True,
    )
    return outputs, losses

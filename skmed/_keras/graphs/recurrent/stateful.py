"""Networks that take states as further inputs and return new states."""

import keras
import tensorflow as tf

from skmed._keras.graphs.fingerprints import network_key
from skmed._keras.graphs.programs import ProgramCache, clone_network
from skmed._keras.graphs.state import get_values
from skmed._keras.graphs.tracing import Graph, call_all, spec

from .fusion import fuse

_programs = ProgramCache()


class StatefulNetwork:
    """A network with states as further inputs and outputs.

    Parameters
    ----------
    network : keras.Model
        Its first input and output are data, the others states, in the same order. Its
        weights are copied.
    """

    def __init__(self, network):
        self._weights = get_values(network.variables)
        self._dtype = network.inputs[0].dtype
        self._program = _programs.get(network_key(network), lambda: _program(network))

    def __call__(self, x, states):
        """Return the output for ``x``, and the new states.

        Parameters
        ----------
        x : ndarray of shape (n_samples, ...)
            First input of the network.
        states : list of tensors or ndarrays
            Initial states, or those that the last call returned.

        Returns
        -------
        output : ndarray of shape (n_samples, ...)
            First output of the network.
        states : list of tensors
            New states.
        """
        inputs = [tf.constant(x, self._dtype), *map(tf.convert_to_tensor, states)]
        output, *states = self._program(self._weights, inputs)
        return output.numpy(), states


def _program(network):
    template = fuse(clone_network(network))

    def graph(variables, inputs):
        return keras.tree.flatten(call_all(template, variables, inputs)[0])

    return Graph(
        graph,
        [spec(v) for v in network.variables],
        [tf.TensorSpec(t.shape, t.dtype) for t in network.inputs],
    )

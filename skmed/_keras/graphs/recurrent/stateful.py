"""Networks called with a state that they return changed."""

import keras
import tensorflow as tf

from skmed._keras.graphs.fingerprints import network_key
from skmed._keras.graphs.programs import ProgramCache, clone_network
from skmed._keras.graphs.state import read
from skmed._keras.graphs.tracing import Graph, call_all, spec

from .fusion import fuse

_programs = ProgramCache()


class StatefulNetwork:
    """A network with states as further inputs and outputs, on a copy of its weights.

    Parameters
    ----------
    network : keras.Model
        Its first input and output are data, the others states, in the same order.
    """

    def __init__(self, network):
        self._weights = read(network.variables)
        self._dtype = network.inputs[0].dtype
        self._program = _programs.get(network_key(network), lambda: _program(network))

    def __call__(self, x, states):
        """Return the output for ``x``, and new states.

        Parameters
        ----------
        x : ndarray
            Data.
        states : list of tensors or ndarrays
            What the last call returned.

        Returns
        -------
        output : ndarray
            Of the network.
        states : list of tensors
            After the call.
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

"""A compiled prediction, which takes its weights as an argument."""

import math

import numpy as np
import tensorflow as tf

from skmed._validation.memory_maps import MemmapArray

from .padding import inputs_of, is_padded, lengths_of
from .tracing import Graph, call, spec

# numbers in one batch of a prediction: enough to be fast, little enough to be flat
_PREDICT_VALUES = 2**21
# what a network makes of a number that stands for a word
_VALUES_OF_ID = 64


class PredictionProgram:
    """A forward pass that takes its weights as an argument.

    Nothing is shared between calls, so threads neither mix nor wait.

    Parameters
    ----------
    network : keras.Model
        Its structure is traced; its variables aren't touched, nor kept.
    training : bool, default=False
        Whether layers do what they do in training.
    """

    def __init__(self, network, training=False):
        self._dtype = network.inputs[0].dtype
        self._is_padded = is_padded(network)
        self.n_traces = {"predict": 0}

        def graph(variables, x):
            self.n_traces["predict"] += 1
            return call(network, variables, inputs_of(network, x), training)[0]

        self._predict = Graph(
            graph,
            [spec(v) for v in network.variables],
            tf.TensorSpec((None, *network.inputs[0].shape[1:]), self._dtype),
        )
        # traced now, so that the program needs the network no more
        self._widest = _widest(self._predict.trace().graph)

    @property
    def is_pure(self):
        """Whether a prediction depends on nothing but weights and inputs."""
        return self._predict.captures_only([])

    def __call__(self, weights, x, batch_size=None):
        """Predict with the given weights.

        Parameters
        ----------
        weights : list of tensors
            The values of the network's variables.
        x : ndarray of shape (n_samples, ...)
            Inputs of any real dtype, cast batch by batch.
        batch_size : int or None
            Rows of a batch; None for as many as are fast.

        Returns
        -------
        ndarray of shape (n_samples, ...)
            The network's output.
        """
        size = batch_size or self.fast_batch_size(x)
        if not self._is_padded or isinstance(x, MemmapArray):
            return self._by_batch(weights, x, size)
        # so that short sequences wait for no long ones
        by_length = np.argsort(lengths_of(x, self._dtype), kind="stable")
        outputs = self._by_batch(weights, x, size, by_length)
        return outputs[np.argsort(by_length)]

    def _by_batch(self, weights, x, size, order=None):
        parts = []
        for start in range(0, len(x), size):
            rows = slice(start, start + size)
            batch = x[rows] if order is None else x[order[rows]]
            batch = np.ascontiguousarray(batch, self._dtype)
            parts.append(self._predict(weights, tf.constant(batch)).numpy())
        return parts[0] if len(parts) == 1 else _joined(parts)

    def fast_batch_size(self, x):
        """Return how many rows like those of ``x`` make a fast batch."""
        values = math.prod(x.shape[1:])
        if tf.as_dtype(self._dtype).is_integer:
            # words are counted, too, whichever they are
            values = max(values * _VALUES_OF_ID, self._widest)
        return max(1, _PREDICT_VALUES // max(1, values))


def _widest(graph):
    """Return how many numbers a graph makes of a row at most, as far as it is said."""
    shapes = [out.shape for each in graph.get_operations() for out in each.outputs]
    sizes = [
        math.prod(shape[1:])
        for shape in shapes
        if shape.rank and shape[0] is None and None not in shape[1:]
    ]
    return max(sizes, default=1)


def _joined(parts):
    """Put outputs of batches together; those of shorter sequences get NaN steps."""
    if len({part.shape[1:] for part in parts}) > 1:
        longest = max(part.shape[1] for part in parts)
        parts = [
            np.pad(
                part,
                [(0, 0), (0, longest - part.shape[1]), *[(0, 0)] * (part.ndim - 2)],
                constant_values=np.nan,
            )
            for part in parts
        ]
    return np.concatenate(parts)

"""A compiled prediction, which takes its weights as an argument."""

import math

import numpy as np
import tensorflow as tf

from skmed._validation.memory_maps import MemmapArray

from .padding import cast_and_trim, is_padded, sequence_lengths
from .tracing import Graph, call, spec

# values per batch: fast, in a limited amount of memory
_PREDICT_VALUES = 2**21
# values that a network computes from the integer of a word (its vector)
_VALUES_OF_ID = 64


class PredictionProgram:
    """A compiled forward pass that takes its weights as an argument.

    Calls share no state, so that several threads may predict at once.

    Parameters
    ----------
    network : keras.Model
        The network whose structure is traced. Its variables are neither changed nor
        kept.
    training : bool, default=False
        Whether layers run in training mode.
    """

    def __init__(self, network, training=False):
        self._dtype = network.inputs[0].dtype
        self._is_padded = is_padded(network)
        self.n_traces = {"predict": 0}

        def graph(variables, x):
            self.n_traces["predict"] += 1
            return call(network, variables, cast_and_trim(network, x), training)[0]

        self._predict = Graph(
            graph,
            [spec(v) for v in network.variables],
            tf.TensorSpec((None, *network.inputs[0].shape[1:]), self._dtype),
        )
        # trace at once, so that the network can be garbage-collected
        traced = self._predict.trace().graph
        self._max_values_per_sample = _max_values_per_sample(traced)

    @property
    def is_pure(self):
        """Whether predictions depend on weights and inputs only."""
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
            Samples per batch; None for `default_batch_size`.

        Returns
        -------
        ndarray of shape (n_samples, ...)
            The network's output.
        """
        size = batch_size or self.default_batch_size(x)
        if not self._is_padded or isinstance(x, MemmapArray):
            return self._predict_batches(weights, x, size)
        # batches of similar lengths are trimmed more
        by_length = np.argsort(sequence_lengths(x, self._dtype), kind="stable")
        outputs = self._predict_batches(weights, x, size, by_length)
        return outputs[np.argsort(by_length)]

    def _predict_batches(self, weights, x, size, order=None):
        outputs = []
        for start in range(0, len(x), size):
            indices = slice(start, start + size)
            batch = x[indices] if order is None else x[order[indices]]
            batch = np.ascontiguousarray(batch, self._dtype)
            outputs.append(self._predict(weights, tf.constant(batch)).numpy())
        return outputs[0] if len(outputs) == 1 else _concatenate(outputs)

    def default_batch_size(self, x):
        """Return the batch size that is used for samples of the shape of ``x``."""
        values = math.prod(x.shape[1:])
        if tf.as_dtype(self._dtype).is_integer:
            # counts of words or subwords may be larger than their vectors
            values = max(values * _VALUES_OF_ID, self._max_values_per_sample)
        return max(1, _PREDICT_VALUES // max(1, values))


def _max_values_per_sample(graph):
    """Return the size of the largest tensor per sample, among those of static shape."""
    shapes = [out.shape for each in graph.get_operations() for out in each.outputs]
    sizes = [
        math.prod(shape[1:])
        for shape in shapes
        if shape.rank and shape[0] is None and None not in shape[1:]
    ]
    return max(sizes, default=1)


def _concatenate(outputs):
    """Concatenate the outputs of batches, shorter sequences padded with NaN."""
    if len({output.shape[1:] for output in outputs}) > 1:
        longest = max(output.shape[1] for output in outputs)
        outputs = [
            np.pad(
                output,
                [(0, 0), (0, longest - output.shape[1]), *[(0, 0)] * (output.ndim - 2)],
                constant_values=np.nan,
            )
            for output in outputs
        ]
    return np.concatenate(outputs)

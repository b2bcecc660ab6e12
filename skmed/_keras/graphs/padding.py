"""Padding of sequences of unequal length, and trimming of their batches.

Sequences of unequal length are stored in one padded array. A network whose input is
named ``PADDED`` takes sequences of any length: programs trim each batch to its longest
sequence inside the graph, so that one trace serves all lengths. Trailing time steps
that are NaN in every channel are padding; if the network's input is of integers,
trailing zeros are.
"""

import numpy as np
import tensorflow as tf

PADDED = "padded_sequences"

# values per chunk when lengths are computed, which limits the memory of masks
_CHUNK_VALUES = 2**22


def is_padded(network):
    """Return whether a network takes padded sequences.

    Parameters
    ----------
    network : keras.Model
        The network, which is not changed.

    Returns
    -------
    bool
        True if its input is named ``PADDED``.
    """
    # a user's model may have no inputs yet
    inputs = getattr(network, "inputs", None)
    return bool(inputs) and inputs[0].name == PADDED


def sequence_lengths(x, dtype):
    """Return the length of each sequence without its padding.

    Parameters
    ----------
    x : ndarray of shape (n_samples, n_steps, ...)
        Padded sequences.
    dtype : str
        Dtype of the network's input: floats are padded with NaN, integers with zeros.

    Returns
    -------
    ndarray of int, shape (n_samples,)
        Lengths in time steps; zero if a sequence consists of padding only.
    """
    floats = tf.as_dtype(dtype).is_floating
    if floats and x.dtype.kind != "f":
        # integers that will be cast to floats have no NaN, thus no padding
        return np.full(len(x), x.shape[1])
    lengths = np.zeros(len(x), int)
    step = max(1, _CHUNK_VALUES // max(1, x[:1].size))
    for start in range(0, len(x), step):
        chunk = x[start : start + step]
        used = ~np.isnan(chunk) if floats else chunk != 0
        used = used.reshape(*chunk.shape[:2], -1).any(axis=2)
        last = x.shape[1] - used[:, ::-1].argmax(axis=1)
        lengths[start : start + step] = np.where(used.any(axis=1), last, 0)
    return lengths


def cast_and_trim(network, x):
    """Convert a batch to the input of a network, inside a graph.

    Parameters
    ----------
    network : keras.Model
        The network, which is not changed.
    x : tensor of shape (batch_size, ...)
        Samples of any real dtype.

    Returns
    -------
    tensor of shape (batch_size, ...)
        Samples of the input's dtype; padded sequences are trimmed to the longest one.
    """
    x = tf.cast(x, network.inputs[0].dtype)
    return _trim(x) if is_padded(network) else x


def _trim(x):
    """Trim a batch to its longest sequence, to one time step or more."""
    used = ~tf.math.is_nan(x) if x.dtype.is_floating else x != 0
    used = tf.reduce_any(used, axis=[0, *range(2, len(x.shape))])
    steps = tf.range(1, tf.shape(used)[0] + 1)
    return x[:, : tf.reduce_max(tf.where(used, steps, 1))]

"""Sequences of unequal length: rows lie padded in one array, and batches are trimmed.

A network whose input is named ``PADDED`` takes sequences with an open time axis.
Programs cut each batch to its longest sequence before the network sees it, inside the
graph, so that no length asks for a trace of its own. What is padding is in the rows
themselves: trailing steps that are NaN in every channel or, where the network's input
is integers, trailing zeros.
"""

import numpy as np
import tensorflow as tf

PADDED = "padded_sequences"

# numbers that are looked at at once
_PIECE = 2**22


def is_padded(network):
    """Tell whether a network takes padded sequences.

    Parameters
    ----------
    network : keras.Model
        Only looked at.

    Returns
    -------
    bool
        By the name of its input.
    """
    # a model of a user's own may have none yet
    inputs = getattr(network, "inputs", None)
    return bool(inputs) and inputs[0].name == PADDED


def lengths_of(x, dtype):
    """Return how many steps each row has before its padding.

    Parameters
    ----------
    x : ndarray of shape (n, length, ...)
        Rows.
    dtype : str
        Of the network's input, which says what padding is.

    Returns
    -------
    ndarray of int, shape (n,)
        Zero where a row is nothing but padding.
    """
    floats = tf.as_dtype(dtype).is_floating
    if floats and x.dtype.kind != "f":
        # zeros of small numbers are numbers
        return np.full(len(x), x.shape[1])
    lengths = np.zeros(len(x), int)
    step = max(1, _PIECE // max(1, x[:1].size))
    for start in range(0, len(x), step):
        piece = x[start : start + step]
        used = ~np.isnan(piece) if floats else piece != 0
        used = used.reshape(*piece.shape[:2], -1).any(axis=2)
        last = x.shape[1] - used[:, ::-1].argmax(axis=1)
        lengths[start : start + step] = np.where(used.any(axis=1), last, 0)
    return lengths


def inputs_of(network, x):
    """Return rows as a network takes them, inside a graph.

    Parameters
    ----------
    network : keras.Model
        Only looked at.
    x : tensor of shape (n, ...)
        Rows of any real dtype.

    Returns
    -------
    tensor of shape (n, ...)
        In the network's dtype; padded sequences are cut to the longest of them.
    """
    x = tf.cast(x, network.inputs[0].dtype)
    return _trimmed(x) if is_padded(network) else x


def _trimmed(x):
    """Cut a batch to its longest row, which has one step or more."""
    used = ~tf.math.is_nan(x) if x.dtype.is_floating else x != 0
    used = tf.reduce_any(used, axis=[0, *range(2, len(x.shape))])
    steps = tf.range(1, tf.shape(used)[0] + 1)
    return x[:, : tf.reduce_max(tf.where(used, steps, 1))]

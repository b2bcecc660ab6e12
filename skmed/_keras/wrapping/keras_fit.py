"""Training by Keras's own ``Model.fit``, in the same order of rows as by a program."""

import math

import keras
import numpy as np
import tensorflow as tf
from scipy.sparse import issparse


class Batches(keras.utils.PyDataset):
    """Rows cut into batches, in an order of their own for each epoch.

    Keras's own shuffling draws from TensorFlow's global stream.

    Parameters
    ----------
    data : tuple
        Inputs, targets and, where given, weights: arrays, or lists or dicts of them.
    batch_size : int
        Rows of a batch; the last may be smaller.
    order : callable
        From the number of an epoch of this fit to the order of its rows.
    """

    def __init__(self, data, batch_size, order):
        super().__init__()
        self._data = data
        self._batch_size = batch_size
        self._order = order
        self._rows = order(0)

    def __len__(self):
        return math.ceil(len(self._rows) / self._batch_size)

    def __getitem__(self, index):
        start = index * self._batch_size
        rows = self._rows[start : start + self._batch_size]
        batch = keras.tree.map_structure(lambda a: _batch(a[rows]), self._data)
        # a data set knows tuples only
        return keras.tree.lists_to_tuples(batch)

    def follow(self, first_epoch):
        """Return the callback that gives each epoch its order.

        Keras also calls ``on_epoch_end`` of a data set before the first epoch.
        """

        def on_epoch_begin(epoch, logs):
            self._rows = self._order(epoch - first_epoch)

        return keras.callbacks.LambdaCallback(on_epoch_begin=on_epoch_begin)


def _batch(rows):
    if not issparse(rows):
        return rows
    rows = rows.tocoo()
    indices = np.stack([rows.row, rows.col], axis=1).astype(np.int64)
    return tf.sparse.reorder(tf.SparseTensor(indices, rows.data, rows.shape))


def as_keras(data, dtype):
    """Return arrays as a model gets them: numbers of one precision, sparse by rows.

    Parameters
    ----------
    data : array, or list or dict of arrays
        What an encoder returned.
    dtype : str
        The dtype of all floats.

    Returns
    -------
    ndarray, or list or dict of them
        Integers keep their dtype.
    """

    def convert(array):
        if issparse(array):
            array = array.tocsr()
        elif hasattr(array, "to_numpy"):
            array = array.to_numpy()
        kind = getattr(getattr(array, "dtype", None), "kind", "")
        if kind == "f" and array.dtype != dtype:
            with np.errstate(over="ignore"):
                return array.astype(dtype)
        return array

    return keras.tree.map_structure(convert, data)


def n_rows(data):
    """Return how many rows there are; None for what isn't made of arrays."""
    leaves = keras.tree.flatten(data)
    if not all(isinstance(leaf, np.ndarray) or issparse(leaf) for leaf in leaves):
        return None
    return leaves[0].shape[0]


def split_off(data, fraction):
    """Take the last rows away for validation, as Keras's validation_split does.

    Parameters
    ----------
    data : tuple
        Inputs, targets and weights (or None).
    fraction : float
        Part of the rows to take.

    Returns
    -------
    train, validation : tuple
        Two parts of the same form.
    """
    n_samples = n_rows(data[0])
    cut = math.floor(n_samples * (1.0 - fraction))
    if cut in (0, n_samples):
        raise ValueError(
            f"validation_split={fraction} of {n_samples} rows leaves no rows to train "
            "on or to watch; give more rows, or another fraction."
        )

    def part(rows):
        return tuple(
            None if part is None else keras.tree.map_structure(lambda a: a[rows], part)
            for part in data
        )

    return part(slice(None, cut)), part(slice(cut, None))

"""Arrays as a model takes them, and their batches for ``Model.fit``."""

import math

import keras
import numpy as np
import tensorflow as tf
from scipy.sparse import issparse

from skmed._keras.graphs.train.training_program import loss_dtype


class Batches(keras.utils.PyDataset):
    """Batches of samples, in another order in each epoch.

    Keras's own shuffling draws from TensorFlow's global random stream.

    Parameters
    ----------
    data : tuple
        Inputs, targets and optionally sample weights: arrays, or lists or dicts of
        them.
    batch_size : int
        Samples per batch; the last batch may be smaller.
    order : callable
        From the number of an epoch of this fit to the order of the samples.
    """

    def __init__(self, data, batch_size, order):
        super().__init__()
        self._data = data
        self._batch_size = batch_size
        self._order = order
        self._indices = order(0)

    def __len__(self):
        return math.ceil(len(self._indices) / self._batch_size)

    def __getitem__(self, index):
        start = index * self._batch_size
        indices = self._indices[start : start + self._batch_size]
        batch = keras.tree.map_structure(lambda a: _to_batch(a[indices]), self._data)
        # PyDataset accepts tuples only
        return keras.tree.lists_to_tuples(batch)

    def reorder_callback(self, initial_epoch):
        """Return a callback that sets the order of the samples of each epoch.

        ``on_epoch_end`` of a data set is no place for that: Keras calls it before the
        first epoch too.
        """

        def on_epoch_begin(epoch, logs):
            self._indices = self._order(epoch - initial_epoch)

        return keras.callbacks.LambdaCallback(on_epoch_begin=on_epoch_begin)


def _to_batch(array):
    if not issparse(array):
        return array
    array = array.tocoo()
    indices = np.stack([array.row, array.col], axis=1).astype(np.int64)
    return tf.sparse.reorder(tf.SparseTensor(indices, array.data, array.shape))


def cast_floats(data, dtype):
    """Cast floats to one dtype, and convert sparse matrices to CSR.

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


def target_dtype(model):
    """Return the dtype of the targets and of all losses of a model."""
    is_double = getattr(model, "outputs", None) and loss_dtype(model) == "float64"
    return "float64" if is_double else keras.config.floatx()


def is_dense_array(data):
    """Return whether ``data`` is one dense array of numbers."""
    return isinstance(data, np.ndarray) and data.dtype.kind in "biuf"


def count_samples(data):
    """Return the number of samples; None for data that aren't made of arrays."""
    leaves = keras.tree.flatten(data)
    if not all(isinstance(leaf, np.ndarray) or issparse(leaf) for leaf in leaves):
        return None
    return leaves[0].shape[0]


def split_validation(data, fraction):
    """Hold out the last samples for validation, as Keras's validation_split does.

    Parameters
    ----------
    data : tuple
        Inputs, targets and sample weights (or None).
    fraction : float
        Fraction of the samples to hold out.

    Returns
    -------
    train, validation : tuple
        Two tuples of the same form.
    """
    n_samples = count_samples(data[0])
    n_train = math.floor(n_samples * (1.0 - fraction))
    if n_train in (0, n_samples):
        raise ValueError(
            f"validation_split={fraction} of {n_samples} samples leaves none for "
            "training or for validation; give more samples, or another fraction."
        )

    def select(indices):
        return tuple(
            None
            if part is None
            else keras.tree.map_structure(lambda a: a[indices], part)
            for part in data
        )

    return select(slice(None, n_train)), select(slice(n_train, None))

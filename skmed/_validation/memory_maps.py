"""Arrays in files, which may be larger than memory: read piece by piece."""

import math
import mmap

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import check_consistent_length, validate_data

# what is read at once; a smaller file is read as a whole
PIECE_BYTES = 2**26


class StoredArray:
    """Rows of a memory map, cast and shaped when they are read.

    Parameters
    ----------
    array : ndarray of shape (n_stored, ...)
        A memory map, or a view of one.
    dtype : dtype
        In which rows are given.
    rows : ndarray of int, shape (n_samples,), or None
        Which rows, in which order; None for all.
    row_shape : tuple of int or None
        The shape in which a row is given; None for its own.
    """

    def __init__(self, array, dtype, rows=None, row_shape=None):
        self._array = array
        self._rows = rows
        row_shape = array.shape[1:] if row_shape is None else tuple(row_shape)
        self.dtype = np.dtype(dtype)
        self.shape = (len(array) if rows is None else len(rows), *row_shape)

    @property
    def ndim(self):
        """Number of axes."""
        return len(self.shape)

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, rows):
        """Read rows, given by a slice or their numbers, into memory."""
        if self._rows is not None:
            rows = self._rows[rows]
        read = np.array(self._array[rows], dtype=self.dtype, order="C", ndmin=1)
        _release(self._array)
        return read.reshape(len(read), *self.shape[1:])

    def reshape(self, n_rows, *row_shape):
        """Return the same rows, to be given in another shape."""
        return StoredArray(self._array, self.dtype, self._rows, row_shape)

    def select(self, rows):
        """Return some of the rows, by their numbers or a mask, without reading them."""
        numbers = np.arange(len(self)) if self._rows is None else self._rows
        return StoredArray(self._array, self.dtype, numbers[rows], self.shape[1:])

    def rows_per_piece(self):
        """Return how many rows to read at once."""
        size = math.prod(self.shape[1:]) * self.dtype.itemsize
        return max(1, PIECE_BYTES // max(1, size))


def is_stored(X):
    """Tell whether X is a large memory map, or a view of one."""
    return _memmap_of(X) is not None and X.nbytes > PIECE_BYTES


def check_stored(estimator, X, y, **options):
    """Validate X, a large memory map, as scikit-learn does, reading it in pieces.

    Parameters
    ----------
    estimator : estimator
        Learns the number of features, where ``reset`` is true.
    X : ndarray of shape (n_samples, ...)
        The memory map.
    y : ndarray, None or "no_validation"
        As ``validate_data`` takes it.
    **options : dict
        Of ``validate_data``.

    Returns
    -------
    StoredArray, or a tuple of it and y
        As ``validate_data`` returns them.
    """
    step = max(1, PIECE_BYTES // max(1, X[:1].nbytes))
    some = y[:step] if isinstance(y, np.ndarray) else y
    if some is not y:
        check_consistent_length(X, y)
    first = validate_data(estimator, X[:step], some, **options)
    if some is not y:
        first, _ = first
    for start in range(step, len(X), step):
        _release(X)
        check_array(
            X[start : start + step], dtype=first.dtype, allow_nd=True, input_name="X"
        )
    _release(X)
    stored = StoredArray(X, first.dtype)
    return stored if some is y else (stored, y)


def _memmap_of(X):
    while isinstance(X, np.ndarray):
        if isinstance(X, np.memmap):
            return X
        X = X.base
    return None


def _release(array):
    """Let the system have the pages back that were read; they stay in the file."""
    file = _memmap_of(array)
    # those of a private copy may have been written
    if file is not None and file.mode in ("r", "r+") and hasattr(mmap, "MADV_DONTNEED"):
        file._mmap.madvise(mmap.MADV_DONTNEED)

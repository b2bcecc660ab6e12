"""Large memory maps, validated and read in chunks."""

import math
import mmap

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import check_consistent_length, validate_data

# size of a chunk; smaller memory maps are loaded as a whole
CHUNK_BYTES = 2**26


class MemmapArray:
    """Samples of a memory map, cast and reshaped when they are read.

    Parameters
    ----------
    array : ndarray of shape (n_stored, ...)
        A memory map, or a view of one.
    dtype : dtype
        Dtype of the returned samples.
    rows : ndarray of int, shape (n_samples,), or None
        Indices of the selected samples, in order. None selects all.
    row_shape : tuple of int or None
        Shape of a returned sample. None keeps the shape in ``array``.
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
        """Read samples, given by a slice or by their indices, into memory."""
        if self._rows is not None:
            rows = self._rows[rows]
        read = np.array(self._array[rows], dtype=self.dtype, order="C", ndmin=1)
        _release_pages(self._array)
        return read.reshape(len(read), *self.shape[1:])

    def reshape(self, n_rows, *row_shape):
        """Return the same samples with another shape, without reading them."""
        return MemmapArray(self._array, self.dtype, self._rows, row_shape)

    def select(self, rows):
        """Return samples given by indices or a mask, without reading them."""
        indices = np.arange(len(self)) if self._rows is None else self._rows
        return MemmapArray(self._array, self.dtype, indices[rows], self.shape[1:])

    def rows_per_chunk(self):
        """Return the number of samples to read at once."""
        size = math.prod(self.shape[1:]) * self.dtype.itemsize
        return max(1, CHUNK_BYTES // max(1, size))


def is_large_memmap(X):
    """Return whether X is a memory map, or a view of one, larger than a chunk."""
    return _base_memmap(X) is not None and X.nbytes > CHUNK_BYTES


def check_memmap(estimator, X, y, **options):
    """Validate a large memory map as ``validate_data`` does, chunk by chunk.

    Parameters
    ----------
    estimator : estimator
        Estimator whose number of features is set or compared.
    X : ndarray of shape (n_samples, ...)
        The memory map.
    y : ndarray, None or "no_validation"
        Targets, as ``validate_data`` takes them.
    **options : dict
        Options of ``validate_data``.

    Returns
    -------
    MemmapArray, or tuple of MemmapArray and y
        What ``validate_data`` returns, with X left in its file.

    Raises
    ------
    ValueError
        If X or y is invalid.
    """
    step = max(1, CHUNK_BYTES // max(1, X[:1].nbytes))
    has_targets = isinstance(y, np.ndarray)
    if has_targets:
        check_consistent_length(X, y)
        first, _ = validate_data(estimator, X[:step], y[:step], **options)
    else:
        first = validate_data(estimator, X[:step], y, **options)
    for start in range(step, len(X), step):
        _release_pages(X)
        check_array(
            X[start : start + step], dtype=first.dtype, allow_nd=True, input_name="X"
        )
    _release_pages(X)
    checked = MemmapArray(X, first.dtype)
    return (checked, y) if has_targets else checked


def _base_memmap(X):
    """Return the memory map that X is, or is a view of, or None."""
    while isinstance(X, np.ndarray):
        if isinstance(X, np.memmap):
            return X
        X = X.base
    return None


def _release_pages(array):
    """Free the memory of pages that were read; the file keeps the data."""
    memmap = _base_memmap(array)
    if memmap is None or not hasattr(mmap, "MADV_DONTNEED"):
        return
    # not with mode "c": pages that were written to would be lost
    if memmap.mode in ("r", "r+"):
        memmap._mmap.madvise(mmap.MADV_DONTNEED)

"""Operations on sparse arrays that scipy lacks or does with more memory."""

import numpy as np
from scipy import sparse

# stored values per chunk: a few megabytes
_CHUNK_SIZE = 2**18


def with_data(X, data):
    """Return a sparse array with other values and the sparsity structure of X.

    Parameters
    ----------
    X : csr_array of shape (n_rows, n_columns)
        Its index arrays are shared, not copied.
    data : ndarray of shape (n_stored,)
        The new values.

    Returns
    -------
    csr_array of shape (n_rows, n_columns)
        The new array.
    """
    return sparse.csr_array((data, X.indices, X.indptr), shape=X.shape)


def row_indices(X):
    """Return the row index of each stored value of a CSR array."""
    return np.repeat(np.arange(X.shape[0]), np.diff(X.indptr))


def column_sums(X, values=None):
    """Compute the sum, or the number, of the stored values of each column.

    Parameters
    ----------
    X : csr_array of shape (n_rows, n_columns)
        Its index arrays are used.
    values : ndarray of shape (n_stored,) or None
        The values to sum; None to count the stored values.

    Returns
    -------
    ndarray of shape (n_columns,)
        Sums, float64.
    """
    sums = np.zeros(X.shape[1])
    # in chunks, as bincount copies its arguments to other types
    for start in range(0, X.nnz, _CHUNK_SIZE):
        chunk = slice(start, start + _CHUNK_SIZE)
        sums += np.bincount(
            X.indices[chunk],
            weights=None if values is None else values[chunk],
            minlength=X.shape[1],
        )
    return sums


def permute(X, row_order, column_order=None):
    """Return a sparse array with its rows, and its columns, in another order.

    Parameters
    ----------
    X : csr_array of shape (n_rows, n_columns)
        Not changed; copied only if an order differs.
    row_order : ndarray of int of shape (n_rows,)
        Indices of the rows, in the new order.
    column_order : ndarray of int of shape (n_columns,) or None
        Indices of the columns, in the new order; None to keep their order.

    Returns
    -------
    csr_array of shape (n_rows, n_columns)
        The permuted array. Its column indices are not sorted.
    """
    if not _is_sorted(row_order):
        X = X[row_order]
    if column_order is None or _is_sorted(column_order):
        return X
    positions = np.arange(len(column_order), dtype=np.int32)
    position = invert_permutation(positions, column_order)
    return sparse.csr_array((X.data, position[X.indices], X.indptr), shape=X.shape)


def invert_permutation(values, order):
    """Return `values`, which are sorted by `order`, in their original order."""
    original = np.empty_like(values)
    original[order] = values
    return original


def _is_sorted(order):
    return not np.any(np.diff(order) < 0)

"""Rows of a recommender: checked, named, weighted, and withheld for a score."""

import numpy as np
from scipy import sparse
from sklearn.utils.validation import validate_data

from skmed._validation.arrays import check_numeric_dtype
from skmed._validation.messages import translate_errors

# values are squared in single precision
_LARGEST = float(np.sqrt(np.finfo(np.float32).max))
_MOST_INTERACTIONS = np.iinfo(np.int32).max
# entries looked at together: a few megabytes
_PIECE = 2**18


def check_rows(estimator, X, *, reset):
    """Return X as a sparse array without explicit zeros, or say what is wrong.

    Parameters
    ----------
    estimator : BaseEstimator
        Whose ``n_features_in_`` and ``feature_names_in_`` are set or compared.
    X : {array-like, sparse matrix, DataFrame} of shape (n_patients, n_items)
        What each patient has.
    reset : bool
        Whether this is a fit.

    Returns
    -------
    csr_array of shape (n_patients, n_items)
        Sorted, without duplicates, with 32-bit indices.
    """
    name = type(estimator).__name__
    check_numeric_dtype(X)
    # scikit-learn compares names with what was fitted, and those of a matrix can't be
    with translate_errors():
        try:
            checked = validate_data(
                estimator,
                X,
                accept_sparse="csr",
                dtype=[np.float64, np.float32],
                reset=reset,
            )
        except ValueError as error:
            raise _transposed(estimator, X, error, reset=reset) from None
    return as_interactions(checked, name, shared_with=X)


def as_interactions(X, name, *, shared_with=None):
    """Return a checked matrix in the form that the models take."""
    rows = sparse.csr_array(X)
    if rows.nnz > _MOST_INTERACTIONS:
        raise ValueError(
            f"X holds {rows.nnz} interactions, and {name} takes at most "
            f"{_MOST_INTERACTIONS}; fit it on part of the patients."
        )
    if not rows.has_canonical_format or np.any(rows.data == 0):
        rows = rows.copy()  # the caller's own arrays stay as they are
        rows.sum_duplicates()
        rows.eliminate_zeros()
    if rows.nnz:
        if rows.data.min() < 0:
            raise ValueError(
                f"Negative values in data passed to {name}: X says how often a patient "
                "had an item, so make all values zero or more."
            )
        if rows.data.max() > _LARGEST:
            raise ValueError(
                f"X has values up to {rows.data.max():.3g}, and {name} takes values up "
                f"to {_LARGEST:.3g}; give X in a larger unit."
            )
    if rows.indices.dtype != np.int32 or rows.indptr.dtype != np.int32:
        rows = sparse.csr_array(
            (rows.data, rows.indices.astype(np.int32), rows.indptr.astype(np.int32)),
            shape=rows.shape,
        )
    return rows


def _transposed(estimator, X, error, *, reset):
    """Add to an error about the number of columns that X stands on its side."""
    shape = getattr(X, "shape", ())
    if (
        not reset
        and " features, but " in str(error)
        and len(shape) == 2
        and shape[0] == estimator.n_features_in_
    ):
        return ValueError(
            f"{str(error).rstrip('.')}; a row is a patient and a column an item: "
            "X looks transposed, pass X.T."
        )
    return error


def row_labels(X):
    """Return the names that a frame gives its rows, else their numbers."""
    index = getattr(X, "index", None)
    if index is not None and not callable(index):
        return np.asarray(index)
    return np.arange(X.shape[0] if hasattr(X, "shape") else len(X))


def item_names(estimator):
    """Return the names of the items, or their numbers where X had no names."""
    names = getattr(estimator, "feature_names_in_", None)
    return np.arange(estimator.n_features_in_) if names is None else names


def with_data(X, data):
    """Return a sparse array with the places of another (shared) and other values."""
    return sparse.csr_array((data, X.indices, X.indptr), shape=X.shape)


def row_numbers(X):
    """Return the row of each stored value."""
    return np.repeat(np.arange(X.shape[0]), np.diff(X.indptr))


def column_totals(X, values=None):
    """Sum what is stored in each column, or count it, in double precision.

    Parameters
    ----------
    X : csr_array of shape (n_patients, n_items)
        What each patient has.
    values : ndarray of shape (n_stored,) or None
        What to sum; None to count.

    Returns
    -------
    ndarray of shape (n_items,)
        Sums.
    """
    totals = np.zeros(X.shape[1])
    # bincount makes copies in its own types, here of a few entries at a time
    for start in range(0, X.nnz, _PIECE):
        some = slice(start, start + _PIECE)
        totals += np.bincount(
            X.indices[some],
            weights=None if values is None else values[some],
            minlength=X.shape[1],
        )
    return totals


def withhold(X, part, seed):
    """Take some of each patient's items away, to see whether they are found again.

    Parameters
    ----------
    X : csr_array of shape (n_patients, n_items)
        What each patient has.
    part : float
        Of the items of a row, rounded, at least one and never all.
    seed : int or RandomState
        Decides which.

    Returns
    -------
    rest, withheld : csr_array of shape (n_rows, n_items)
        The rows that have at least two items, in two parts.
    """
    counts = np.diff(X.indptr)
    X = X[np.flatnonzero(counts > 1)]
    counts = np.diff(X.indptr)
    rows = row_numbers(X)
    order = np.lexsort((np.random.default_rng(seed).random(X.nnz), rows))
    place = np.arange(X.nnz) - X.indptr[rows]
    number = np.clip(np.rint(part * counts), 1, counts - 1)
    held = np.zeros(X.nnz, bool)
    held[order] = place < number[rows]
    parts = []
    for mask in (~held, held):
        some = with_data(X, X.data * mask).copy()
        some.eliminate_zeros()
        parts.append(some)
    return parts

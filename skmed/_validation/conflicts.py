"""Validation of conflicts between items, such as drug-drug interactions."""

import numpy as np
from scipy import sparse
from sklearn.utils import check_array

from .items import item_index
from .messages import translate_errors


def check_conflicts(conflicts, names, argument="conflicts"):
    """Validate conflicts and return them as a symmetric sparse matrix.

    Parameters
    ----------
    conflicts : {array-like, sparse matrix} of shape (n_items, n_items), pairs or None
        A symmetric matrix, or pairs of items by name or column index.
    names : ndarray of shape (n_items,)
        Names of the items, or their column indices where they have no names.
    argument : str
        Name of the checked argument, used in error messages.

    Returns
    -------
    csr_array of shape (n_items, n_items) or None
        Severity of each conflict; above zero where two items conflict.

    Raises
    ------
    ValueError
        If an item is unknown or conflicts with itself, or if the matrix has the
        wrong shape or names, is not symmetric or has negative or missing values.
    """
    if conflicts is None:
        return None
    n_items = len(names)
    pairs = _as_pairs(conflicts, n_items)
    if pairs is not None:
        indices = [[item_index(names, item, argument) for item in p] for p in pairs]
        first, second = np.array(indices, int).reshape(-1, 2).T
        matrix = sparse.csr_array(
            (np.ones(2 * len(pairs)), (np.r_[first, second], np.r_[second, first])),
            shape=(n_items, n_items),
        )
        matrix.data[:] = 1  # a pair given twice was summed
    else:
        matrix = _check_matrix(conflicts, names, argument)
    diagonal = np.flatnonzero(matrix.diagonal())
    if len(diagonal):
        raise ValueError(
            f"{argument} says that {names[diagonal[0]]!r} conflicts with itself; leave "
            "the diagonal empty."
        )
    matrix.eliminate_zeros()
    return matrix


def _as_pairs(conflicts, n_items):
    """Return pairs of items as a list, or None if `conflicts` is a matrix."""
    if sparse.issparse(conflicts):
        return None
    if hasattr(conflicts, "shape"):
        # an array or DataFrame of shape (n_pairs, 2)
        is_paired = np.ndim(conflicts) == 2 and np.shape(conflicts)[1] == 2 != n_items
        return np.asarray(conflicts).tolist() if is_paired else None
    pairs = list(conflicts)
    types = list | tuple | set | frozenset
    is_paired = all(isinstance(pair, types) and len(pair) == 2 for pair in pairs)
    return pairs if is_paired else None


def _check_matrix(conflicts, names, argument):
    """Validate a conflict matrix and return a copy in CSR format."""
    columns = getattr(conflicts, "columns", None)
    if columns is not None and names.dtype.kind not in "iu":
        same = list(columns) == list(conflicts.index) == list(names)
        if not same:
            raise ValueError(
                f"{argument} must name the columns of X, in their order, in its rows "
                "and in its columns; reindex it."
            )
    with translate_errors(argument):
        matrix = check_array(
            conflicts, accept_sparse="csr", dtype=np.float64, input_name=argument
        )
    n_items = len(names)
    if matrix.shape != (n_items, n_items):
        raise ValueError(
            f"{argument} must have a row and a column for each of the {n_items} items "
            f"of X; got shape {matrix.shape}."
        )
    matrix = sparse.csr_array(matrix, copy=True)
    if (matrix != matrix.T).nnz:
        raise ValueError(
            f"{argument} must be symmetric, as a conflict holds in both directions; "
            "use the elementwise maximum of it and its transpose."
        )
    if matrix.nnz and matrix.data.min() < 0:
        raise ValueError(
            f"{argument} has negative values; use 0 for no conflict and a number above "
            "0 for one."
        )
    return matrix

"""Items by name, and which of them conflict."""

from difflib import get_close_matches
from numbers import Integral

import numpy as np
from scipy import sparse
from sklearn.utils import check_array

from .messages import translate_errors


def item_number(names, item, argument="item"):
    """Return the column of an item that is given by its name, or by its number."""
    named = names.dtype.kind not in "iu"
    if named and isinstance(item, str):
        found = np.flatnonzero(names == item)
        if len(found):
            return int(found[0])
        close = get_close_matches(item, [str(name) for name in names], n=1)
        hint = f"did you mean {close[0]!r}?" if close else "give a name of X's columns."
        raise ValueError(f"{argument} {item!r} isn't among the items; {hint}")
    whole = isinstance(item, Integral) and not isinstance(item, bool)
    if not whole or not 0 <= item < len(names):
        how = "the name or the number" if named else "the number"
        raise ValueError(
            f"{argument} {item!r} isn't among the items; give {how} of a column of X, "
            f"numbers from 0 to {len(names) - 1}."
        )
    return int(item)


def check_conflicts(conflicts, names, argument="conflicts"):
    """Return conflicts as a symmetric sparse matrix.

    Parameters
    ----------
    conflicts : array-like, sparse matrix, pairs or None
        A symmetric matrix, or pairs of items by name or number.
    names : ndarray of shape (n_items,)
        Names of the items, or their numbers.
    argument : str
        What the caller calls it.

    Returns
    -------
    csr_array of shape (n_items, n_items) or None
        Above zero where two items conflict.
    """
    if conflicts is None:
        return None
    n_items = len(names)
    pairs = _pairs(conflicts, n_items)
    if pairs is not None:
        ends = [[item_number(names, item, argument) for item in p] for p in pairs]
        ends = np.array(ends, int).reshape(-1, 2)
        ones = np.ones(2 * len(ends))
        both = (np.r_[ends[:, 0], ends[:, 1]], np.r_[ends[:, 1], ends[:, 0]])
        matrix = sparse.csr_array((ones, both), shape=(n_items, n_items))
        matrix.data[:] = 1
    else:
        matrix = _matrix(conflicts, names, argument)
    own = np.flatnonzero(matrix.diagonal())
    if len(own):
        raise ValueError(
            f"{argument} says that {names[own[0]]!r} conflicts with itself; leave the "
            "diagonal empty."
        )
    matrix.eliminate_zeros()
    return matrix


def _pairs(conflicts, n_items):
    """Return pairs of items as a list, or None where a matrix was given."""
    if sparse.issparse(conflicts):
        return None
    if hasattr(conflicts, "shape"):
        # a table of two columns
        paired = np.ndim(conflicts) == 2 and np.shape(conflicts)[1] == 2 != n_items
        return np.asarray(conflicts).tolist() if paired else None
    pairs = list(conflicts)
    kinds = list | tuple | set | frozenset
    paired = all(isinstance(pair, kinds) and len(pair) == 2 for pair in pairs)
    return pairs if paired else None


def _matrix(conflicts, names, argument):
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
            f"{argument} must be symmetric, as a conflict goes both ways; use the "
            "elementwise maximum of it and its transpose."
        )
    if matrix.nnz and matrix.data.min() < 0:
        raise ValueError(
            f"{argument} has negative values; use 0 for no conflict and a number above "
            "0 for one."
        )
    return matrix

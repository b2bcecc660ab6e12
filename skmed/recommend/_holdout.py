"""Split of each patient's items into input and held-out items."""

import numpy as np

from ._sparse import row_indices, with_data


def hold_out_items(X, test_size, random_state):
    """Hold out a fraction of the items of each row.

    Parameters
    ----------
    X : csr_array of shape (n_patients, n_items)
        The items of each patient.
    test_size : float
        Fraction of the items of a row to hold out; rounded, at least one item and
        never all of them.
    random_state : int or RandomState
        Seed of the selection.

    Returns
    -------
    X_input, X_held_out : csr_array of shape (n_rows, n_items)
        The remaining and the held-out items of the rows that have at least two items.
    """
    counts = np.diff(X.indptr)
    X = X[np.flatnonzero(counts > 1)]
    counts = np.diff(X.indptr)
    rows = row_indices(X)
    order = np.lexsort((np.random.default_rng(random_state).random(X.nnz), rows))
    position = np.arange(X.nnz) - X.indptr[rows]
    n_held_out = np.clip(np.rint(test_size * counts), 1, counts - 1)
    is_held_out = np.zeros(X.nnz, bool)
    is_held_out[order] = position < n_held_out[rows]
    splits = []
    for mask in (~is_held_out, is_held_out):
        split = with_data(X, X.data * mask).copy()
        split.eliminate_zeros()
        splits.append(split)
    return splits

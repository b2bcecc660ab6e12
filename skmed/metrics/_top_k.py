"""Top-k selection, and iteration over rows in batches of bounded memory."""

import numpy as np

# scores per batch: 8 MB, and as much again for each step of the ranking
_MAX_SCORES = 2**20


def row_batches(n_rows, n_items, n_concurrent=1):
    """Generate slices of rows whose scores fit into a fixed amount of memory.

    Parameters
    ----------
    n_rows, n_items : int
        Shape of the matrix of scores.
    n_concurrent : int, default=1
        Number of batches processed at the same time, which share the memory.

    Yields
    ------
    slice
        Consecutive rows.
    """
    size = max(1, _MAX_SCORES // n_concurrent // max(1, n_items))
    for start in range(0, n_rows, size):
        yield slice(start, min(start + size, n_rows))


def top_k(scores, k):
    """Return the k highest-scoring items of each row.

    Parameters
    ----------
    scores : ndarray of shape (n_rows, n_items)
        Scores; ``-inf`` for items that must not be ranked.
    k : int
        Number of items per row.

    Returns
    -------
    items : ndarray of shape (n_rows, min(k, n_items))
        Column indices by descending score. Ties are broken by column index.
    top_scores : ndarray of shape (n_rows, min(k, n_items))
        Scores of these items; ``-inf`` where a row has fewer than `k` items to rank.
    """
    k = min(k, scores.shape[1])
    if k < scores.shape[1]:
        items = np.argpartition(scores, -k, axis=1)[:, -k:]
        _break_ties_at_boundary(scores, items)
        items.sort(axis=1)
    else:
        items = np.broadcast_to(np.arange(k), scores.shape)
    top_scores = np.take_along_axis(scores, items, axis=1)
    order = np.argsort(-top_scores, axis=1, kind="stable")
    return (
        np.take_along_axis(items, order, axis=1),
        np.take_along_axis(top_scores, order, axis=1),
    )


def _break_ties_at_boundary(scores, items):
    """Prefer the lower column index where items tie for the last of k places.

    ``argpartition`` selects any of them. `items` is changed in place.
    """
    lowest = np.take_along_axis(scores, items, axis=1).min(axis=1, keepdims=True)
    is_tied = (scores >= lowest).sum(axis=1) > items.shape[1]
    for row in np.flatnonzero(is_tied & np.isfinite(lowest[:, 0])):
        order = np.argsort(-scores[row], kind="stable")
        items[row] = order[: items.shape[1]]

"""The best items of each row, and rows in batches."""

import numpy as np

# scores computed at a time: 8 MB of them, and as much again for each step of ranking
_SCORES = 2**20


def batches(n_rows, n_items, n_at_once=1):
    """Yield slices of rows; those worked on at once have a bounded number of scores."""
    size = max(1, _SCORES // n_at_once // max(1, n_items))
    for start in range(0, n_rows, size):
        yield slice(start, min(start + size, n_rows))


def top_k(scores, k):
    """Rank the best items of each row.

    Parameters
    ----------
    scores : ndarray of shape (n_rows, n_items)
        ``-inf`` where an item may not be listed.
    k : int
        The length of a list.

    Returns
    -------
    items : ndarray of shape (n_rows, min(k, n_items))
        Columns, the best first; of equal scores the earlier column first.
    best : ndarray of the same shape
        Their scores; ``-inf`` after the end of a list.
    """
    k = min(k, scores.shape[1])
    if k < scores.shape[1]:
        items = np.argpartition(scores, -k, axis=1)[:, -k:]
        _settle_ties(scores, items)
        items.sort(axis=1)
    else:
        items = np.broadcast_to(np.arange(k), scores.shape)
    best = np.take_along_axis(scores, items, axis=1)
    order = np.argsort(-best, axis=1, kind="stable")
    return (
        np.take_along_axis(items, order, axis=1),
        np.take_along_axis(best, order, axis=1),
    )


def _settle_ties(scores, items):
    """Where the last of a list is as good as one outside, take the earlier column."""
    last = np.take_along_axis(scores, items, axis=1).min(axis=1, keepdims=True)
    tied = (scores >= last).sum(axis=1) > items.shape[1]
    for row in np.flatnonzero(tied & np.isfinite(last[:, 0])):
        order = np.argsort(-scores[row], kind="stable")
        items[row] = order[: items.shape[1]]

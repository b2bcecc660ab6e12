"""How many of a patient's true items are among the first k, and how high."""

from numbers import Integral

import numpy as np
from scipy import sparse
from sklearn.utils import check_array, check_scalar

from skmed._validation.messages import translate_errors

from ._top_k import batches, top_k


def ndcg_at_k_score(y_true, y_score, *, k=10):
    """Compute the normalised discounted cumulative gain of the first `k` items.

    A true item at rank `r` gains its value divided by ``log2(r + 1)``; the sum is
    divided by that of the best possible list. Equal to
    :func:`sklearn.metrics.ndcg_score` where scores aren't tied, for sparse truth and
    in bounded memory.

    Parameters
    ----------
    y_true : {array-like, sparse matrix} of shape (n_samples, n_items)
        What is true: 0 and 1, or non-negative gains.
    y_score : array-like of shape (n_samples, n_items)
        Scores, as ``decision_function`` gives them. An item with ``-inf`` is in no
        list. Of equal scores the earlier column comes first.
    k : int, default=10
        The length of a list.

    Returns
    -------
    float
        Mean over all rows, from 0 to 1; a row without a true item counts as 0.

    See Also
    --------
    sklearn.metrics.ndcg_score : The same for dense truth, averaging over ties.

    References
    ----------
    Järvelin, K. & Kekäläinen, J. (2002). Cumulated gain-based evaluation of IR
    techniques. ACM Transactions on Information Systems 20 (4), 422-446.

    Examples
    --------
    >>> from skmed.metrics import ndcg_at_k_score
    >>> ndcg_at_k_score([[1, 0, 0], [0, 1, 0]], [[3, 2, 1], [3, 2, 1]], k=1)
    0.5
    """

    def ndcg(listed, truth):
        discount = 1 / np.log2(np.arange(2, listed.shape[1] + 2))
        ideal = -np.sort(-truth, axis=1)[:, : listed.shape[1]]
        return _ratio(listed @ discount, ideal @ discount)

    return _mean(ndcg, y_true, y_score, k)


def precision_at_k_score(y_true, y_score, *, k=10):
    """Compute which part of the first `k` items is true.

    Parameters
    ----------
    y_true : {array-like, sparse matrix} of shape (n_samples, n_items)
        Above zero where an item is true.
    y_score : array-like of shape (n_samples, n_items)
        Scores; ``-inf`` for items in no list.
    k : int, default=10
        The length of a list. A shorter list is still divided by it.

    Returns
    -------
    float
        Mean over all rows, from 0 to 1.

    Examples
    --------
    >>> from skmed.metrics import precision_at_k_score
    >>> precision_at_k_score([[1, 0, 1, 0]], [[4, 3, 2, 1]], k=2)
    0.5
    """
    return _mean(lambda listed, truth: (listed > 0).sum(axis=1) / k, y_true, y_score, k)


def recall_at_k_score(y_true, y_score, *, k=10):
    """Compute which part of the true items is among the first `k`.

    Parameters
    ----------
    y_true : {array-like, sparse matrix} of shape (n_samples, n_items)
        Above zero where an item is true.
    y_score : array-like of shape (n_samples, n_items)
        Scores; ``-inf`` for items in no list.
    k : int, default=10
        The length of a list.

    Returns
    -------
    float
        Mean over all rows, from 0 to 1; a row without a true item counts as 0.

    Examples
    --------
    >>> from skmed.metrics import recall_at_k_score
    >>> recall_at_k_score([[1, 1, 1, 1]], [[4, 3, 2, 1]], k=2)
    0.5
    """

    def recall(listed, truth):
        return _ratio((listed > 0).sum(axis=1), (truth > 0).sum(axis=1))

    return _mean(recall, y_true, y_score, k)


def average_precision_at_k_score(y_true, y_score, *, k=10):
    """Compute the mean average precision of the first `k` items (MAP).

    The precision at the rank of each true item in the list is summed and divided by
    the number of true items, `k` at most. With `k` the number of items, it equals the
    mean of :func:`sklearn.metrics.average_precision_score` over rows.

    Parameters
    ----------
    y_true : {array-like, sparse matrix} of shape (n_samples, n_items)
        Above zero where an item is true.
    y_score : array-like of shape (n_samples, n_items)
        Scores; ``-inf`` for items in no list.
    k : int, default=10
        The length of a list.

    Returns
    -------
    float
        Mean over all rows, from 0 to 1; a row without a true item counts as 0.

    See Also
    --------
    sklearn.metrics.average_precision_score : The same over all items.

    Examples
    --------
    >>> from skmed.metrics import average_precision_at_k_score
    >>> average_precision_at_k_score([[0, 1, 0, 1]], [[4, 3, 2, 1]], k=4)
    0.5
    """

    def average_precision(listed, truth):
        hits = listed > 0
        precision = np.cumsum(hits, axis=1) / np.arange(1, hits.shape[1] + 1)
        number = np.minimum((truth > 0).sum(axis=1), k)
        return _ratio((precision * hits).sum(axis=1), number)

    return _mean(average_precision, y_true, y_score, k)


def reciprocal_rank_at_k_score(y_true, y_score, *, k=10):
    """Compute the mean reciprocal rank of the first true item (MRR).

    Parameters
    ----------
    y_true : {array-like, sparse matrix} of shape (n_samples, n_items)
        Above zero where an item is true.
    y_score : array-like of shape (n_samples, n_items)
        Scores; ``-inf`` for items in no list.
    k : int, default=10
        The length of a list; without a true item in it a row counts as 0.

    Returns
    -------
    float
        Mean over all rows, from 0 to 1.

    Examples
    --------
    >>> from skmed.metrics import reciprocal_rank_at_k_score
    >>> reciprocal_rank_at_k_score([[0, 1, 0, 1]], [[4, 3, 2, 1]])
    0.5
    """

    def reciprocal_rank(listed, truth):
        hits = listed > 0
        return np.where(hits.any(axis=1), 1 / (1 + hits.argmax(axis=1)), 0.0)

    return _mean(reciprocal_rank, y_true, y_score, k)


def hit_rate_at_k_score(y_true, y_score, *, k=10):
    """Compute for which part of the rows a true item is among the first `k`.

    Parameters
    ----------
    y_true : {array-like, sparse matrix} of shape (n_samples, n_items)
        Above zero where an item is true.
    y_score : array-like of shape (n_samples, n_items)
        Scores; ``-inf`` for items in no list.
    k : int, default=10
        The length of a list.

    Returns
    -------
    float
        From 0 to 1.

    Examples
    --------
    >>> from skmed.metrics import hit_rate_at_k_score
    >>> hit_rate_at_k_score([[1, 0, 0], [0, 0, 1]], [[3, 2, 1], [3, 2, 1]], k=1)
    0.5
    """
    return _mean(lambda listed, truth: (listed > 0).any(axis=1), y_true, y_score, k)


def coverage_at_k_score(y_score, *, k=10):
    """Compute which part of all items is in at least one list.

    Parameters
    ----------
    y_score : array-like of shape (n_samples, n_items)
        Scores; ``-inf`` for items in no list.
    k : int, default=10
        The length of a list.

    Returns
    -------
    float
        From 0 to 1. Low where everybody is recommended the same.

    Examples
    --------
    >>> from skmed.metrics import coverage_at_k_score
    >>> coverage_at_k_score([[3, 2, 1, 0], [3, 1, 2, 0]], k=1)
    0.25
    """
    y_score = _check_scores(y_score, k)
    listed = np.zeros(y_score.shape[1], bool)
    for rows in batches(*y_score.shape):
        items, best = top_k(y_score[rows], k)
        listed[items[np.isfinite(best)]] = True
    return float(listed.mean())


def _mean(judge, y_true, y_score, k):
    """Average over rows what ``judge`` says of the truth of each list."""
    y_score = _check_scores(y_score, k)
    with translate_errors("y_true"):
        y_true = check_array(
            y_true, accept_sparse="csr", dtype=np.float64, input_name="y_true"
        )
    if y_true.shape != y_score.shape:
        raise ValueError(
            "y_true and y_score must have a row for each sample and a column for each "
            f"item; got shapes {y_true.shape} and {y_score.shape}."
        )
    if y_true.min() < 0:
        raise ValueError(
            "y_true has negative values; use 0 for items that are not true."
        )
    total = 0.0
    for rows in batches(*y_score.shape):
        truth = y_true[rows]
        truth = truth.toarray() if sparse.issparse(truth) else truth
        items, best = top_k(y_score[rows], k)
        listed = np.take_along_axis(truth, items, axis=1) * np.isfinite(best)
        total += judge(listed, truth).sum()
    return float(total / y_score.shape[0])


def _check_scores(y_score, k):
    check_scalar(k, "k", Integral, min_val=1)
    with translate_errors("y_score"):
        y_score = check_array(
            y_score,
            dtype=[np.float64, np.float32],
            ensure_all_finite=False,
            input_name="y_score",
        )
    if np.isnan(y_score).any() or np.isposinf(y_score).any():
        raise ValueError(
            "y_score has NaN or +inf; scores must be numbers, or -inf for items that "
            "are in no list."
        )
    return y_score


def _ratio(part, whole):
    """Divide; nothing of nothing is nothing."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)

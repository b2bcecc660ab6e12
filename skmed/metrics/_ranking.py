"""Ranking metrics of the top k items, averaged over samples."""

from numbers import Integral

import numpy as np
from scipy import sparse
from sklearn.utils import check_array, check_scalar

from skmed._validation.messages import translate_errors

from ._top_k import row_batches, top_k


def ndcg_at_k_score(y_true, y_score, *, k: int = 10) -> float:
    """Compute the normalized discounted cumulative gain of the top `k` items (NDCG).

    The gains of the top `k` items, each divided by ``log2(rank + 1)``, are summed and
    divided by the sum of the best possible ranking. Equal to
    :func:`sklearn.metrics.ndcg_score` if no scores are tied, but `y_true` may be
    sparse, and memory is bounded.

    Parameters
    ----------
    y_true : {array-like, sparse matrix} of shape (n_samples, n_items)
        Relevant items: 0 and 1, or non-negative gains.
    y_score : array-like of shape (n_samples, n_items)
        Scores, as ``decision_function`` returns them. Items with ``-inf`` are not
        ranked. Ties are broken by column index.
    k : int, default=10
        Number of top-ranked items to evaluate.

    Returns
    -------
    float
        Mean over the samples, between 0 and 1. Samples without a relevant item score 0.

    Raises
    ------
    ValueError
        If the shapes differ, `y_true` has negative values or NaN, `y_score` has NaN
        or ``+inf``, or `k` is below 1.

    See Also
    --------
    sklearn.metrics.ndcg_score : For dense `y_true`, averaging over ties.

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

    def ndcg(gains, truth):
        discount = 1 / np.log2(np.arange(2, gains.shape[1] + 2))
        ideal = -np.sort(-truth, axis=1)[:, : gains.shape[1]]
        return _divide_or_zero(gains @ discount, ideal @ discount)

    return _average_over_samples(ndcg, y_true, y_score, k)


def precision_at_k_score(y_true, y_score, *, k: int = 10) -> float:
    """Compute the fraction of the top `k` items that are relevant.

    Parameters
    ----------
    y_true : {array-like, sparse matrix} of shape (n_samples, n_items)
        Above zero where an item is relevant.
    y_score : array-like of shape (n_samples, n_items)
        Scores; ``-inf`` for items that are not ranked.
    k : int, default=10
        Number of top-ranked items to evaluate. It is the denominator even if fewer
        items are ranked.

    Returns
    -------
    float
        Mean over the samples, between 0 and 1.

    Raises
    ------
    ValueError
        If the shapes differ, `y_true` has negative values or NaN, `y_score` has NaN
        or ``+inf``, or `k` is below 1.

    Examples
    --------
    >>> from skmed.metrics import precision_at_k_score
    >>> precision_at_k_score([[1, 0, 1, 0]], [[4, 3, 2, 1]], k=2)
    0.5
    """
    return _average_over_samples(
        lambda gains, truth: (gains > 0).sum(axis=1) / k, y_true, y_score, k
    )


def recall_at_k_score(y_true, y_score, *, k: int = 10) -> float:
    """Compute the fraction of the relevant items that are among the top `k`.

    Parameters
    ----------
    y_true : {array-like, sparse matrix} of shape (n_samples, n_items)
        Above zero where an item is relevant.
    y_score : array-like of shape (n_samples, n_items)
        Scores; ``-inf`` for items that are not ranked.
    k : int, default=10
        Number of top-ranked items to evaluate.

    Returns
    -------
    float
        Mean over the samples, between 0 and 1. Samples without a relevant item score 0.

    Raises
    ------
    ValueError
        If the shapes differ, `y_true` has negative values or NaN, `y_score` has NaN
        or ``+inf``, or `k` is below 1.

    Examples
    --------
    >>> from skmed.metrics import recall_at_k_score
    >>> recall_at_k_score([[1, 1, 1, 1]], [[4, 3, 2, 1]], k=2)
    0.5
    """

    def recall(gains, truth):
        return _divide_or_zero((gains > 0).sum(axis=1), (truth > 0).sum(axis=1))

    return _average_over_samples(recall, y_true, y_score, k)


def average_precision_at_k_score(y_true, y_score, *, k: int = 10) -> float:
    """Compute the mean average precision of the top `k` items (MAP).

    The precisions at the ranks of the relevant items are summed and divided by the
    number of relevant items, at most `k`. With `k` equal to the number of items, it is
    :func:`sklearn.metrics.average_precision_score` with ``average="samples"``.

    Parameters
    ----------
    y_true : {array-like, sparse matrix} of shape (n_samples, n_items)
        Above zero where an item is relevant.
    y_score : array-like of shape (n_samples, n_items)
        Scores; ``-inf`` for items that are not ranked.
    k : int, default=10
        Number of top-ranked items to evaluate.

    Returns
    -------
    float
        Mean over the samples, between 0 and 1. Samples without a relevant item score 0.

    Raises
    ------
    ValueError
        If the shapes differ, `y_true` has negative values or NaN, `y_score` has NaN
        or ``+inf``, or `k` is below 1.

    See Also
    --------
    sklearn.metrics.average_precision_score : Over all items.

    Examples
    --------
    >>> from skmed.metrics import average_precision_at_k_score
    >>> average_precision_at_k_score([[0, 1, 0, 1]], [[4, 3, 2, 1]], k=4)
    0.5
    """

    def average_precision(gains, truth):
        hits = gains > 0
        precision = np.cumsum(hits, axis=1) / np.arange(1, hits.shape[1] + 1)
        n_relevant = np.minimum((truth > 0).sum(axis=1), k)
        return _divide_or_zero((precision * hits).sum(axis=1), n_relevant)

    return _average_over_samples(average_precision, y_true, y_score, k)


def reciprocal_rank_at_k_score(y_true, y_score, *, k: int = 10) -> float:
    """Compute the mean reciprocal rank of the first relevant item (MRR).

    Parameters
    ----------
    y_true : {array-like, sparse matrix} of shape (n_samples, n_items)
        Above zero where an item is relevant.
    y_score : array-like of shape (n_samples, n_items)
        Scores; ``-inf`` for items that are not ranked.
    k : int, default=10
        Number of top-ranked items to evaluate. Samples without a relevant item among
        them score 0.

    Returns
    -------
    float
        Mean over the samples, between 0 and 1.

    Raises
    ------
    ValueError
        If the shapes differ, `y_true` has negative values or NaN, `y_score` has NaN
        or ``+inf``, or `k` is below 1.

    Examples
    --------
    >>> from skmed.metrics import reciprocal_rank_at_k_score
    >>> reciprocal_rank_at_k_score([[0, 1, 0, 1]], [[4, 3, 2, 1]])
    0.5
    """

    def reciprocal_rank(gains, truth):
        hits = gains > 0
        return np.where(hits.any(axis=1), 1 / (1 + hits.argmax(axis=1)), 0.0)

    return _average_over_samples(reciprocal_rank, y_true, y_score, k)


def hit_rate_at_k_score(y_true, y_score, *, k: int = 10) -> float:
    """Compute the fraction of the samples with a relevant item among the top `k`.

    Parameters
    ----------
    y_true : {array-like, sparse matrix} of shape (n_samples, n_items)
        Above zero where an item is relevant.
    y_score : array-like of shape (n_samples, n_items)
        Scores; ``-inf`` for items that are not ranked.
    k : int, default=10
        Number of top-ranked items to evaluate.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If the shapes differ, `y_true` has negative values or NaN, `y_score` has NaN
        or ``+inf``, or `k` is below 1.

    Examples
    --------
    >>> from skmed.metrics import hit_rate_at_k_score
    >>> hit_rate_at_k_score([[1, 0, 0], [0, 0, 1]], [[3, 2, 1], [3, 2, 1]], k=1)
    0.5
    """
    return _average_over_samples(
        lambda gains, truth: (gains > 0).any(axis=1), y_true, y_score, k
    )


def coverage_at_k_score(y_score, *, k: int = 10) -> float:
    """Compute the fraction of the items that are in the top `k` of any sample.

    Parameters
    ----------
    y_score : array-like of shape (n_samples, n_items)
        Scores; ``-inf`` for items that are not ranked.
    k : int, default=10
        Number of top-ranked items to evaluate.

    Returns
    -------
    float
        Catalog coverage, between 0 and 1. Low if all samples get the same items.

    Raises
    ------
    ValueError
        If `y_score` has NaN or ``+inf``, or if `k` is below 1.

    Examples
    --------
    >>> from skmed.metrics import coverage_at_k_score
    >>> coverage_at_k_score([[3, 2, 1, 0], [3, 1, 2, 0]], k=1)
    0.25
    """
    y_score = _check_scores(y_score, k)
    is_covered = np.zeros(y_score.shape[1], bool)
    for rows in row_batches(*y_score.shape):
        items, scores = top_k(y_score[rows], k)
        is_covered[items[np.isfinite(scores)]] = True
    return float(is_covered.mean())


def _average_over_samples(metric, y_true, y_score, k):
    """Validate the input and return the mean of a metric over the samples.

    Parameters
    ----------
    metric : callable
        Called with the gains of the ranked items, of shape (n_rows, min(k, n_items)),
        and the rows of `y_true`, of shape (n_rows, n_items); returns (n_rows,) values.
    y_true, y_score, k : object
        Arguments of the public functions.

    Returns
    -------
    float
        Mean over all samples.
    """
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
            "y_true has negative values; use 0 for items that are not relevant."
        )
    total = 0.0
    for rows in row_batches(*y_score.shape):
        truth = y_true[rows]
        truth = truth.toarray() if sparse.issparse(truth) else truth
        items, scores = top_k(y_score[rows], k)
        gains = np.take_along_axis(truth, items, axis=1) * np.isfinite(scores)
        total += metric(gains, truth).sum()
    return float(total / y_score.shape[0])


def _check_scores(y_score, k):
    """Validate `y_score` and `k`, and return `y_score` as an array of floats."""
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
            "are not ranked."
        )
    return y_score


def _divide_or_zero(numerator, denominator):
    """Divide elementwise; the result is 0 where the denominator is 0."""
    zeros = np.zeros(len(numerator))
    return np.divide(numerator, denominator, out=zeros, where=denominator > 0)

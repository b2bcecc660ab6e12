"""Top-k ranking under constraints: conflicts between items, contraindications."""

import numpy as np

from skmed.metrics._top_k import top_k

CONTRAINDICATED = "contraindicated"
CONFLICTS_WITH_KNOWN = "conflicts with a known item"
CONFLICTS_WITH_RECOMMENDED = "conflicts with a recommended item"


class ConstrainedRanker:
    """Rank the top k items of each row that do not conflict.

    Parameters
    ----------
    conflicts : csr_array of shape (n_items, n_items) or None
        Severity of each conflict, as from ``check_conflicts``.
    relative_penalty : float
        Penalty of a conflict of severity 1, as a fraction of the range of a row's
        scores; infinite to exclude items that conflict.
    k : int
        Number of items per row.
    """

    def __init__(self, conflicts, relative_penalty, k):
        self._conflicts = conflicts
        self._relative_penalty = relative_penalty
        self._k = k

    def rank(self, scores, is_candidate, known, contraindicated):
        """Rank a batch of rows.

        Parameters
        ----------
        scores : ndarray of shape (n_rows, n_items)
            Scores of all items, overwritten.
        is_candidate : ndarray of bool, shape (n_rows, n_items)
            Items that may be recommended, before the constraints apply.
        known : csr_array of shape (n_rows, n_items)
            Indicator of the items that the patients have.
        contraindicated : csr_array of shape (n_rows, n_items) or None
            Indicator of the items that the patients must not get.

        Returns
        -------
        items, item_scores : ndarray of shape (n_rows, min(k, n_items))
            Column indices by descending score, and the scores; ``-inf`` where a row
            has fewer items to recommend.
        """
        penalty = np.full(len(scores), self._relative_penalty)
        if np.isfinite(self._relative_penalty):
            penalty *= _score_range(scores, is_candidate)
        scores[~is_candidate] = -np.inf
        if contraindicated is not None:
            scores[contraindicated.nonzero()] = -np.inf
        if self._conflicts is None:
            return top_k(scores, self._k)
        severity = (known @ self._conflicts).tocoo()
        scores[severity.row, severity.col] -= penalty[severity.row] * severity.data
        return _greedy_top_k(scores, self._k, self._conflicts, penalty)

    def find_held_back(self, scores, is_candidate, known, contraindicated, ranking):
        """Find the items among the top k that the constraints removed, and why.

        Parameters
        ----------
        scores, is_candidate, known, contraindicated : object
            The arguments of `rank`.
        ranking : tuple of ndarray
            The result of `rank`.

        Returns
        -------
        list of tuple
            Row, item, score, reason, and the item that it conflicts with or None.
        """
        top_items, top_scores = top_k(np.where(is_candidate, scores, -np.inf), self._k)
        held_back = []
        for row, items in enumerate(top_items):
            recommended = ranking[0][row][np.isfinite(ranking[1][row])]
            for item, score in zip(items, top_scores[row]):
                if np.isfinite(score) and item not in recommended:
                    reason = self._find_reason(
                        row, item, known, contraindicated, recommended
                    )
                    held_back.append((row, item, score, *reason))
        return held_back

    def _find_reason(self, row, item, known, contraindicated, recommended):
        if contraindicated is not None and item in _columns_of(contraindicated, row):
            return CONTRAINDICATED, None
        conflicting = _columns_of(self._conflicts, item)
        conflicting_known = np.intersect1d(conflicting, _columns_of(known, row))
        if len(conflicting_known):
            return CONFLICTS_WITH_KNOWN, conflicting_known[0]
        other = next(other for other in recommended if other in conflicting)
        return CONFLICTS_WITH_RECOMMENDED, other


def _greedy_top_k(scores, k, conflicts, penalty):
    """Select items one by one, and penalize those that conflict with a selected one.

    Parameters
    ----------
    scores : ndarray of shape (n_rows, n_items)
        Scores; ``-inf`` for items that must not be ranked. Overwritten.
    k : int
        Number of items per row.
    conflicts : csr_array of shape (n_items, n_items)
        Severity of each conflict.
    penalty : ndarray of shape (n_rows,)
        Penalty of a conflict of severity 1; infinite to exclude.

    Returns
    -------
    items, item_scores : ndarray of shape (n_rows, min(k, n_items))
        As from ``top_k``.
    """
    n_rows, n_items = scores.shape
    k = min(k, n_items)
    items = np.empty((n_rows, k), np.intp)
    item_scores = np.empty((n_rows, k))
    rows = np.arange(n_rows)
    for rank in range(k):
        selected = items[:, rank] = scores.argmax(axis=1)
        item_scores[:, rank] = scores[rows, selected]
        scores[rows, selected] = -np.inf
        # a row whose scores are all -inf selects its first column again: no effect
        severity = conflicts[selected].tocoo()
        scores[severity.row, severity.col] -= penalty[severity.row] * severity.data
    return items, item_scores


def _score_range(scores, is_candidate):
    """Return the difference of the highest and the lowest score of each row."""
    highest = np.where(is_candidate, scores, -np.inf).max(axis=1)
    lowest = np.where(is_candidate, scores, np.inf).min(axis=1)
    # 1 where all scores are equal: any penalty ranks an item last
    has_range = np.isfinite(highest) & (highest > lowest)
    return np.where(has_range, highest - lowest, 1.0)


def _columns_of(matrix, row):
    return matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]

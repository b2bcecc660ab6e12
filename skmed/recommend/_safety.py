"""What must not be given together, or not to a patient at all."""

from numbers import Real

import numpy as np
from scipy import sparse
from sklearn.utils import check_array
from sklearn.utils._param_validation import Interval, StrOptions

from skmed._parameters import Parameterized, parameter
from skmed._validation.items import item_number
from skmed._validation.messages import translate_errors
from skmed.metrics._top_k import top_k

CONTRAINDICATED = "contraindicated"
WITH_TAKEN = "conflicts with an item taken"
WITH_LISTED = "conflicts with an item recommended"


class Safety(Parameterized):
    """Parameters of everything that recommends."""

    conflicts: object = parameter(
        "array-like of shape (n_items, n_items), list of pairs or None",
        """Items that must not be given together: a symmetric matrix, sparse or dense,
        above zero where two items conflict (the value says how gravely, for
        ``conflict_policy='penalize'``), or pairs of items, each by its column's name
        or number. ``recommend`` then never lists two that conflict, nor one that
        conflicts with what the patient already has.""",
        "array-like",
        "sparse matrix",
        list,
        tuple,
        set,
        None,
        default=None,
    )
    conflict_policy: str = parameter(
        "{'exclude', 'penalize'}",
        """'exclude' leaves conflicting items out of a list, without exception.
        'penalize' only moves them down.""",
        StrOptions({"exclude", "penalize"}),
        default="exclude",
    )
    conflict_penalty: float = parameter(
        "float",
        """With ``conflict_policy='penalize'``, what one conflict of value 1 costs an
        item, as a part of the distance between the best and the worst score of the
        row; above 1 it goes behind all items without a conflict.""",
        Interval(Real, 0, None, closed="left"),
        default=2.0,
    )


def check_mask(mask, shape, names, argument="contraindications"):
    """Return a mask of rows by items as a sparse array, or None.

    Parameters
    ----------
    mask : array-like, sparse matrix, DataFrame or None
        Non-zero where it holds.
    shape : tuple of int
        The shape it must have.
    names : ndarray of shape (n_items,)
        Of the items; a frame may lack some of them.
    argument : str
        What the caller calls it.

    Returns
    -------
    csr_array of shape (n_rows, n_items) or None
        0 and 1.
    """
    if mask is None:
        return None
    if hasattr(mask, "columns") and names.dtype.kind not in "iu":
        mask = _reordered(mask, names, argument)
    with translate_errors(argument):
        mask = check_array(
            mask,
            accept_sparse="csr",
            dtype=np.float64,
            ensure_min_samples=0,
            input_name=argument,
        )
    if mask.shape != shape:
        raise ValueError(
            f"{argument} must be a mask with a row for each of the {shape[0]} rows of "
            f"X and a column for each of the {shape[1]} items; got shape {mask.shape}."
        )
    return sparse.csr_array(mask != 0, dtype=np.float64)


def _reordered(frame, names, argument):
    """Return a frame with a column for each item; of those it lacks nothing holds."""
    for name in frame.columns:
        item_number(names, name, f"{argument}: the column")
    return frame.reindex(columns=names, fill_value=0)


def _top_k_apart(scores, k, conflicts, penalty):
    """Rank the best items of each row so that those of a list agree.

    Items are chosen one by one. Each that is chosen takes the ones in conflict with
    it out of the list, or lowers them.

    Parameters
    ----------
    scores : ndarray of shape (n_rows, n_items)
        ``-inf`` where an item may not be listed. Used up.
    k : int
        The length of a list.
    conflicts : csr_array of shape (n_items, n_items)
        Above zero where two items conflict.
    penalty : ndarray of shape (n_rows,)
        What a conflict of 1 costs a row; infinite to take items out.

    Returns
    -------
    items, best : ndarray of shape (n_rows, min(k, n_items))
        As from `top_k`.
    """
    n_rows, n_items = scores.shape
    k = min(k, n_items)
    items = np.empty((n_rows, k), np.intp)
    best = np.empty((n_rows, k))
    rows = np.arange(n_rows)
    for place in range(k):
        chosen = items[:, place] = scores.argmax(axis=1)
        best[:, place] = scores[rows, chosen]
        scores[rows, chosen] = -np.inf
        against = conflicts[chosen].tocoo()
        # once a list has ended its first column is "chosen" again: no harm
        scores[against.row, against.col] -= penalty[against.row] * against.data
    return items, best


class Lists:
    """Make the list of each row, and take note of what was held back.

    Parameters
    ----------
    conflicts : csr_array of shape (n_items, n_items) or None
        As `check_conflicts` returns them.
    penalty : float
        Of one conflict, as a part of the range of a row's scores; infinite to
        exclude.
    k : int
        The length of a list.
    """

    def __init__(self, conflicts, penalty, k):
        self._conflicts = conflicts
        self._penalty = penalty
        self._k = k

    def make(self, scores, open_to, taken, forbidden):
        """Rank a batch of rows.

        Parameters
        ----------
        scores : ndarray of shape (n_rows, n_items)
            Of all items. Used up.
        open_to : ndarray of bool, shape (n_rows, n_items)
            Items that may be listed as far as safety isn't concerned.
        taken : csr_array of shape (n_rows, n_items)
            What the patients have, as 0 and 1.
        forbidden : csr_array of shape (n_rows, n_items) or None
            Contraindications.

        Returns
        -------
        items, best : ndarray of shape (n_rows, min(k, n_items))
            As from ``top_k``.
        """
        penalty = np.full(len(scores), self._penalty)
        if np.isfinite(self._penalty):
            penalty *= _range(scores, open_to)
        allowed = scores
        allowed[~open_to] = -np.inf
        if forbidden is not None:
            allowed[forbidden.nonzero()] = -np.inf
        if self._conflicts is None:
            return top_k(allowed, self._k)
        against = (taken @ self._conflicts).tocoo()
        allowed[against.row, against.col] -= penalty[against.row] * against.data
        return _top_k_apart(allowed, self._k, self._conflicts, penalty)

    def held_back(self, scores, open_to, taken, forbidden, listed):
        """Say which of the best items aren't in the lists.

        Parameters
        ----------
        scores, open_to, taken, forbidden : object
            As `make` took them.
        listed : tuple of ndarray
            What `make` returned.

        Returns
        -------
        list of tuple
            Row, item, score, reason, and the item that it conflicts with or None.
        """
        best, best_scores = top_k(np.where(open_to, scores, -np.inf), self._k)
        found = []
        for row, items in enumerate(best):
            in_list = listed[0][row][np.isfinite(listed[1][row])]
            for item, score in zip(items, best_scores[row]):
                if np.isfinite(score) and item not in in_list:
                    why = self._reason(row, item, taken, forbidden, in_list)
                    found.append((row, item, score, *why))
        return found

    def _reason(self, row, item, taken, forbidden, in_list):
        if forbidden is not None and item in _columns(forbidden, row):
            return CONTRAINDICATED, None
        rivals = _columns(self._conflicts, item)
        with_own = np.intersect1d(rivals, _columns(taken, row))
        if len(with_own):
            return WITH_TAKEN, with_own[0]
        return WITH_LISTED, next(other for other in in_list if other in rivals)


def _range(scores, open_to):
    """Return the distance between best and worst score of each row."""
    high = np.where(open_to, scores, -np.inf).max(axis=1)
    low = np.where(open_to, scores, np.inf).min(axis=1)
    # equal scores: any distance will do
    return np.where(np.isfinite(high) & (high > low), high - low, 1.0)


def _columns(matrix, row):
    return matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]

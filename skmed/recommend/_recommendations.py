"""Recommendations of many rows as a DataFrame, computed batch by batch."""

import math
from numbers import Integral

import numpy as np
import pandas as pd
from sklearn.utils import check_scalar

from skmed.metrics._top_k import row_batches

from ._constrained_ranking import ConstrainedRanker
from ._threads import effective_n_threads, map_in_threads
from ._validation import check_mask


def build_recommendations(
    estimator,
    score_rows,
    known,
    k,
    *,
    item_names,
    row_names,
    is_fitted_item,
    exclude_known=True,
    contraindications=None,
    return_held_back=False,
):
    """Rank the items of all rows and return them as a DataFrame.

    Parameters
    ----------
    estimator : RecommendationParameters
        The fitted estimator: its conflicts, their penalty and the number of threads.
    score_rows : callable
        Called with a slice of rows; returns their scores, of shape (n_rows, n_items).
    known : csr_array of shape (n_patients, n_items)
        Indicator of the items that the patients have.
    k : int
        Maximum number of items per row.
    item_names : ndarray of shape (n_items,)
        Names of the items.
    row_names : ndarray of shape (n_patients,)
        Names of the rows.
    is_fitted_item : ndarray of bool, shape (n_items,)
        Items that a patient had in fit; others are never recommended.
    exclude_known : bool, default=True
        Whether to leave known items out.
    contraindications : {array-like, sparse matrix, DataFrame}, default=None
        Mask as the user passed it.
    return_held_back : bool, default=False
        Whether to return the items that the constraints removed, too.

    Returns
    -------
    DataFrame or tuple of DataFrame
        As documented in ``recommend``.
    """
    check_scalar(k, "k", Integral, min_val=1)
    contraindicated = check_mask(contraindications, known.shape, item_names)
    ranker = ConstrainedRanker(
        estimator._conflicts, estimator._relative_penalty(), int(k)
    )

    def rank_batch(rows):
        scores = score_rows(rows)
        is_candidate = np.tile(is_fitted_item, (len(scores), 1))
        if exclude_known:
            is_candidate[known[rows].nonzero()] = False
        constraints = (
            is_candidate,
            known[rows],
            None if contraindicated is None else contraindicated[rows],
        )
        # rank() overwrites the scores
        original = scores.copy() if return_held_back else None
        items, item_scores = ranker.rank(scores, *constraints)
        held_back = []
        if return_held_back:
            held_back = [
                (rows.start + row, *rest)
                for row, *rest in ranker.find_held_back(
                    original, *constraints, (items, item_scores)
                )
            ]
        row, position = np.nonzero(np.isfinite(item_scores))
        columns = [row + rows.start, position + 1, items[row, position]]
        # int32 until the DataFrame is built: results of all patients are large
        columns = [column.astype(np.int32) for column in columns]
        return (*columns, item_scores[row, position]), held_back

    n_threads = effective_n_threads(estimator.n_jobs, math.prod(known.shape))
    batches = row_batches(*known.shape, n_concurrent=n_threads)
    results = list(map_in_threads(rank_batch, batches, n_threads))
    held_back = [entry for _, entries in results for entry in entries]
    rows, ranks, items, scores = (
        np.concatenate(column) for column in zip(*(columns for columns, _ in results))
    )
    del results  # as large as the concatenated columns
    recommendations = pd.DataFrame(
        {
            "row": row_names[rows],
            "rank": ranks.astype(np.int64),
            "item": item_names[items],
            "score": scores,
        }
    )
    if not return_held_back:
        return recommendations
    return recommendations, _held_back_frame(held_back, row_names, item_names)


def _held_back_frame(held_back, row_names, item_names):
    row, item, score, reason, conflicting = list(zip(*held_back)) or [()] * 5
    return pd.DataFrame(
        {
            "row": row_names[np.array(row, int)],
            "item": item_names[np.array(item, int)],
            "score": np.array(score, float),
            "reason": np.array(reason, object),
            "with": pd.Series(
                [None if other is None else item_names[other] for other in conflicting],
                dtype=object,
            ),
        }
    )

"""Lists of recommendations as tables, made batch by batch."""

import math
from numbers import Integral

import numpy as np
import pandas as pd
from sklearn.utils import check_scalar

from skmed.metrics._top_k import batches

from ._safety import Lists, check_mask
from ._threads import each_in_threads, n_threads


def recommendations(
    estimator,
    score,
    taken,
    k,
    *,
    names,
    labels,
    conflicts,
    contraindications,
    return_held_back,
):
    """Make the lists of all rows.

    Parameters
    ----------
    estimator : Safety
        Whose policy holds.
    score : callable
        From a slice of rows to their scores and to a mask of candidates, both of
        shape (n_rows, n_items).
    taken : csr_array of shape (n_patients, n_items)
        What the patients have, as 0 and 1.
    k : int
        The most items per list.
    names : ndarray of shape (n_items,)
        Of the items.
    labels : ndarray of shape (n_patients,)
        Of the rows.
    conflicts : csr_array of shape (n_items, n_items) or None
        As ``check_conflicts`` returns them.
    contraindications : object
        As the caller gave them.
    return_held_back : bool
        Also return what was held back.

    Returns
    -------
    DataFrame or tuple of DataFrame
        As ``recommend`` documents it.
    """
    check_scalar(k, "k", Integral, min_val=1)
    forbidden = check_mask(contraindications, taken.shape, names)
    excluding = estimator.conflict_policy == "exclude"
    penalty = np.inf if excluding else float(estimator.conflict_penalty)
    lists = Lists(conflicts, penalty, int(k))

    def make(batch):
        values, candidates = score(batch)
        some = (
            candidates,
            taken[batch],
            None if forbidden is None else forbidden[batch],
        )
        items, best = lists.make(values.copy() if return_held_back else values, *some)
        held_back = []
        if return_held_back:
            held_back = [
                (batch.start + row, *rest)
                for row, *rest in lists.held_back(values, *some, (items, best))
            ]
        row, place = np.nonzero(np.isfinite(best))
        numbers = [row + batch.start, place + 1, items[row, place]]
        # lists of all patients are large: half of the space until they are a table
        numbers = [number.astype(np.int32) for number in numbers]
        return (*numbers, best[row, place]), held_back

    threads = n_threads(getattr(estimator, "n_jobs", None), math.prod(taken.shape))
    some_rows = batches(*taken.shape, n_at_once=threads)
    made = list(each_in_threads(make, some_rows, threads))
    held_back = [line for _, lines in made for line in lines]
    rows, ranks, items, scores = (
        np.concatenate(part) for part in zip(*(lines for lines, _ in made))
    )
    del made
    table = pd.DataFrame(
        {
            "row": labels[rows],
            "rank": ranks.astype(np.int64),
            "item": names[items],
            "score": scores,
        }
    )
    if not return_held_back:
        return table
    return table, _held_back_table(held_back, labels, names)


def _held_back_table(held_back, labels, names):
    columns = list(zip(*held_back)) or [()] * 5
    row, item, score, reason, rival = columns
    return pd.DataFrame(
        {
            "row": labels[np.array(row, int)],
            "item": names[np.array(item, int)],
            "score": np.array(score, float),
            "reason": np.array(reason, object),
            "with": pd.Series(
                [None if other is None else names[other] for other in rival],
                dtype=object,
            ),
        }
    )

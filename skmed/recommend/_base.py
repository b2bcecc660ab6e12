"""What all recommenders share: checks, lists, scores and explanations."""

import warnings
from abc import abstractmethod
from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from skmed._restore import restore_on_failure
from skmed._validation.items import check_conflicts, item_number
from skmed.metrics import ndcg_at_k_score
from skmed.metrics._top_k import batches, top_k

from ._lists import recommendations
from ._rows import (
    as_interactions,
    check_rows,
    column_totals,
    item_names,
    row_labels,
    with_data,
    withhold,
)
from ._safety import Safety


class Recommender(Safety, BaseEstimator):
    """Base of the recommenders that learn from a table of patients by items.

    Warning: made for skmed's own families; it may change without notice.
    """

    _attribute_docs = {
        "item_frequency_": (
            "ndarray of shape (n_items,)",
            "Part of the fitted patients who have each item. Patients without any "
            "item are served by it.",
        ),
        "n_features_in_": ("int", "Number of items seen in fit."),
        "feature_names_in_": (
            "ndarray of shape (n_items,)",
            "Names of the items, where X had names that are all strings.",
        ),
    }

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags

    # ----- learning -----

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learn which items go together.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_patients, n_items)
            How often, or whether, each patient had each item: zero or more.
        y : Ignored
            Not used, as in scikit-learn's decompositions.

        Returns
        -------
        object
            The fitted recommender itself.
        """
        with restore_on_failure(self):
            X = check_rows(self, X, reset=True)
            if X.nnz == 0:
                raise ValueError(
                    "X has no interactions, only zeros, so there is nothing to learn; "
                    "check how it was made."
                )
            self._conflicts = check_conflicts(self.conflicts, item_names(self))
            self.item_frequency_ = column_totals(X) / X.shape[0]
            self._learn(X)
        return self

    @abstractmethod
    def _learn(self, X):
        """Set fitted attributes from checked rows."""

    @abstractmethod
    def _scores(self, X, known=None):
        """Return scores of all items for checked rows, float64.

        ``known`` are the columns that X tells about, where others are missing
        rather than zero.
        """

    @abstractmethod
    def _similarity(self, item):
        """Return how similar each item is to one of them, float64."""

    # ----- serving -----

    def decision_function(self, X):
        """Compute the scores of all items.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_patients, n_items)
            What each patient has. They need not have been in fit.

        Returns
        -------
        ndarray of shape (n_patients, n_items)
            Scores, float64: the higher, the better an item fits. Rows without any
            item get the frequency of each item in fit, with a warning.
        """
        check_is_fitted(self)
        X = check_rows(self, X, reset=False)
        self._warn_of_empty_rows(X)
        scores = np.empty(X.shape)
        for rows in batches(*X.shape):
            scores[rows] = self._scores_or_frequency(X[rows])
        return scores

    def _warn_of_empty_rows(self, X):
        empty = np.flatnonzero(np.diff(X.indptr) == 0)
        if len(empty):
            warnings.warn(
                f"{len(empty)} of {X.shape[0]} rows of X have no item (the first is "
                f"row {empty[0]}); they are served by how frequent each item is.",
                UserWarning,
                stacklevel=3,
            )

    def _scores_or_frequency(self, X):
        scores = self._scores(X)
        scores[np.diff(X.indptr) == 0] = self.item_frequency_
        return scores

    def recommend(
        self,
        X,
        k=10,
        *,
        exclude_seen=True,
        contraindications=None,
        return_held_back=False,
    ):
        """List the best items for each patient.

        Patients are worked on in batches, so that memory is bounded but for the lists
        themselves. Items that nobody had in fit are never listed.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_patients, n_items)
            What each patient has. They need not have been in fit.
        k : int, default=10
            The most items to list per patient; lists are shorter where fewer are
            left.
        exclude_seen : bool, default=True
            Leave out what a patient already has.
        contraindications : array-like or sparse matrix of shape \
                (n_patients, n_items), default=None
            A mask of what each patient must not get, for example for an allergy.
            A DataFrame may name only some of the items.
        return_held_back : bool, default=False
            Also return what was held back, and why.

        Returns
        -------
        lists : DataFrame
            One line per patient and item, the best first, with the columns ``row``
            (the row's name in a DataFrame, else its number), ``rank`` (from 1),
            ``item`` and ``score``.
        held_back : DataFrame
            Only with ``return_held_back=True``: items among the best `k` that are not
            in the list, with ``row``, ``item``, ``score``, ``reason`` and the item
            they conflict ``with``.
        """
        check_is_fitted(self)
        labels = row_labels(X)
        X = check_rows(self, X, reset=False)
        self._warn_of_empty_rows(X)
        names = item_names(self)
        seen = with_data(X, np.ones(X.nnz, np.int8))

        def score(rows):
            candidates = np.broadcast_to(
                self.item_frequency_ > 0, (rows.stop - rows.start, len(names))
            )
            if exclude_seen:
                candidates = candidates.copy()
                candidates[seen[rows].nonzero()] = False
            return self._scores_or_frequency(X[rows]), candidates

        return recommendations(
            self,
            score,
            seen,
            k,
            names=names,
            labels=labels,
            conflicts=self._conflicts,
            contraindications=contraindications,
            return_held_back=return_held_back,
        )

    # ----- judging -----

    def score(self, X, y=None, *, k=10, withheld=0.2, random_state=0):
        """Withhold part of each row, rank the rest, and see what comes back.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_patients, n_items)
            What each patient has. Rows with a single item can't be judged and are
            left out.
        y : Ignored
            Not used.
        k : int, default=10
            The length of the lists that are judged.
        withheld : float, default=0.2
            The part of each row's items that is withheld, at least one.
        random_state : int, default=0
            Decides which. With the default, all candidates of a search are judged on
            the same items.

        Returns
        -------
        float
            Mean NDCG at `k` of the withheld items, from 0 to 1.
        """
        check_is_fitted(self)
        check_scalar(k, "k", Integral, min_val=1)
        check_scalar(
            withheld,
            "withheld",
            Real,
            min_val=0,
            max_val=1,
            include_boundaries="neither",
        )
        X = check_rows(self, X, reset=False)
        rest, held = withhold(X, withheld, random_state)
        if not rest.shape[0]:
            raise ValueError(
                "X has no row with two items or more, so none can be withheld; score "
                "rows that have more items."
            )
        total = 0.0
        for rows in batches(*rest.shape):
            scores = self._scores(rest[rows])
            scores[rest[rows].nonzero()] = -np.inf
            n_rows = len(scores)
            total += n_rows * ndcg_at_k_score(held[rows] > 0, scores, k=k)
        return total / rest.shape[0]

    # ----- explaining -----

    def similar_items(self, item, k=10):
        """List the items that are most like one of them.

        Parameters
        ----------
        item : str or int
            Its name, or the number of its column.
        k : int, default=10
            The most items to list.

        Returns
        -------
        DataFrame
            ``item`` and ``similarity`` (1 for the same, 0 for unrelated), the most
            similar first, without the item itself and those that nobody had in fit.
        """
        check_is_fitted(self)
        check_scalar(k, "k", Integral, min_val=1)
        names = item_names(self)
        number = item_number(names, item)
        similarity = np.where(
            self.item_frequency_ > 0, self._similarity(number), -np.inf
        )
        similarity[number] = -np.inf
        items, best = top_k(similarity[np.newaxis], k)
        listed = np.isfinite(best[0])
        return pd.DataFrame(
            {"item": names[items[0][listed]], "similarity": best[0][listed]}
        )

    def explain(self, row, item):
        """Say which of a patient's items speak for another one.

        Parameters
        ----------
        row : {array-like, sparse matrix, DataFrame} of shape (1, n_items)
            What the patient has; also a Series, or an array of shape (n_items,).
        item : str or int
            The item to explain: its name, or the number of its column.

        Returns
        -------
        DataFrame
            ``item``, one of the patient's, and ``contribution``: by how much the
            score would be lower if the patient didn't have it. The strongest first;
            a negative one speaks against.
        """
        check_is_fitted(self)
        names = item_names(self)
        number = item_number(names, item)
        X = check_rows(self, _one_row(row), reset=False)
        if X.shape[0] != 1:
            raise ValueError(
                f"row must be a single patient, got {X.shape[0]} rows; pass one of "
                "them, X[[i]] or X.iloc[[i]]."
            )
        own = X.indices
        without = np.repeat(X.toarray(), len(own) + 1, axis=0)
        without[np.arange(len(own)), own] = 0
        without = as_interactions(without, type(self).__name__)
        scores = self._scores(without)[:, number]
        contribution = scores[-1] - scores[:-1]
        order = np.argsort(-contribution, kind="stable")
        return pd.DataFrame(
            {"item": names[own[order]], "contribution": contribution[order]}
        )


def _one_row(row):
    """Return a row as a table of one row."""
    if hasattr(row, "to_frame"):
        return row.to_frame().T
    if np.ndim(row) == 1:
        return np.asarray(row)[np.newaxis]
    return row

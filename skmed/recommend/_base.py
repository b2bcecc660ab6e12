"""Base class of the recommenders that learn from a table of patients by items."""

from abc import abstractmethod
from numbers import Integral, Real
from typing import Literal, Self, overload

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from skmed._restore import restore_on_failure
from skmed._validation.items import item_index
from skmed.metrics import ndcg_at_k_score
from skmed.metrics._top_k import row_batches, top_k

from ._holdout import hold_out_items
from ._recommendation_parameters import RecommendationParameters
from ._recommendations import build_recommendations
from ._sparse import column_sums, with_data
from ._validation import (
    as_table,
    check_interactions,
    convert_interactions,
    item_names,
    row_names,
    warn_about_empty_rows,
)


class Recommender(RecommendationParameters, BaseEstimator):
    """Base class for recommenders that learn from a table of patients by items.

    A subclass implements three methods: `_fit`, `_compute_scores` and
    `_compute_similarity`.

    Warning: This class should not be used directly. Use derived classes instead.
    """

    _attribute_docs = {
        "item_frequency_": (
            "ndarray of shape (n_items,)",
            "Fraction of the fitted patients who have each item. It is the score of "
            "the items for patients without any item.",
        ),
        "n_features_in_": ("int", "Number of items seen in fit."),
        "feature_names_in_": (
            "ndarray of shape (n_items,)",
            "Names of the items. Defined only if X has names that are all strings.",
        ),
    }

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags

    # ----- implemented by subclasses -----

    @abstractmethod
    def _fit(self, X):
        """Learn from validated interactions and set the fitted attributes.

        Parameters
        ----------
        X : csr_array of shape (n_patients, n_items)
            The items of each patient.
        """

    @abstractmethod
    def _compute_scores(self, X, observed=None):
        """Compute the scores of all items.

        Parameters
        ----------
        X : csr_array of shape (n_patients, n_items)
            The validated items of each patient.
        observed : ndarray of int or None
            Indices of the observed columns of X; the values of all others are
            missing, not zero. None if all columns are observed.

        Returns
        -------
        ndarray of shape (n_patients, n_items)
            Scores, float64.
        """

    @abstractmethod
    def _compute_similarity(self, item):
        """Compute the similarity of all items to one item.

        Parameters
        ----------
        item : int
            Column index of the item.

        Returns
        -------
        ndarray of shape (n_items,)
            Similarities, float64.
        """

    # ----- fit -----

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None) -> Self:
        """Fit the recommender to the items of patients.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_patients, n_items)
            How often, or whether, each patient had each item: zero or more.
        y : Ignored
            Not used, present for API consistency by convention.

        Returns
        -------
        object
            The fitted recommender itself.

        Raises
        ------
        ValueError
            If X or a parameter is invalid. The recommender is not changed then.
        """
        with restore_on_failure(self):
            X = check_interactions(self, X, reset=True)
            if X.nnz == 0:
                raise ValueError(
                    "X has no interactions, only zeros, so there is nothing to learn; "
                    "check how it was made."
                )
            self._conflicts = self._check_conflicts(item_names(self))
            self.item_frequency_ = column_sums(X) / X.shape[0]
            self._fit(X)
        return self

    # ----- recommendations -----

    def decision_function(self, X) -> np.ndarray:
        """Compute the scores of all items.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_patients, n_items)
            The items of each patient. The patients may be new.

        Returns
        -------
        ndarray of shape (n_patients, n_items)
            Scores, float64; the higher, the more an item is recommended. Rows without
            items get ``item_frequency_``, with a warning.
        """
        check_is_fitted(self)
        X = check_interactions(self, X, reset=False)
        warn_about_empty_rows(X)
        scores = np.empty(X.shape)
        for rows in row_batches(*X.shape):
            scores[rows] = self._compute_scores_or_frequency(X[rows])
        return scores

    def _compute_scores_or_frequency(self, X):
        scores = self._compute_scores(X)
        scores[np.diff(X.indptr) == 0] = self.item_frequency_
        return scores

    @overload
    def recommend(
        self,
        X,
        k: int = ...,
        *,
        exclude_known: bool = ...,
        contraindications=...,
        return_held_back: Literal[False] = ...,
    ) -> pd.DataFrame: ...

    @overload
    def recommend(
        self,
        X,
        k: int = ...,
        *,
        exclude_known: bool = ...,
        contraindications=...,
        return_held_back: Literal[True],
    ) -> tuple[pd.DataFrame, pd.DataFrame]: ...

    def recommend(
        self,
        X,
        k=10,
        *,
        exclude_known=True,
        contraindications=None,
        return_held_back=False,
    ):
        """Recommend the top k items for each patient.

        Items that no patient had in fit are never recommended. Memory is bounded
        except for the result, as patients are processed in batches.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_patients, n_items)
            The known items of each patient. The patients may be new.
        k : int, default=10
            Maximum number of items per patient; fewer are returned where fewer are
            left.
        exclude_known : bool, default=True
            Whether to exclude the items that a patient already has.
        contraindications : {array-like, sparse matrix} of shape \
                (n_patients, n_items), default=None
            Mask of the items that each patient must not get, for example because of
            an allergy. A DataFrame may have a subset of the items.
        return_held_back : bool, default=False
            Whether to return the items that conflicts and contraindications removed,
            with the reasons.

        Returns
        -------
        recommendations : DataFrame
            One line per patient and item, by descending score, with the columns
            ``row`` (the patient's name in the index of a DataFrame, else the row
            number), ``rank`` (from 1), ``item`` and ``score``.
        held_back : DataFrame
            Only with ``return_held_back=True``: items among the top `k` that are not
            recommended, with ``row``, ``item``, ``score``, ``reason`` and the item
            that they conflict ``with``.

        Raises
        ------
        ValueError
            If X or `contraindications` is invalid, or if `k` is below 1.
        """
        check_is_fitted(self)
        names = row_names(X)
        X = check_interactions(self, X, reset=False)
        warn_about_empty_rows(X)
        return build_recommendations(
            self,
            lambda rows: self._compute_scores_or_frequency(X[rows]),
            with_data(X, np.ones(X.nnz, np.int8)),
            k,
            item_names=item_names(self),
            row_names=names,
            is_fitted_item=self.item_frequency_ > 0,
            exclude_known=exclude_known,
            contraindications=contraindications,
            return_held_back=return_held_back,
        )

    # ----- evaluation -----

    def score(
        self, X, y=None, *, k: int = 10, test_size: float = 0.2, random_state=0
    ) -> float:
        """Compute the mean NDCG of held-out items.

        A fraction of the items of each patient is held out, and all items but the
        remaining ones are ranked.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_patients, n_items)
            The items of each patient. Rows with fewer than two items are ignored.
        y : Ignored
            Not used, present for API consistency by convention.
        k : int, default=10
            Number of top-ranked items to evaluate.
        test_size : float, default=0.2
            Fraction of the items of each row to hold out, at least one item.
        random_state : int, default=0
            Seed of the selection of held-out items. With the default, all candidates
            of a search are evaluated on the same items.

        Returns
        -------
        float
            Mean NDCG at `k` of the held-out items, between 0 and 1.

        Raises
        ------
        ValueError
            If X is invalid or has no row with two items, or if `k` is below 1 or
            `test_size` is not between 0 and 1.
        """
        check_is_fitted(self)
        check_scalar(k, "k", Integral, min_val=1)
        check_scalar(
            test_size,
            "test_size",
            Real,
            min_val=0,
            max_val=1,
            include_boundaries="neither",
        )
        X = check_interactions(self, X, reset=False)
        X_input, X_held_out = hold_out_items(X, test_size, random_state)
        if not X_input.shape[0]:
            raise ValueError(
                "X has no row with two items or more, so none can be held out; score "
                "rows that have more items."
            )
        total = 0.0
        for rows in row_batches(*X_input.shape):
            scores = self._compute_scores(X_input[rows])
            scores[X_input[rows].nonzero()] = -np.inf
            ndcg = ndcg_at_k_score(X_held_out[rows] > 0, scores, k=k)
            total += len(scores) * ndcg
        return total / X_input.shape[0]

    # ----- similarity and explanations -----

    def similar_items(self, item, k: int = 10) -> pd.DataFrame:
        """Find the items that are most similar to an item.

        Parameters
        ----------
        item : str or int
            Name of the item, or the index of its column.
        k : int, default=10
            Maximum number of items.

        Returns
        -------
        DataFrame
            ``item`` and ``similarity`` (1 for equal, 0 for unrelated items), by
            descending similarity, without the item itself and without items that no
            patient had in fit.

        Raises
        ------
        ValueError
            If there is no such item, or if `k` is below 1.
        """
        check_is_fitted(self)
        check_scalar(k, "k", Integral, min_val=1)
        names = item_names(self)
        index = item_index(names, item)
        similarity = np.where(
            self.item_frequency_ > 0, self._compute_similarity(index), -np.inf
        )
        similarity[index] = -np.inf
        items, similarities = (array[0] for array in top_k(similarity[np.newaxis], k))
        is_ranked = np.isfinite(similarities)
        return pd.DataFrame(
            {"item": names[items[is_ranked]], "similarity": similarities[is_ranked]}
        )

    def explain(self, row, item) -> pd.DataFrame:
        """Compute how much each item of a patient contributes to the score of an item.

        Parameters
        ----------
        row : {array-like, sparse matrix, DataFrame} of shape (1, n_items)
            The items of the patient; also a Series, or an array of shape (n_items,).
        item : str or int
            The item to explain: its name, or the index of its column.

        Returns
        -------
        DataFrame
            ``item``, one of the patient's, and ``contribution``: the decrease of the
            score without it. By descending contribution; it is negative where an item
            lowers the score.

        Raises
        ------
        ValueError
            If `row` is not a single patient, or if there is no such item.
        """
        check_is_fitted(self)
        names = item_names(self)
        index = item_index(names, item)
        X = check_interactions(self, as_table(row), reset=False)
        if X.shape[0] != 1:
            raise ValueError(
                f"row must be a single patient, got {X.shape[0]} rows; pass one of "
                "them, X[[i]] or X.iloc[[i]]."
            )
        items = X.indices
        # one row without each item, and the complete row last
        ablated = np.repeat(X.toarray(), len(items) + 1, axis=0)
        ablated[np.arange(len(items)), items] = 0
        ablated = convert_interactions(ablated, type(self).__name__)
        scores = self._compute_scores(ablated)[:, index]
        contribution = scores[-1] - scores[:-1]
        order = np.argsort(-contribution, kind="stable")
        return pd.DataFrame(
            {"item": names[items[order]], "contribution": contribution[order]}
        )

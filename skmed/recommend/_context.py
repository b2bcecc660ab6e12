"""ContextRecommender: prescriptions from diagnoses, procedures and labs."""

from numbers import Integral
from typing import Literal, Self, overload

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, _fit_context, clone
from sklearn.utils._param_validation import Interval
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from skmed._parameters import parameter
from skmed._restore import restore_on_failure
from skmed._validation.arrays import check_numeric_dtype
from skmed._validation.messages import translate_errors
from skmed.metrics._top_k import row_batches

from ._base import Recommender
from ._discretizer import ContextDiscretizer
from ._ease import EASERecommender
from ._recommendation_parameters import RecommendationParameters
from ._recommendations import build_recommendations
from ._validation import check_mask, convert_interactions, row_names


class ContextRecommender(ClassifierMixin, RecommendationParameters, BaseEstimator):
    """Recommend items from the context of a patient, as a multilabel classifier.

    The context (diagnoses, procedures, labs) and the items (prescriptions) of each
    patient form one row, which a recommender learns, as in collective matrix
    factorization. Of a new patient only the context is observed: the recommender
    treats the items as missing, not as zero.

    See Also
    --------
    EASERecommender : The default recommender.
    ALSRecommender : For many items.
    sklearn.multioutput.ClassifierChain : Multilabel classification label by label.

    References
    ----------
    Singh, A. P. & Gordon, G. J. (2008). Relational learning via collective matrix
    factorization. KDD 2008, 650-658. https://doi.org/10.1145/1401890.1401969

    Steck, H. (2019). Embarrassingly shallow autoencoders for sparse data. WWW 2019,
    3251-3257. https://doi.org/10.1145/3308558.3313710

    Examples
    --------
    >>> from skmed.datasets import make_prescriptions
    >>> from skmed.recommend import ContextRecommender
    >>> diagnoses, drugs = make_prescriptions(n_patients=200, random_state=0)
    >>> model = ContextRecommender().fit(diagnoses, drugs)
    >>> model.predict(diagnoses).shape == drugs.shape
    True
    >>> model.recommend(diagnoses.iloc[:3], k=5).columns.tolist()
    ['row', 'rank', 'item', 'score']
    """

    recommender: object = parameter(
        "Recommender or None",
        "Recommender of the rows of context and items, which is cloned; None for "
        "EASERecommender(). Pass conflicts to ContextRecommender, not to it.",
        Recommender,
        None,
        default=None,
        kw_only=False,
    )
    k: int | None = parameter(
        "int or None",
        "Number of items per row in ``predict``; None for the rounded mean number of "
        "items of the fitted rows. Only if y is an indicator matrix.",
        Interval(Integral, 1, None, closed="left"),
        None,
        default=None,
    )
    n_bins: int = parameter(
        "int",
        """Number of quantile bins of a measurement. Columns of zeros and ones, and
        non-negative columns that are mostly zero, such as counts, are not binned; all
        other columns of X are measurements.""",
        Interval(Integral, 2, None, closed="left"),
        default=5,
    )

    _attribute_docs = {
        "recommender_": ("Recommender", "Fitted recommender of context and items."),
        "classes_": (
            "ndarray of shape (n_items,)",
            "Column indices of the items; the labels, if y has one column.",
        ),
        "item_names_": (
            "ndarray of shape (n_items,)",
            "Names of the columns of y, or their indices where they have no names.",
        ),
        "multilabel_": ("bool", "Whether y is an indicator matrix, not labels."),
        "k_": ("int", "Number of items per row in ``predict``."),
        "n_features_in_": ("int", "Number of columns of the context seen in fit."),
        "feature_names_in_": (
            "ndarray of shape (n_features_in_,)",
            "Names of the columns of the context. Defined only if X has names that "
            "are all strings.",
        ),
    }

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.classifier_tags.multi_label = True
        return tags

    # ----- fit -----

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y) -> Self:
        """Fit the recommender to the context and the items of patients.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_samples, n_context)
            Context: indicators or counts of what each patient has, and measurements.
        y : {array-like, sparse matrix, DataFrame} of shape (n_samples, n_items)
            Indicator matrix of each patient's items: 0 and 1. Labels of shape
            ``(n_samples,)`` are treated as items of which each row has one.

        Returns
        -------
        object
            The fitted recommender itself.

        Raises
        ------
        ValueError
            If X, y or a parameter is invalid. The recommender is not changed then.
        """
        with restore_on_failure(self):
            columns = getattr(y, "columns", None)
            check_numeric_dtype(X)
            with translate_errors():
                X, y = validate_data(
                    self,
                    X,
                    y,
                    accept_sparse="csr",
                    dtype=np.float64,
                    multi_output=True,
                )
            items = self._encode_items(y, columns)
            self._conflicts = self._check_conflicts(self.item_names_)
            self.k_ = self.k
            if self.k is None:
                self.k_ = max(1, round(items.sum() / items.shape[0]))
            self._discretizer = ContextDiscretizer(self.n_bins).fit(X)
            context = self._discretizer.transform(X)
            recommender = self.recommender
            recommender = EASERecommender() if recommender is None else recommender
            if recommender.conflicts is not None:
                raise ValueError(
                    "The recommender of ContextRecommender has conflicts, whose items "
                    "it can't know; give conflicts to ContextRecommender itself."
                )
            combined = sparse.hstack([context, items], format="csr")
            self.recommender_ = clone(recommender).fit(combined)
            self._context_columns = np.arange(context.shape[1])
        return self

    def _encode_items(self, y, columns):
        """Return the indicator matrix of the items, and set their names.

        Parameters
        ----------
        y : {ndarray, sparse matrix} of shape (n_samples, n_items) or (n_samples,)
            The validated targets.
        columns : Index or None
            Column names of y, if it was a DataFrame.

        Returns
        -------
        csr_array of shape (n_samples, n_items)
            Indicator matrix.
        """
        target_type = type_of_target(y, input_name="y")
        if target_type == "multilabel-indicator":
            self.multilabel_ = True
            self.classes_ = np.arange(y.shape[1])
            self.item_names_ = self.classes_
            if columns is not None:
                self.item_names_ = np.asarray(columns)
            items = sparse.csr_array(y, dtype=np.float64)
            self._dtype = y.dtype
            if items.nnz == 0:
                raise ValueError("y has no items, only zeros; check how it was made.")
            return items
        check_classification_targets(y)
        if target_type == "multiclass-multioutput":
            raise ValueError(
                "y must be an indicator of items, 0 and 1 only, or labels in one "
                "column; got several columns of other values."
            )
        if self.k is not None:
            raise ValueError(
                f"k={self.k} needs an indicator matrix y; of labels, predict returns "
                "one per row, so leave k=None."
            )
        y = column_or_1d(y, warn=True)
        self.multilabel_ = False
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"y has one class only, {self.classes_.tolist()[0]!r}; give rows of at "
                "least two classes."
            )
        self.item_names_ = self.classes_
        ones = np.ones(len(y))
        return sparse.csr_array((ones, (np.arange(len(y)), codes)))

    # ----- recommendations -----

    def decision_function(self, X) -> np.ndarray:
        """Compute the scores of all items.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_samples, n_context)
            Context.

        Returns
        -------
        ndarray of shape (n_samples, n_items)
            Scores, float64; the higher, the more an item is recommended. For labels
            of two classes, shape ``(n_samples,)``: above zero for the second.
        """
        scores = self._compute_scores(self._encode_context(X))
        if not self.multilabel_ and len(self.classes_) == 2:
            return scores[:, 1] - scores[:, 0]
        return scores

    def predict(self, X) -> np.ndarray:
        """Predict the items of each row.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_samples, n_context)
            Context.

        Returns
        -------
        ndarray of shape (n_samples, n_items)
            Indicator matrix of the items that ``recommend(X, k=k_)`` returns, or
            labels of shape ``(n_samples,)`` if y held labels.
        """
        context = self._encode_context(X)
        if not self.multilabel_:
            scores = self.decision_function(X)
            indices = scores.argmax(axis=1) if scores.ndim > 1 else (scores > 0) * 1
            return self.classes_[indices]
        row_numbers = np.arange(context.shape[0])
        table = self._recommend(context, self.k_, row_numbers, self.classes_)
        indicator = np.zeros((context.shape[0], len(self.classes_)), self._dtype)
        indicator[table["row"], table["item"]] = 1
        return indicator

    @overload
    def recommend(
        self,
        X,
        k: int = ...,
        *,
        known=...,
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
        known=...,
        exclude_known: bool = ...,
        contraindications=...,
        return_held_back: Literal[True],
    ) -> tuple[pd.DataFrame, pd.DataFrame]: ...

    def recommend(
        self,
        X,
        k=10,
        *,
        known=None,
        exclude_known=True,
        contraindications=None,
        return_held_back=False,
    ):
        """Recommend the top k items for each row.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_samples, n_context)
            Context.
        k : int, default=10
            Maximum number of items per row; fewer are returned where fewer are left.
        known : {array-like, sparse matrix} of shape (n_samples, n_items), default=None
            Mask of the items that each patient already has. Items that conflict with
            them are never recommended. A DataFrame may have a subset of the items.
        exclude_known : bool, default=True
            Whether to exclude the items that a patient already has.
        contraindications : {array-like, sparse matrix} of shape \
                (n_samples, n_items), default=None
            Mask of the items that each patient must not get, for example because of
            an allergy. A DataFrame may have a subset of the items.
        return_held_back : bool, default=False
            Whether to return the items that conflicts and contraindications removed,
            with the reasons.

        Returns
        -------
        recommendations : DataFrame
            One line per row and item, by descending score, with the columns ``row``
            (the patient's name in the index of a DataFrame, else the row number),
            ``rank`` (from 1), ``item`` and ``score``.
        held_back : DataFrame
            Only with ``return_held_back=True``: items among the top `k` that are not
            recommended, with ``row``, ``item``, ``score``, ``reason`` and the item
            that they conflict ``with``.

        Raises
        ------
        ValueError
            If X, `known` or `contraindications` is invalid, if `k` is below 1, or if
            ``exclude_known=False`` without `known`.
        """
        if known is None and not exclude_known:
            raise ValueError(
                "exclude_known=False needs known, the items that each patient already "
                "has; pass it, or leave exclude_known=True."
            )
        names = row_names(X)
        context = self._encode_context(X)
        return self._recommend(
            context,
            k,
            names,
            self.item_names_,
            known=known,
            exclude_known=exclude_known,
            contraindications=contraindications,
            return_held_back=return_held_back,
        )

    def _recommend(self, context, k, row_names, item_names, known=None, **options):
        shape = (context.shape[0], len(item_names))
        known = check_mask(known, shape, self.item_names_, "known")
        return build_recommendations(
            self,
            lambda rows: self._compute_scores(context[rows]),
            sparse.csr_array(shape) if known is None else known,
            k,
            item_names=item_names,
            row_names=row_names,
            is_fitted_item=self._item_frequency() > 0,
            **options,
        )

    def _encode_context(self, X):
        """Return the discretized context, with empty columns for the items."""
        check_is_fitted(self)
        check_numeric_dtype(X)
        with translate_errors():
            X = validate_data(
                self, X, accept_sparse="csr", dtype=np.float64, reset=False
            )
        context = self._discretizer.transform(X)
        empty = sparse.csr_array((context.shape[0], len(self.item_names_)))
        combined = sparse.hstack([context, empty], format="csr")
        return convert_interactions(combined, type(self).__name__)

    def _item_frequency(self):
        return self.recommender_.item_frequency_[len(self._context_columns) :]

    def _compute_scores(self, context):
        """Return the scores of all items for an encoded context."""
        n_context = len(self._context_columns)
        scores = np.empty((context.shape[0], len(self.item_names_)))
        for rows in row_batches(*context.shape):
            combined = self.recommender_._compute_scores(
                context[rows], self._context_columns
            )
            scores[rows] = combined[:, n_context:]
        scores[np.diff(context.indptr) == 0] = self._item_frequency()
        return scores

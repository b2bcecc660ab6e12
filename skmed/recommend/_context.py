"""ContextRecommender: from diagnoses, procedures and labs to prescriptions."""

from numbers import Integral

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, _fit_context, clone
from sklearn.utils._param_validation import Interval
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from skmed._parameters import parameter
from skmed._restore import restore_on_failure
from skmed._validation.arrays import check_numeric_dtype
from skmed._validation.items import check_conflicts
from skmed._validation.messages import translate_errors
from skmed.metrics._top_k import batches

from ._base import Recommender
from ._evidence import Evidence
from ._item_models import EASERecommender
from ._lists import recommendations
from ._rows import as_interactions, row_labels
from ._safety import Safety, check_mask


class ContextRecommender(ClassifierMixin, Safety, BaseEstimator):
    """Recommend items from what else is known of a patient.

    The context (diagnoses, procedures, labs) and the items (prescriptions) of each
    patient stand in one row and are factorised together by a recommender. For a new
    patient only the context is known: the recommender treats the items as missing and
    not as absent. To scikit-learn this is a multilabel classifier with scores.

    See Also
    --------
    EASERecommender : The recommender by default.
    ALSRecommender : For many items.
    sklearn.multioutput.ClassifierChain : Labels one after another.

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

    _positional = ("recommender",)

    recommender: object = parameter(
        "Recommender or None",
        "What factorises context and items together; None for EASERecommender with "
        "its defaults. It is cloned. Conflicts are given here and not to it.",
        Recommender,
        None,
        default=None,
    )
    k: int | None = parameter(
        "int or None",
        "How many items ``predict`` says a row has; None for the rounded mean number "
        "of items of the fitted rows.",
        Interval(Integral, 1, None, closed="left"),
        None,
        default=None,
    )
    n_bins: int = parameter(
        "int",
        """Into how many intervals, of as many patients each, a measurement is cut.
        Columns of zeros and ones, and counts most of which are zero, are evidence as
        they are; all other columns of X are measurements.""",
        Interval(Integral, 2, None, closed="left"),
        default=5,
    )

    _attribute_docs = {
        "recommender_": ("Recommender", "The fitted recommender of all columns."),
        "classes_": (
            "ndarray of shape (n_items,)",
            "Numbers of the items; the labels, where y had one column.",
        ),
        "item_names_": (
            "ndarray of shape (n_items,)",
            "Names of y's columns, or their numbers.",
        ),
        "k_": ("int", "How many items ``predict`` gives a row."),
        "n_features_in_": ("int", "Number of columns of the context."),
        "feature_names_in_": (
            "ndarray of shape (n_features_in_,)",
            "Names of the context's columns, where they are all strings.",
        ),
    }

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.classifier_tags.multi_label = True
        return tags

    # ----- learning -----

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y):
        """Learn which items go with which context.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_samples, n_context)
            The context: what each patient has (0 and 1, or counts), and measurements.
        y : {array-like, sparse matrix, DataFrame} of shape (n_samples, n_items)
            The indicator of each patient's items: 0 and 1. Labels of shape
            ``(n_samples,)`` are treated as items of which each row has one.

        Returns
        -------
        object
            The fitted recommender itself.
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
            items = self._learn_items(y, columns)
            names = self.item_names_
            self._conflicts = check_conflicts(self.conflicts, names)
            self.k_ = self.k
            if self.k is None:
                self.k_ = max(1, round(items.sum() / items.shape[0]))
            self._evidence = Evidence(self.n_bins).fit(X)
            context = self._evidence.transform(X)
            recommender = self.recommender
            recommender = EASERecommender() if recommender is None else recommender
            if recommender.conflicts is not None:
                raise ValueError(
                    "The recommender of ContextRecommender has conflicts, whose items "
                    "it can't know; give conflicts to ContextRecommender itself."
                )
            both = sparse.hstack([context, items], format="csr")
            self.recommender_ = clone(recommender).fit(both)
            self._known = np.arange(context.shape[1])
        return self

    def _learn_items(self, y, columns):
        """Return the indicator of the items, and learn their names."""
        kind = type_of_target(y, input_name="y")
        if kind == "multilabel-indicator":
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
        if kind == "multiclass-multioutput":
            raise ValueError(
                "y must be an indicator of items, 0 and 1 only, or labels in one "
                "column; got several columns of other values."
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

    # ----- serving -----

    def decision_function(self, X):
        """Compute the scores of all items.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_samples, n_context)
            The context.

        Returns
        -------
        ndarray of shape (n_samples, n_items)
            Scores, float64: the higher, the better an item fits. Where y was labels
            of two classes, shape ``(n_samples,)``: above zero for the second.
        """
        scores = self._scores(self._context(X))
        if not self.multilabel_ and len(self.classes_) == 2:
            return scores[:, 1] - scores[:, 0]
        return scores

    def predict(self, X):
        """Say which items fit each row.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_samples, n_context)
            The context.

        Returns
        -------
        ndarray of shape (n_samples, n_items)
            The indicator of the items that ``recommend(X, k=k_)`` lists, or labels of
            shape ``(n_samples,)`` if y was labels.
        """
        context = self._context(X)
        if not self.multilabel_:
            scores = self.decision_function(X)
            chosen = scores.argmax(axis=1) if scores.ndim > 1 else (scores > 0) * 1
            return self.classes_[chosen]
        numbers = np.arange(context.shape[0])
        lists = self._lists(context, self.k_, numbers, self.classes_)
        indicator = np.zeros((context.shape[0], len(self.classes_)), self._dtype)
        indicator[lists["row"], lists["item"]] = 1
        return indicator

    def recommend(
        self,
        X,
        k=10,
        *,
        taken=None,
        contraindications=None,
        return_held_back=False,
    ):
        """List the best items for each row.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_samples, n_context)
            The context.
        k : int, default=10
            The most items to list per row; lists are shorter where fewer are left.
        taken : {array-like, sparse matrix} of shape (n_samples, n_items), default=None
            A mask of what each patient takes already. It isn't listed, nor is what
            conflicts with it.
        contraindications : array-like or sparse matrix of shape \
                (n_samples, n_items), default=None
            A mask of what each patient must not get, for example for an allergy.
            A DataFrame may name only some of the items.
        return_held_back : bool, default=False
            Also return what was held back, and why.

        Returns
        -------
        lists : DataFrame
            One line per row and item, the best first, with the columns ``row``,
            ``rank``, ``item`` and ``score``.
        held_back : DataFrame
            Only with ``return_held_back=True``: items among the best `k` that are not
            in the list, with ``row``, ``item``, ``score``, ``reason`` and the item
            they conflict ``with``.
        """
        labels = row_labels(X)
        context = self._context(X)
        return self._lists(
            context,
            k,
            labels,
            self.item_names_,
            taken=taken,
            contraindications=contraindications,
            return_held_back=return_held_back,
        )

    def _lists(self, context, k, labels, names, *, taken=None, **options):
        shape = (context.shape[0], len(names))
        taken = check_mask(taken, shape, self.item_names_, "taken")
        if taken is None:
            taken = sparse.csr_array(shape)
        frequent = self._frequency() > 0

        def score(rows):
            candidates = np.tile(frequent, (rows.stop - rows.start, 1))
            candidates[taken[rows].nonzero()] = False
            return self._scores(context[rows]), candidates

        options = {"contraindications": None, "return_held_back": False, **options}
        return recommendations(
            self,
            score,
            taken,
            k,
            names=names,
            labels=labels,
            conflicts=self._conflicts,
            **options,
        )

    def _context(self, X):
        """Return what speaks for items, with empty columns for the items."""
        check_is_fitted(self)
        check_numeric_dtype(X)
        with translate_errors():
            X = validate_data(
                self, X, accept_sparse="csr", dtype=np.float64, reset=False
            )
        context = self._evidence.transform(X)
        n_items = len(self.item_names_)
        nothing = sparse.csr_array((context.shape[0], n_items))
        both = sparse.hstack([context, nothing], format="csr")
        return as_interactions(both, type(self).__name__)

    def _frequency(self):
        return self.recommender_.item_frequency_[len(self._known) :]

    def _scores(self, context):
        scores = np.empty((context.shape[0], len(self.item_names_)))
        for rows in batches(*context.shape):
            of_all = self.recommender_._scores(context[rows], self._known)
            scores[rows] = of_all[:, len(self._known) :]
        scores[np.diff(context.indptr) == 0] = self._frequency()
        return scores

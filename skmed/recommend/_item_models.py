"""Recommenders that learn how items go with items, and nothing about patients."""

import warnings
from numbers import Integral, Real

import numpy as np
from implicit.nearest_neighbours import (
    BM25Recommender,
    CosineRecommender,
    TFIDFRecommender,
)
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve, eigvalsh
from sklearn.utils._param_validation import Interval, StrOptions

from skmed._parameters import parameter

from ._base import Recommender
from ._threads import n_threads, one_blas_thread
from ._weights import Weighted

_METRICS = {
    "cosine": CosineRecommender,
    "tfidf": TFIDFRecommender,
    "bm25": BM25Recommender,
}
_EXPONENT = Interval(Real, 0, 1, closed="both")


class ItemModel(Weighted, Recommender):
    """What the models of items share: long records may count less."""

    row_scaling: float = parameter(
        "float",
        """Each row is divided by its total to this power before items are compared:
        with 0 a patient counts by all that he has, with more those with long records
        count less.""",
        _EXPONENT,
        default=0.5,
    )

    def _comparable(self, X):
        X = self._weighted(X)
        return _divided_rows(X, X.sum(axis=1), self.row_scaling)


def _divided_rows(X, totals, exponent):
    totals = np.where(totals > 0, totals, 1.0) ** -exponent
    return sparse.csr_array(sparse.diags_array(totals) @ X)


class ItemKNNRecommender(ItemModel):
    """Recommend the neighbours of what a patient has.

    Two items are near each other when the same patients have them. The score of an
    item is the sum of its similarities with the items of the row, each times its
    weight, over pairs of neighbours.

    See Also
    --------
    EASERecommender : Weighs the items against each other; usually more accurate.

    References
    ----------
    Sarwar, B., Karypis, G., Konstan, J. & Riedl, J. (2001). Item-based collaborative
    filtering recommendation algorithms. WWW 2001, 285-295.

    Examples
    --------
    >>> from skmed.datasets import make_prescriptions
    >>> from skmed.recommend import ItemKNNRecommender
    >>> _, drugs = make_prescriptions(n_patients=200, random_state=0)
    >>> knn = ItemKNNRecommender(n_neighbors=10).fit(drugs)
    >>> knn.recommend(drugs.iloc[:3], k=2).columns.tolist()
    ['row', 'rank', 'item', 'score']
    """

    n_neighbors: int = parameter(
        "int",
        "How many neighbours of an item are kept.",
        Interval(Integral, 1, None, closed="left"),
        default=100,
    )
    metric: str = parameter(
        "{'cosine', 'tfidf', 'bm25'}",
        "How similar two items are: the cosine of their columns, as they are or "
        "weighted first by TF-IDF or BM25.",
        StrOptions(set(_METRICS)),
        default="cosine",
    )
    n_jobs: int | None = parameter(
        "int or None",
        "Number of threads of fit; None and -1 for all cores. The result doesn't "
        "depend on it.",
        Integral,
        None,
        default=None,
    )

    _attribute_docs = {
        "similarity_": (
            "csr_array of shape (n_items, n_items)",
            "Similarities of each item with its neighbours, in its row.",
        ),
    }

    def _learn(self, X):
        X = self._comparable(X)
        # each item is its own nearest neighbour
        model = _METRICS[self.metric](
            K=self.n_neighbors + 1, num_threads=n_threads(self.n_jobs)
        )
        with warnings.catch_warnings():
            # it converts what it has itself made of the table
            warnings.filterwarnings("ignore", "Method expects CSR input")
            model.fit(sparse.csr_matrix(X), show_progress=False)
        similarity = sparse.csr_array(model.similarity)
        similarity.setdiag(0)
        similarity.eliminate_zeros()
        self.similarity_ = similarity

    def _scores(self, X, known=None):
        return (self._weighted(X) @ self.similarity_).toarray()

    def _similarity(self, item):
        return self.similarity_[[item]].toarray()[0]


class EASERecommender(ItemModel):
    """Recommend by a linear model from items to items, in closed form.

    Each item is predicted from all others by ridge regression. The weights of all
    regressions come from one inverse of the items' Gram matrix, so that fitting takes
    time in the cube of the number of items and memory in its square, and is exact:
    nothing is random. Often the most accurate model up to some ten thousand items.

    See Also
    --------
    ALSRecommender : For more items than fit into a square matrix.

    References
    ----------
    Steck, H. (2019). Embarrassingly shallow autoencoders for sparse data. WWW 2019,
    3251-3257. https://doi.org/10.1145/3308558.3313710

    Examples
    --------
    >>> from skmed.datasets import make_prescriptions
    >>> from skmed.recommend import EASERecommender
    >>> _, drugs = make_prescriptions(n_patients=200, random_state=0)
    >>> ease = EASERecommender().fit(drugs)
    >>> ease.decision_function(drugs.iloc[:3]).shape == (3, drugs.shape[1])
    True
    """

    regularization: float = parameter(
        "float",
        "Strength of the ridge, as a part of the largest eigenvalue of the items' "
        "Gram matrix, so that it means the same for few and for many patients.",
        Interval(Real, 0, None, closed="neither"),
        default=0.1,
    )
    row_scaling: float = parameter(
        "float",
        """Each row is divided by its total to this power before items are compared:
        with 0 a patient counts by all that he has, with more those with long records
        count less.""",
        _EXPONENT,
        default=0.25,
    )
    item_scaling: float = parameter(
        "float",
        """Each item is divided by its total to this power while the ridge is solved,
        and its scores are multiplied by it again: with more than 0, rare items are
        regularised less.""",
        _EXPONENT,
        default=0.25,
    )

    _attribute_docs = {
        "coef_": (
            "ndarray of shape (n_items, n_items)",
            "What each item (row) adds to the score of each other (column).",
        ),
    }

    def _learn(self, X):
        X = self._comparable(X)
        totals = X.sum(axis=0)
        self._scale = np.where(totals > 0, totals, 1.0) ** self.item_scaling
        X = X @ sparse.diags_array(1 / self._scale)
        gram = (X.T @ X).toarray()
        with one_blas_thread():
            last = len(gram) - 1
            largest = eigvalsh(gram, subset_by_index=[last, last])[0]
            gram[np.diag_indices_from(gram)] += self.regularization * largest
            self._precision = cho_solve(cho_factor(gram), np.eye(len(gram)))
        weights = -self._precision / np.diag(self._precision)
        np.fill_diagonal(weights, 0)
        self.coef_ = weights / self._scale[:, np.newaxis] * self._scale

    def _scores(self, X, known=None):
        X = self._weighted(X)
        if known is None:
            return X @ self.coef_
        # with the others missing, they all are predicted from the known ones
        others = np.setdiff1d(np.arange(X.shape[1]), known)
        between = self._precision[np.ix_(others, known)]
        with one_blas_thread():
            own = cho_factor(self._precision[np.ix_(others, others)])
            weights = -cho_solve(own, between) / self._scale[known]
        scores = np.zeros(X.shape)
        scores[:, others] = X[:, known] @ weights.T * self._scale[others]
        return scores

    def _similarity(self, item):
        # the partial correlation, which the precision matrix holds
        own = np.diag(self._precision)
        return -self._precision[item] / np.sqrt(own[item] * own)

"""ItemKNNRecommender: item-based nearest neighbors."""

import warnings
from numbers import Integral

from implicit.nearest_neighbours import (
    BM25Recommender,
    CosineRecommender,
    TFIDFRecommender,
)
from scipy import sparse
from sklearn.utils._param_validation import Interval, StrOptions

from skmed._parameters import parameter

from ._item_model import ItemModel
from ._threads import effective_n_threads

_METRICS = {
    "cosine": CosineRecommender,
    "tfidf": TFIDFRecommender,
    "bm25": BM25Recommender,
}


class ItemKNNRecommender(ItemModel):
    """Item-based k-nearest neighbors.

    Two items are similar if the same patients have them. The score of an item is the
    sum of its similarities to the items of a row, each multiplied by the weight of
    the interaction. Only the nearest neighbors of an item have a similarity.

    See Also
    --------
    EASERecommender : Linear model of all pairs of items; usually more accurate.

    References
    ----------
    Sarwar, B., Karypis, G., Konstan, J. & Riedl, J. (2001). Item-based collaborative
    filtering recommendation algorithms. WWW 2001, 285-295.
    https://doi.org/10.1145/371920.372071

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
        "Number of neighbors of an item.",
        Interval(Integral, 1, None, closed="left"),
        default=100,
    )
    metric: str = parameter(
        "{'cosine', 'tfidf', 'bm25'}",
        "Similarity of two items: the cosine of their columns, unchanged ('cosine') or "
        "with TF-IDF weights ('tfidf'), or the product of their BM25 weights ('bm25').",
        StrOptions(set(_METRICS)),
        default="cosine",
    )

    _attribute_docs = {
        "similarity_": (
            "csr_array of shape (n_items, n_items)",
            "Similarities of each item (row) to its neighbors (columns).",
        ),
    }

    def _fit(self, X):
        X = self._weight_and_scale_rows(X)
        model = _METRICS[self.metric](
            K=self.n_neighbors + 1,  # each item is its own nearest neighbor
            num_threads=effective_n_threads(self.n_jobs),
        )
        with warnings.catch_warnings():
            # implicit converts a matrix that it has made itself
            warnings.filterwarnings("ignore", "Method expects CSR input")
            model.fit(sparse.csr_matrix(X), show_progress=False)
        similarity = sparse.csr_array(model.similarity)
        similarity.setdiag(0)
        similarity.eliminate_zeros()
        self.similarity_ = similarity

    def _compute_scores(self, X, observed=None):
        return (self._weight_interactions(X) @ self.similarity_).toarray()

    def _compute_similarity(self, item):
        return self.similarity_[[item]].toarray()[0]

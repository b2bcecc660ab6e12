"""ItemKNNRecommender, compared with cosine similarities of scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from skmed.recommend import ItemKNNRecommender

PLAIN = {"weighting": "linear", "row_scaling": 0.0}


@pytest.fixture(scope="module")
def counts():
    rng = np.random.default_rng(0)
    return rng.poisson(rng.random((50, 3)) @ rng.random((3, 9))).astype(float)


def test_neighbors_by_cosine(counts):
    knn = ItemKNNRecommender(n_neighbors=20, **PLAIN).fit(counts)
    expected = cosine_similarity(counts.T)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(knn.similarity_.toarray(), expected, atol=1e-12)
    np.testing.assert_allclose(knn.decision_function(counts[:5]), counts[:5] @ expected)


def test_number_of_neighbors(counts):
    knn = ItemKNNRecommender(n_neighbors=2).fit(counts)
    assert np.diff(knn.similarity_.indptr).max() == 2
    assert len(knn.similar_items(0)) == 8


@pytest.mark.parametrize("metric", ["tfidf", "bm25"])
def test_other_metrics(counts, metric):
    # cosines of TF-IDF are below one, BM25 is not normalized
    some = ItemKNNRecommender(metric=metric).fit(counts).similarity_.toarray()
    plain = ItemKNNRecommender().fit(counts).similarity_.toarray()
    assert np.isfinite(some).all()
    assert not np.allclose(some, plain)


def test_threads_do_not_change_the_neighbors(counts):
    one, two = (ItemKNNRecommender(n_jobs=n).fit(counts).similarity_ for n in (1, 2))
    np.testing.assert_array_equal(one.toarray(), two.toarray())

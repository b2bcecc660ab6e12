"""ItemKNNRecommender and EASERecommender beside plain linear algebra."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.metrics.pairwise import cosine_similarity

from skmed.recommend import EASERecommender, ItemKNNRecommender
from skmed.recommend._rows import check_rows

PLAIN = {"weighting": "linear", "row_scaling": 0.0}


@pytest.fixture(scope="module")
def counts():
    rng = np.random.default_rng(0)
    return rng.poisson(rng.random((50, 3)) @ rng.random((3, 9))).astype(float)


def ridge(counts, known, target, penalty):
    """Regress one column on others."""
    model = Ridge(alpha=penalty, fit_intercept=False, solver="cholesky")
    return model.fit(counts[:, known], counts[:, target]).coef_


def test_ease_is_one_ridge_regression_per_item(counts):
    ease = EASERecommender(**PLAIN, item_scaling=0.0).fit(counts)
    penalty = 0.1 * np.linalg.eigvalsh(counts.T @ counts)[-1]
    for target in range(9):
        others = [item for item in range(9) if item != target]
        expected = ridge(counts, others, target, penalty)
        np.testing.assert_allclose(ease.coef_[others, target], expected, rtol=1e-6)
    assert not np.diag(ease.coef_).any()
    np.testing.assert_allclose(
        ease.decision_function(counts[:5]), counts[:5] @ ease.coef_
    )


def test_ease_of_known_columns_regresses_on_these_only(counts):
    ease = EASERecommender(**PLAIN, item_scaling=0.0).fit(counts)
    penalty = 0.1 * np.linalg.eigvalsh(counts.T @ counts)[-1]
    known, others = np.arange(4), np.arange(4, 9)
    partly = counts.copy()
    partly[:, others] = 0
    scores = ease._scores(check_rows(ease, partly, reset=False), known)
    for target in others:
        expected = counts[:, known] @ ridge(counts, known, target, penalty)
        np.testing.assert_allclose(scores[:, target], expected, rtol=1e-6)


def test_ease_similarity_is_partial_correlation(counts):
    ease = EASERecommender().fit(counts)
    similarity = np.array([ease._similarity(item) for item in range(9)])
    np.testing.assert_allclose(similarity, similarity.T)
    off = ~np.eye(9, dtype=bool)
    signs = np.sign(ease.coef_[off])
    np.testing.assert_array_equal(np.sign(similarity[off]), signs)
    assert np.abs(similarity[off]).max() < 1


@pytest.mark.parametrize("scaling", ["row_scaling", "item_scaling"])
def test_scaling_changes_what_is_learned(counts, scaling):
    models = [EASERecommender(**{scaling: value}).fit(counts) for value in (0.0, 0.9)]
    assert not np.allclose(models[0].coef_, models[1].coef_, atol=1e-3)


def test_neighbours_by_cosine(counts):
    knn = ItemKNNRecommender(n_neighbors=20, **PLAIN).fit(counts)
    expected = cosine_similarity(counts.T)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(knn.similarity_.toarray(), expected, atol=1e-12)
    np.testing.assert_allclose(knn.decision_function(counts[:5]), counts[:5] @ expected)


def test_number_of_neighbours(counts):
    knn = ItemKNNRecommender(n_neighbors=2).fit(counts)
    assert np.diff(knn.similarity_.indptr).max() == 2
    assert len(knn.similar_items(0)) == 8


@pytest.mark.parametrize("metric", ["tfidf", "bm25"])
def test_other_metrics(counts, metric):
    # cosines of TF-IDF are below one, BM25 isn't normalised
    some = ItemKNNRecommender(metric=metric).fit(counts).similarity_.toarray()
    plain = ItemKNNRecommender().fit(counts).similarity_.toarray()
    assert np.isfinite(some).all()
    assert not np.allclose(some, plain)


def test_threads_do_not_change_the_neighbours(counts):
    one, two = (ItemKNNRecommender(n_jobs=n).fit(counts).similarity_ for n in (1, 2))
    np.testing.assert_array_equal(one.toarray(), two.toarray())


def test_weightings(counts):
    def learned(weighting, X):
        return EASERecommender(weighting=weighting).fit(X).coef_

    np.testing.assert_allclose(
        learned("log", counts), learned("linear", np.log1p(counts))
    )
    np.testing.assert_allclose(learned("binary", counts), learned("linear", counts > 0))

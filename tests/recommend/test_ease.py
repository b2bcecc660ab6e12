"""EASERecommender, compared with ridge regressions of scikit-learn."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from skmed.recommend import EASERecommender
from skmed.recommend._validation import check_interactions

PLAIN = {"weighting": "linear", "row_scaling": 0.0}


@pytest.fixture(scope="module")
def counts():
    rng = np.random.default_rng(0)
    return rng.poisson(rng.random((50, 3)) @ rng.random((3, 9))).astype(float)


def ridge(counts, observed, target, penalty):
    """Return the coefficients of a regression of one column on others."""
    model = Ridge(alpha=penalty, fit_intercept=False, solver="cholesky")
    return model.fit(counts[:, observed], counts[:, target]).coef_


def test_one_ridge_regression_per_item(counts):
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


def test_scores_of_observed_columns_regress_on_them_only(counts):
    ease = EASERecommender(**PLAIN, item_scaling=0.0).fit(counts)
    penalty = 0.1 * np.linalg.eigvalsh(counts.T @ counts)[-1]
    observed, others = np.arange(4), np.arange(4, 9)
    partial = counts.copy()
    partial[:, others] = 0
    scores = ease._compute_scores(
        check_interactions(ease, partial, reset=False), observed
    )
    for target in others:
        expected = counts[:, observed] @ ridge(counts, observed, target, penalty)
        np.testing.assert_allclose(scores[:, target], expected, rtol=1e-6)


def test_similarity_is_partial_correlation(counts):
    ease = EASERecommender().fit(counts)
    similarity = np.array([ease._compute_similarity(item) for item in range(9)])
    np.testing.assert_allclose(similarity, similarity.T)
    off = ~np.eye(9, dtype=bool)
    signs = np.sign(ease.coef_[off])
    np.testing.assert_array_equal(np.sign(similarity[off]), signs)
    assert np.abs(similarity[off]).max() < 1


@pytest.mark.parametrize("scaling", ["row_scaling", "item_scaling"])
def test_scaling_changes_what_is_learned(counts, scaling):
    models = [EASERecommender(**{scaling: value}).fit(counts) for value in (0.0, 0.9)]
    assert not np.allclose(models[0].coef_, models[1].coef_, atol=1e-3)

"""LMFRecommender."""

import numpy as np
import pytest
from scipy.optimize import minimize

from skmed.recommend import LMFRecommender
from skmed.recommend._validation import check_interactions


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    X = np.zeros((80, 16))
    for row in range(80):
        X[row, rng.permutation(np.arange(row % 2, 16, 2))[:5]] = rng.integers(1, 4, 5)
    return X


def test_new_factors_maximize_the_likelihood(rows):
    lmf = LMFRecommender(n_components=3, random_state=0, weighting="linear").fit(rows)
    row = rows[0]
    own, absent = np.flatnonzero(row), np.flatnonzero(row == 0)
    probabilities = lmf._negative_probabilities[np.isin(lmf._negatives, absent)]
    negatives = min(30 * len(own), 5) * probabilities / probabilities.sum()
    items = lmf.components_

    def loss(vector):
        scores = vector[:-1] @ items + vector[-1] + lmf.item_bias_
        positive = row[own] @ np.logaddexp(0, -scores[own])
        negative = negatives @ np.logaddexp(0, scores[absent])
        return positive + negative + 0.6 * vector @ vector / 2

    expected = minimize(loss, np.zeros(4), tol=1e-12).x
    factors, bias = lmf._fold_in(check_interactions(lmf, row[np.newaxis], reset=False))
    np.testing.assert_allclose(np.r_[factors[0], bias], expected, atol=1e-3)

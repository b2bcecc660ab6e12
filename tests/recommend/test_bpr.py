"""BPRRecommender."""

import numpy as np
import pytest

from skmed.recommend import BPRRecommender


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    X = np.zeros((80, 16))
    for row in range(80):
        X[row, rng.permutation(np.arange(row % 2, 16, 2))[:5]] = rng.integers(1, 4, 5)
    return X


def test_interactions_are_binary(rows):
    bpr = BPRRecommender(n_components=3, max_iter=20, random_state=0)
    expected = bpr.fit(rows > 0).decision_function(rows > 0)
    np.testing.assert_array_equal(bpr.fit(rows).decision_function(rows), expected)

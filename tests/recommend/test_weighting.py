"""Weights of interactions."""

import numpy as np
import pytest

from skmed.recommend import EASERecommender


@pytest.fixture(scope="module")
def counts():
    rng = np.random.default_rng(0)
    return rng.poisson(rng.random((50, 3)) @ rng.random((3, 9))).astype(float)


def test_weightings(counts):
    def learned(weighting, X):
        return EASERecommender(weighting=weighting).fit(X).coef_

    np.testing.assert_allclose(
        learned("log", counts), learned("linear", np.log1p(counts))
    )
    np.testing.assert_allclose(learned("binary", counts), learned("linear", counts > 0))

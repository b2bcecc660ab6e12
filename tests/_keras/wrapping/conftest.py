"""Data for the tests of what the wrappers are composed of."""

import numpy as np
import pytest


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    # 8 does not divide 30: the last batch is smaller
    X = rng.normal(size=(30, 6)).astype("float32")
    return X, (X[:, 0] + X[:, 5] > 0).astype(int), rng.uniform(0.5, 2, size=30)

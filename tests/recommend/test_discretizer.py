"""Discretization of the context."""

import numpy as np
import pandas as pd

from skmed.recommend._discretizer import ContextDiscretizer


def test_columns():
    rng = np.random.default_rng(0)
    lab = rng.normal(size=100)
    frame = np.c_[
        rng.random(100) < 0.5,  # an indicator
        np.where(rng.random(100) < 0.2, 3, 0),  # a count
        lab,
        np.full(100, 7.0),  # a constant
    ]
    discretizer = ContextDiscretizer(n_bins=4).fit(frame)
    columns = discretizer.transform(frame).toarray()
    np.testing.assert_array_equal(columns[:, :2], frame[:, :2])
    bins = columns[:, 2:6]
    np.testing.assert_array_equal(bins.sum(axis=0), [25, 25, 25, 25])
    np.testing.assert_array_equal(bins.argmax(axis=1), pd.qcut(lab, 4, labels=False))
    assert columns.shape[1] == 7
    # values out of the fitted range belong to the outer bins
    outside = discretizer.transform(np.array([[0, 0, -99, 0], [0, 0, 99, 0]])).toarray()
    assert outside[:, 2:6].argmax(axis=1).tolist() == [0, 3]

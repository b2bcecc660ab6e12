"""Dtypes and memory layouts of X."""

from pathlib import Path
from runpy import run_path

import numpy as np
import pytest
from sklearn.base import clone

from skmed import CNNClassifier, CNNEncoder, CNNRegressor
from skmed._keras.graphs import state

SHARED = run_path(str(Path(__file__).parents[2] / "small_cnn.py"))
SMALL, images, outputs = SHARED["SMALL"], SHARED["images"], SHARED["outputs"]


@pytest.mark.parametrize(
    ("cls", "dtype"),
    [
        (CNNClassifier, np.uint8),
        (CNNRegressor, np.uint8),
        (CNNEncoder, np.uint8),
        (CNNClassifier, np.int16),
    ],
)
def test_bytes_equal_the_same_values_as_floats(cls, dtype):
    X, y = images(40, 6, 6)
    estimator = cls(image_shape=(6, 6), **{**SMALL, "epochs": 5})
    expected = outputs(clone(estimator).fit(X.astype(np.float32), y), X)
    rows = X.astype(dtype)
    for form in (rows, rows.reshape(40, -1)):
        got = outputs(clone(estimator).fit(form, y), form)
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-6)


def test_bytes_stay_bytes_in_memory(monkeypatch):
    dtypes = []
    from_arrays = state.Data.from_arrays

    def spy(x, *args):
        dtypes.append(x.dtype)
        return from_arrays(x, *args)

    monkeypatch.setattr(state.Data, "from_arrays", spy)
    X, y = images(40, 6, 6)
    CNNClassifier(
        image_shape=(6, 6), early_stopping=True, validation_fraction=0.2, **SMALL
    ).fit(X.astype(np.uint8), y)
    assert dtypes == [np.uint8, np.uint8]


def test_neither_order_nor_strides_of_the_array_matter():
    X, y = images(24, 6, 5, 2)
    X = X.astype(float)
    expected = CNNClassifier(**SMALL).fit(X, y).predict_proba(X)
    wide = np.repeat(X, 2, axis=1)[:, ::2]
    for rows in (np.asfortranarray(X), wide, X.astype(">f8"), X.tolist()):
        got = CNNClassifier(**SMALL).fit(rows, y).predict_proba(rows)
        np.testing.assert_array_equal(got, expected)

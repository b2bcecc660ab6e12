"""The dtype of layers, and the process's own left alone."""

import keras
import numpy as np
import pytest

from skmed import CNNClassifier, CNNEncoder, CNNRegressor

X = np.random.default_rng(0).normal(size=(40, 8))
Y = (X[:, 0] > 0).astype(int)
SETTINGS = {"filters": (4,), "dense_units": (4,), "epochs": 3, "random_state": 0}


@pytest.mark.parametrize(
    ("precision", "dtype", "compute"),
    [
        ("float32", "float32", "float32"),
        ("float64", "float64", "float64"),
        ("mixed", "float32", "float16"),
    ],
)
@pytest.mark.parametrize("estimator", [CNNClassifier, CNNRegressor, CNNEncoder])
def test_dtypes(estimator, precision, dtype, compute):
    before = keras.config.dtype_policy().name, keras.config.floatx()
    fitted = estimator(precision=precision, **SETTINGS).fit(X, Y)
    method = next(
        name
        for name in ("predict_proba", "transform", "predict")
        if hasattr(fitted, name)
    )
    assert getattr(fitted, method)(X).dtype == dtype
    assert {v.dtype for v in fitted.model_.trainable_variables} == {dtype}
    assert fitted.model_.layers[2].compute_dtype == compute
    assert (keras.config.dtype_policy().name, keras.config.floatx()) == before
    losses = fitted.history_["loss"]
    assert losses[-1] < losses[0]


def test_mixed_precision_comes_close_to_single():
    mixed = CNNClassifier(precision="mixed", **SETTINGS).fit(X, Y)
    single = CNNClassifier(**SETTINGS).fit(X, Y)
    np.testing.assert_allclose(
        mixed.predict_proba(X), single.predict_proba(X), atol=0.01
    )

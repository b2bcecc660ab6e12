"""The dtype of layers and the seed of one fit, and the process's own left alone."""

import random
import threading

import keras
import numpy as np
import pytest

from skmed import CNNClassifier, CNNEncoder, CNNRegressor
from skmed._keras.compat.global_state import seeded

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


# ----- seeds -----


def test_streams_are_as_if_nothing_had_happened():
    random.seed(1)
    np.random.seed(1)
    expected = random.random(), np.random.random()
    random.seed(1)
    np.random.seed(1)
    with seeded(5):
        keras.layers.Dense(2).build((None, 3))
    with pytest.raises(ZeroDivisionError), seeded(5):
        raise ZeroDivisionError
    assert (random.random(), np.random.random()) == expected


def weights():
    layer = keras.layers.Dense(2)
    layer.build((None, 3))
    return layer.kernel.numpy()


def test_a_seed_gives_the_same_weights_whatever_other_threads_draw():
    with seeded(5):
        expected = weights()
    stop = threading.Event()

    def disturb():
        while not stop.is_set():
            random.random()
            weights()

    other = threading.Thread(target=disturb)
    other.start()
    try:
        for _ in range(20):
            with seeded(5):
                np.testing.assert_array_equal(weights(), expected)
    finally:
        stop.set()
        other.join()


def test_keras_draws_from_the_global_stream_elsewhere():
    random.seed(1)
    first = weights()
    with seeded(5):
        pass
    random.seed(1)
    np.testing.assert_array_equal(weights(), first)

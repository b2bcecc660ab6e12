"""Architectures of the user's own."""

from pathlib import Path
from runpy import run_path

import keras
import numpy as np
import pytest

from skmed import CNNClassifier, CNNRegressor
from skmed._keras.estimators.network import call_architecture

SHARED = run_path(str(Path(__file__).parents[2] / "small_cnn.py"))
images = SHARED["images"]
OWN = {"epochs": 2, "batch_size": 16, "random_state": 0}


def test_architecture_is_called():
    inputs = keras.Input((4, 2))
    features = call_architecture(keras.layers.Flatten(), inputs)
    assert features.shape == (None, 8)


def test_architecture_that_stops_the_program():
    def architecture(inputs):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call_architecture(architecture, keras.Input((4,)))


@pytest.mark.parametrize(
    "wrong", [lambda x: x, lambda x: None, lambda x: keras.layers.Conv1D(2, 1)(x)]
)
def test_an_architecture_must_return_features(wrong):
    X, y = images(24, 8)
    with pytest.raises(ValueError, match="architecture must return"):
        CNNClassifier(epochs=2, architecture=wrong).fit(X, y)


def test_two_architectures_do_not_share_weights_or_graphs():
    X, y = images(24, 8)
    X = X.astype(float)
    narrow = CNNRegressor(**OWN, architecture=lambda x: keras.layers.Flatten()(x))
    wide = CNNRegressor(
        **OWN,
        architecture=lambda x: keras.layers.Dense(3)(keras.layers.Flatten()(x)),
    )
    expected = narrow.fit(X, y).predict(X)
    assert wide.fit(X, y).model_.count_params() > narrow.model_.count_params()
    np.testing.assert_array_equal(narrow.fit(X, y).predict(X), expected)

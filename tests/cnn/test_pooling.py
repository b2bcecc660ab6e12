"""Poolings of features over positions."""

import keras
import numpy as np
import pytest

from skmed.cnn import _pooling


@pytest.mark.parametrize("shape", [(5, 4), (3, 2, 4), (2, 3, 2, 4)], ids=str)
def test_poolings(shape):
    x = np.random.default_rng(0).normal(size=(3, *shape)).astype(np.float32)
    flat = x.reshape(3, -1, 4)
    expected = {
        "flatten": x.reshape(3, -1),
        "avg": flat.mean(axis=1),
        "max": flat.max(axis=1),
    }
    for name, wanted in expected.items():
        inputs = keras.Input(shape)
        model = keras.Model(inputs, _pooling.POOLINGS[name](inputs))
        np.testing.assert_allclose(model(x).numpy(), wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shape", [(5, 4), (3, 2, 4), (2, 3, 2, 4)], ids=str)
def test_attention_is_a_weighted_mean_of_positions(shape):
    inputs = keras.Input(shape)
    model = keras.Model(inputs, _pooling.attend(inputs))
    x = np.random.default_rng(0).normal(size=(3, *shape)).astype(np.float32)
    weights = keras.Model(inputs, model.get_layer("attention").output)(x).numpy()
    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-5)
    assert weights.std() > 0
    expected = (weights * x.reshape(3, -1, 4)).sum(axis=1)
    np.testing.assert_allclose(model(x).numpy(), expected, rtol=1e-5, atol=1e-6)

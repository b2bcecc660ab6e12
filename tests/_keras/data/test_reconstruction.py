"""Inputs that an encoder rebuilds."""

from pathlib import Path
from runpy import run_path

import numpy as np
import pytest

from skmed import CNNEncoder

SHARED = run_path(str(Path(__file__).parents[2] / "small_cnn.py"))
SMALL, images = SHARED["SMALL"], SHARED["images"]


@pytest.mark.parametrize(
    ("shape", "image_shape"),
    [
        ((9,), None),
        ((9, 1), None),
        ((9, 2), None),
        ((7, 5, 3), None),
        ((3, 4, 5, 1), None),
        ((1,), None),
        ((1, 1, 1, 1), None),
        ((35,), (7, 5)),
        ((7, 5), (7, 5)),
        ((7, 5, 1), (7, 5)),
        ((7, 5, 3), (7, 5, 3)),
        ((7, 5, 6), (7, 5, 6)),
    ],
    ids=str,
)
def test_inputs_come_back_in_the_shape_that_fit_was_given(shape, image_shape):
    X, _ = images(24, *shape)
    X = X.astype(float)
    encoder = CNNEncoder(**SMALL, n_components=2, image_shape=image_shape)
    codes = encoder.fit_transform(X)
    assert codes.shape == (24, 2)
    assert codes.dtype == np.float32
    rebuilt = encoder.inverse_transform(codes)
    assert rebuilt.shape == X.shape
    assert encoder.inverse_transform(codes[:1]).shape == X[:1].shape
    # the decoder itself, without graphs, is the reference
    layer = encoder.model_.get_layer("normalize")
    raw = encoder.decoder_(codes).numpy().reshape(24, *encoder.model_.input_shape[1:])
    expected = raw * np.sqrt(layer.moving_variance.numpy()) + layer.moving_mean.numpy()
    np.testing.assert_allclose(
        rebuilt.reshape(24, -1), expected.reshape(24, -1), rtol=1e-4, atol=1e-3
    )


def test_inputs_come_back_in_their_units():
    X, _ = images(60, 6)
    X = 1e3 + X[:, :1] * np.array([1.0, 2, 3, 4, 5, 6])
    encoder = CNNEncoder(
        n_components=2,
        filters=(8,),
        dense_units=(16,),
        epochs=60,
        learning_rate=0.02,
        random_state=0,
    ).fit(X)
    rebuilt = encoder.inverse_transform(encoder.transform(X))
    assert np.mean((rebuilt - X) ** 2) < 0.05 * X.var()

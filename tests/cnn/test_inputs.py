"""Signals, images and volumes, flat and in their shape."""

from pathlib import Path
from runpy import run_path

import numpy as np
import pytest
from sklearn.base import clone

from skmed import CNNClassifier, CNNEncoder, CNNRegressor

SHARED = run_path(str(Path(__file__).parents[1] / "small_cnn.py"))
SMALL, images, outputs = SHARED["SMALL"], SHARED["images"], SHARED["outputs"]


@pytest.mark.parametrize(
    ("image_shape", "sizes"),
    [
        ((5, 7), (5, 7, 1)),
        ((5, 7, 3), (5, 7, 3)),
        ((5, 7, 4), (5, 7, 4)),
        ((5, 7, 6), (5, 7, 6, 1)),  # a volume: six isn't a number of channels
        ((5, 7, 2, 1), (5, 7, 2, 1)),
        ((3, 4, 5, 2), (3, 4, 5, 2)),
        ([5, 7], (5, 7, 1)),
    ],
    ids=str,
)
@pytest.mark.parametrize("cls", [CNNClassifier, CNNRegressor, CNNEncoder])
def test_flat_and_shaped_rows_give_the_same_model(cls, image_shape, sizes):
    shaped, y = images(24, *image_shape)
    flat = shaped.reshape(24, -1)
    estimator = cls(image_shape=image_shape, **SMALL)
    expected = outputs(clone(estimator).fit(flat, y), flat)
    with_channel = shaped.reshape(24, *sizes)
    for X in (shaped, with_channel):
        fitted = clone(estimator).fit(X, y)
        assert fitted.model_.input_shape == (None, *sizes)
        assert fitted.n_features_in_ == flat.shape[1]
        for rows in (flat, shaped, with_channel):
            np.testing.assert_array_equal(outputs(fitted, rows), expected)


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [
        ((9,), (9, 1)),
        ((9, 2), (9, 2)),
        ((6, 5, 3), (6, 5, 3)),
        ((4, 3, 5, 2), (4, 3, 5, 2)),
        ((1,), (1, 1)),
        ((1, 1, 1, 1), (1, 1, 1, 1)),
    ],
    ids=str,
)
def test_rank_says_what_rows_are(shape, sizes):
    X, y = images(24, *shape)
    X = X.astype(float)
    for estimator in (CNNClassifier(), CNNRegressor(), CNNEncoder(n_components=2)):
        y = np.arange(24) % 2
        estimator.set_params(**SMALL).fit(X, y)
        assert estimator.model_.input_shape == (None, *sizes)
        assert len(outputs(estimator, X[:1])) == 1


def test_grey_images_without_image_shape_are_refused():
    X, y = images(24, 5, 7)
    with pytest.raises(ValueError, match=r"pass image_shape=\(5, 7\)"):
        CNNClassifier(**SMALL).fit(X.astype(np.uint8), y)
    assert CNNClassifier(**SMALL).fit(X.astype(float), y).model_.input_shape[1:] == (
        *(5, 7),
    )

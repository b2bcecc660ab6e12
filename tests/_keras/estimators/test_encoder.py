"""Codes, and what they are learned for."""

from pathlib import Path
from runpy import run_path

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import train_test_split

from skmed import CNNEncoder

SHARED = run_path(str(Path(__file__).parents[2] / "small_cnn.py"))
SMALL, images = SHARED["SMALL"], SHARED["images"]


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return train_test_split(X, y, train_size=600, random_state=0, stratify=y)


@pytest.mark.parametrize("loss", [None, "absolute_error", "huber"])
def test_reconstruction_beats_the_mean(digits, loss):
    train, test, _, _ = digits
    encoder = CNNEncoder(
        image_shape=(8, 8),
        n_components=12,
        filters=(8, 16),
        dense_units=(32,),
        epochs=15,
        learning_rate=0.005,
        loss=loss,
        random_state=0,
    ).fit(train)
    rebuilt = encoder.inverse_transform(encoder.transform(test))
    error = np.mean((rebuilt - test) ** 2)
    assert error < 0.6 * np.mean((train.mean(axis=0) - test) ** 2)


def test_supervised_codes_separate_classes(digits):
    train, test, y_train, y_test = digits
    encoder = CNNEncoder(
        image_shape=(8, 8),
        n_components=4,
        filters=(8, 16),
        dense_units=(32,),
        epochs=10,
        learning_rate=0.005,
        objective="classification",
        random_state=0,
    ).fit(train, y_train)
    codes = encoder.transform(test)
    assert codes.shape == (len(test), 4)
    centres = np.stack([codes[y_test == k].mean(axis=0) for k in range(10)])
    nearest = np.argmin(((codes[:, None] - centres) ** 2).sum(axis=2), axis=1)
    assert np.mean(nearest == y_test) > 0.6


def test_only_reconstruction_goes_back():
    for objective in ("classification", "regression"):
        assert not hasattr(CNNEncoder(objective=objective), "inverse_transform")
    with pytest.raises(NotFittedError):
        CNNEncoder().inverse_transform([[0.0]])
    X, _ = images(24, 6)
    encoder = CNNEncoder(**SMALL, n_components=3).fit(X)
    with pytest.raises(ValueError, match=r"codes of shape \(n, 3\)"):
        encoder.inverse_transform(np.zeros((2, 2)))


def test_why_there_is_no_inverse_transform():
    with pytest.raises(AttributeError) as raised:
        CNNEncoder(objective="regression").inverse_transform  # noqa: B018
    assert "objective='reconstruction'" in str(raised.value.__cause__)

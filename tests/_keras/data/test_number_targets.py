"""Losses of regression, and targets on any scale."""

from pathlib import Path
from runpy import run_path

import numpy as np
import pytest

from skmed import CNNRegressor

SHARED = run_path(str(Path(__file__).parents[2] / "small_cnn.py"))
SMALL, images = SHARED["SMALL"], SHARED["images"]


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber"])
def test_regression_losses(loss):
    X, _ = images(60, 6)
    y = 1000 + X[:, 0] - X[:, -1]
    regressor = CNNRegressor(
        **{**SMALL, "epochs": 60, "learning_rate": 0.02, "dense_units": (16,)},
        loss=loss,
    ).fit(X, y)
    assert regressor.score(X, y) > 0.7


def test_robust_losses_mind_outliers_less():
    X, _ = images(60, 6)
    y = X[:, 0] - X[:, -1]
    wrong = np.where(np.arange(60) % 10 == 0, 1e4, y)
    settings = {**SMALL, "epochs": 60, "learning_rate": 0.02, "dense_units": (16,)}
    errors = {
        loss: np.median(
            np.abs(CNNRegressor(**settings, loss=loss).fit(X, wrong).predict(X) - y)
        )
        for loss in ("squared_error", "absolute_error", "huber")
    }
    assert errors["absolute_error"] < errors["huber"] < errors["squared_error"]


@pytest.mark.parametrize("n_targets", [1, 2])
def test_counts_are_positive(n_targets):
    X, _ = images(60, 6)
    rate = np.exp(3 * (X[:, :n_targets] / 255) - 1)
    y = np.random.default_rng(0).poisson(rate).squeeze()
    regressor = CNNRegressor(
        **{**SMALL, "epochs": 40, "learning_rate": 0.02}, loss="poisson"
    ).fit(X, y)
    for rows in (X, 255 - X, 3 * X - 255):
        assert np.all(regressor.predict(rows) > 0)
    assert regressor.predict(X).shape == y.shape
    assert regressor.score(X, y) > 0.2
    with pytest.raises(ValueError, match="negative"):
        regressor.fit(X, y - 1)


@pytest.mark.parametrize("value", [0.0, 5.0, 1e-3])
@pytest.mark.parametrize("loss", ["squared_error", "huber", "poisson"])
def test_targets_that_do_not_vary(value, loss):
    X, _ = images(24, 6)
    regressor = CNNRegressor(
        **{**SMALL, "epochs": 60, "learning_rate": 0.02}, loss=loss
    ).fit(X, np.full(24, value))
    assert np.allclose(regressor.predict(X), value, atol=0.5)

"""Epochs: validation, and when early stopping ends them."""

from pathlib import Path
from runpy import run_path

import numpy as np

from skmed import CNNClassifier

SHARED = run_path(str(Path(__file__).parents[2] / "small_cnn.py"))
SMALL, images, same_weights = SHARED["SMALL"], SHARED["images"], SHARED["same_weights"]


def test_early_stopping_keeps_the_best_weights():
    X, y = images(60, 6)
    X_val, y_val = images(40, 6, seed=1)
    settings = {**SMALL, "learning_rate": 0.05, "n_iter_no_change": 4, "tol": 0.0}
    settings |= {"dense_units": (16,), "epochs": 60}
    stopped = CNNClassifier(**settings, early_stopping=True)
    stopped.fit(X, y, X_val=X_val, y_val=y_val)
    losses = stopped.history_["val_loss"]
    best = int(np.argmin(losses)) + 1
    assert stopped.n_iter_ == len(losses) == best + 4 < 60
    # the weights are those of a fit that ran this long and no longer
    shorter = CNNClassifier(**{**settings, "epochs": best}).fit(X, y)
    assert same_weights(stopped, shorter)


def test_validation_rows_are_watched_without_early_stopping():
    X, y = images(60, 6)
    watched = CNNClassifier(**SMALL).fit(X, y, X_val=X[:10], y_val=y[:10])
    assert list(watched.history_) == ["loss", "val_loss"]
    assert same_weights(watched, CNNClassifier(**SMALL).fit(X, y))


def test_tolerance_and_patience():
    X, y = images(60, 6)
    for patience in (1, 3):
        classifier = CNNClassifier(
            **{**SMALL, "epochs": 20},
            early_stopping=True,
            n_iter_no_change=patience,
            tol=100.0,
        ).fit(X, y)
        # the first epoch is better than nothing, none is better by a hundred
        assert classifier.n_iter_ == patience + 1

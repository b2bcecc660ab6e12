"""Smoothed labels are Keras's."""

from pathlib import Path
from runpy import run_path

import keras
import numpy as np
import pytest

from skmed import CNNClassifier
from skmed._keras.data.class_targets import smooth_labels

SHARED = run_path(str(Path(__file__).parents[2] / "small_cnn.py"))
SMALL, images = SHARED["SMALL"], SHARED["images"]


SETTINGS = {"filters": (2,), "dense_units": (3,), "epochs": 1, "random_state": 0}


@pytest.mark.parametrize("multilabel", [False, True])
def test_targets_are_those_of_keras(multilabel):
    rng = np.random.default_rng(0)
    indicator = np.eye(3)[rng.integers(0, 3, size=9)]
    predicted = rng.dirichlet(np.ones(3), size=9)
    kind = (
        keras.losses.BinaryCrossentropy
        if multilabel
        else keras.losses.CategoricalCrossentropy
    )
    expected = float(kind(label_smoothing=0.2)(indicator, predicted))
    got = float(kind()(smooth_labels(indicator, 0.2, multilabel), predicted))
    assert got == pytest.approx(expected, rel=1e-5)
    assert smooth_labels(indicator, 0.0, multilabel) is indicator


@pytest.mark.parametrize("kind", ["classes", "labels"])
@pytest.mark.parametrize("loss", ["log_loss", "focal"])
def test_loss_of_smoothed_labels(kind, loss):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 6)), np.arange(30) % 3
    indicator = np.eye(3, dtype=int)[y]
    if kind == "labels":
        y = indicator = np.stack([y > 0, y > 1], axis=1).astype(int)
    losses = {
        ("classes", "log_loss"): keras.losses.CategoricalCrossentropy,
        ("classes", "focal"): keras.losses.CategoricalFocalCrossentropy,
        ("labels", "log_loss"): keras.losses.BinaryCrossentropy,
        ("labels", "focal"): keras.losses.BinaryFocalCrossentropy,
    }
    # a step of no size shows the loss of the first weights
    still = {"optimizer": "sgd", "learning_rate": 1e-12}
    classifier = CNNClassifier(**SETTINGS, **still, label_smoothing=0.2, loss=loss)
    classifier.fit(X, y)
    expected = losses[kind, loss](label_smoothing=0.2)(
        indicator.astype(np.float32), classifier.predict_proba(X)
    )
    assert classifier.history_["loss"][0] == pytest.approx(float(expected), rel=1e-5)


def test_smoothed_labels_make_less_sure():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 6))
    y = np.where(X[:, 0] > 0, "b", "a")
    settings = {**SETTINGS, "epochs": 80, "learning_rate": 0.02}
    sure = CNNClassifier(**settings).fit(X, y).predict_proba(X).max(axis=1)
    smooth = CNNClassifier(**settings, label_smoothing=0.3).fit(X, y)
    assert smooth.classes_.tolist() == ["a", "b"]
    assert smooth.score(X, y) > 0.9
    assert sure.mean() > 0.95 > 0.92 > smooth.predict_proba(X).max(axis=1).mean()


# ----- losses -----


@pytest.mark.parametrize("loss", ["log_loss", "focal"])
@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
def test_classification_losses(loss, kind):
    X, y = images(60, 6)
    X = X.astype(float)
    if kind == "multiclass":
        y = y + (X[:, 1] > X[:, 2])
    if kind == "multilabel":
        y = np.stack([y, 1 - y, X[:, 1] > X[:, 2]], axis=1).astype(int)
    classifier = CNNClassifier(
        **{**SMALL, "epochs": 60, "learning_rate": 0.02, "dense_units": (16,)},
        loss=loss,
    ).fit(X, y)
    assert classifier.score(X, y) > 0.75
    assert classifier.history_["loss"][-1] < 0.7 * classifier.history_["loss"][0]


@pytest.mark.parametrize("kind", ["multiclass", "multilabel"])
def test_focal_loss_is_that_of_keras(kind):
    X, y = images(30, 6)
    y = y + (X[:, 1] > X[:, 2])
    if kind == "multiclass":
        loss, target = keras.losses.CategoricalFocalCrossentropy(), np.eye(3)[y]
    else:
        y = target = np.stack([y > 0, y > 1], axis=1).astype(int)
        loss = keras.losses.BinaryFocalCrossentropy()
    # a step of no size shows the loss of the first weights
    classifier = CNNClassifier(
        **{**SMALL, "epochs": 1}, loss="focal", optimizer="sgd", learning_rate=1e-12
    ).fit(X, y)
    expected = float(loss(target.astype(np.float32), classifier.predict_proba(X)))
    assert classifier.history_["loss"][0] == pytest.approx(expected, rel=1e-5)


def test_focal_loss_minds_hard_rows_more():
    X, y = images(60, 6)
    settings = {**SMALL, "epochs": 20, "learning_rate": 0.02}
    sure = CNNClassifier(**settings).fit(X, y).predict_proba(X).max(axis=1)
    focal = CNNClassifier(**settings, loss="focal").fit(X, y).predict_proba(X)
    assert focal.max(axis=1).mean() < sure.mean()

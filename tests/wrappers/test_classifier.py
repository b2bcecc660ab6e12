"""Kinds, probabilities and class weights of the wrapped classifier."""

from pathlib import Path
from runpy import run_path

import keras
import numpy as np
import pytest
from sklearn.base import is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import check_cv, cross_val_score

SHARED = run_path(str(Path(__file__).with_name("test_documented_programs.py")))
classifier = SHARED["classifier"]
mlp = SHARED["mlp"]
softmax = SHARED["softmax"]
CHECKS = run_path(str(Path(__file__).with_name("test_checks.py")))
exact_classes = CHECKS["exact_classes"]


def test_scikit_learn_knows_its_kind(rows):
    X, y = rows
    assert is_classifier(classifier())
    assert (
        "Stratified"
        in type(check_cv(3, y, classifier=is_classifier(classifier()))).__name__
    )
    scores = cross_val_score(classifier(), X, y, scoring="roc_auc", cv=2)
    assert np.isfinite(scores).all()
    calibrated = CalibratedClassifierCV(classifier(), cv=2).fit(X, y)
    assert calibrated.predict_proba(X).shape == (40, 2)


@pytest.mark.parametrize(
    ("model", "loss"),
    [
        (mlp, "binary_crossentropy"),
        (softmax, "sparse_categorical_crossentropy"),
        (softmax, "categorical_crossentropy"),
        (softmax, keras.losses.CategoricalCrossentropy),
        (softmax, keras.losses.CategoricalFocalCrossentropy()),
    ],
)
@pytest.mark.parametrize("n", [1, 2])
def test_probabilities_of_any_number_of_rows(rows, model, loss, n):
    X, y = rows
    proba = classifier(model, loss).fit(X, y).predict_proba(X[:n])
    assert proba.shape == (n, 2)
    np.testing.assert_allclose(proba.sum(axis=1), 1, atol=1e-6)


def test_logits_become_probabilities(rows):
    def linear(meta):
        return keras.Sequential([keras.Input((6,)), keras.layers.Dense(1)])

    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    clf = classifier(linear, loss, epochs=3).fit(*rows)
    proba = clf.predict_proba(rows[0])
    logits = clf.model_.predict(rows[0], verbose=0).ravel()
    np.testing.assert_allclose(proba[:, 1], 1 / (1 + np.exp(-logits)), rtol=1e-5)
    np.testing.assert_array_equal(clf.predict(rows[0]), logits > 0)


def test_partial_fit_with_classes():
    X = np.random.default_rng(0).normal(size=(10, 4))
    clf = classifier(softmax, "sparse_categorical_crossentropy")
    clf.partial_fit(X, np.full(10, "b"), classes=["c", "b", "a"])
    clf.partial_fit(X, np.full(10, "c"))
    assert clf.classes_.tolist() == ["a", "b", "c"]
    assert clf.predict_proba(X).shape == (10, 3)
    with pytest.raises(ValueError, match="one class only"):
        classifier().partial_fit(X, np.full(10, "b"))


def test_weights_of_the_caller_stay_as_they_are(rows):
    X, y = rows
    weight = np.ones(40)
    classifier(class_weight={0: 5.0, 1: 1.0}).fit(X, y, sample_weight=weight)
    np.testing.assert_array_equal(weight, 1)


def test_balanced_classes_count_with_weights(rows):
    X, y = rows
    X, y = X[:30], np.r_[np.zeros(20, int), np.ones(10, int)]
    twice = np.r_[np.arange(30), np.arange(5)]
    weight = np.bincount(twice)

    def model(meta):
        return exact_classes(meta)

    params = {"class_weight": "balanced", "batch_size": -1, "epochs": 3}
    by_weight = classifier(model, None, **params).fit(X, y, sample_weight=weight)
    by_rows = classifier(model, None, **params).fit(X[twice], y[twice])
    np.testing.assert_allclose(
        by_weight.predict_proba(X), by_rows.predict_proba(X), rtol=1e-7
    )

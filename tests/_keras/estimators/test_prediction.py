"""Monte Carlo dropout: draws of what a network might have said."""

from pathlib import Path
from runpy import run_path

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skmed import CNNClassifier, CNNRegressor
from skmed._keras.graphs import prediction_program, programs

SHARED = run_path(str(Path(__file__).parents[2] / "small_cnn.py"))
images, learn = SHARED["images"], SHARED["learn"]


SMALL = {"filters": (4,), "dense_units": (8,), "epochs": 2, "random_state": 0}
X = np.random.default_rng(0).normal(size=(30, 12))
y = np.arange(30) % 3


@pytest.fixture(scope="module")
def classifier():
    return CNNClassifier(dropout=0.5, **SMALL).fit(X, y)


def test_draws_of_probabilities(classifier):
    before = classifier.model_.get_weights()
    draws = classifier.sample_proba(X, n_samples=5, random_state=0)
    assert draws.shape == (30, 3, 5)
    assert_allclose(draws.sum(axis=1), 1, atol=1e-6)
    assert np.all(draws.std(axis=2) > 0)
    assert_array_equal(draws, classifier.sample_proba(X, 5, random_state=0))
    assert np.any(draws != classifier.sample_proba(X, 5, random_state=1))
    # nothing of the estimator moved
    for a, b in zip(before, classifier.model_.get_weights()):
        assert_array_equal(a, b)


def test_no_two_batches_share_what_is_left_out(classifier, monkeypatch):
    monkeypatch.setattr(prediction_program, "_PREDICT_VALUES", 10 * X[0].size)
    draws = classifier.sample_proba(np.tile(X[:10], (3, 1)), random_state=0)[..., 0]
    assert np.all(np.any(draws[:10] != draws[10:20], axis=1))
    assert np.all(np.any(draws[10:20] != draws[20:], axis=1))


def test_their_mean_is_near_the_prediction():
    # with dropout on the features alone, the mean of the logits is exact
    model = CNNRegressor(dropout=0.1, **{**SMALL, "dense_units": ()})
    model.fit(X, y.astype(float))
    draws = model.sample_y(X, n_samples=2000, random_state=0)
    assert draws.shape == (30, 2000)
    error = draws.std(axis=1) / np.sqrt(2000)
    assert np.all(np.abs(draws.mean(axis=1) - model.predict(X)) < 5 * error)


def test_several_targets():
    targets = np.column_stack([y, -y]).astype(float)
    model = CNNRegressor(dropout=0.5, **SMALL).fit(X, targets)
    assert model.sample_y(X, n_samples=4).shape == (30, 2, 4)


def test_batch_normalisation_is_as_in_a_prediction():
    def architecture(inputs):
        x = keras.layers.Conv1D(4, 3)(inputs)
        x = keras.layers.BatchNormalization()(x)
        x = keras.layers.GlobalAveragePooling1D()(x)
        return keras.layers.Dropout(0.0001)(x)

    model = CNNClassifier(architecture=architecture, epochs=2, random_state=0)
    model.fit(X, y)
    (network,) = {model.model_}
    # statistics of these rows would differ
    draws = model.sample_proba(X + 10, random_state=0)[..., 0]
    assert_allclose(draws, model.predict_proba(X + 10), atol=1e-3)
    norm = [a for a in network.layers if a.name.startswith("batch_norm")]
    assert all(layer.trainable for layer in norm)


def test_bad_input(classifier):
    with pytest.raises(ValueError, match="fit with dropout above 0"):
        CNNClassifier(**SMALL).fit(X, y).sample_proba(X)
    with pytest.raises(ValueError, match="n_samples"):
        classifier.sample_proba(X, n_samples=0)
    with pytest.raises(TypeError, match="n_samples"):
        classifier.sample_proba(X, n_samples=2.5)


def test_one_trace_for_all_draws(classifier):
    program = programs.sampling_program(classifier.model_)
    for n in (1, 7, 30):
        classifier.sample_proba(X[:n], n_samples=2)
    assert program.n_traces["predict"] == 1
    assert program.is_pure


def test_dropout_acts_in_training_only():
    classifier = learn(dropout=0.9, epochs=1)
    X, _ = images(60, 6)
    first, second = (classifier.predict_proba(X) for _ in "ab")
    np.testing.assert_array_equal(first, second)

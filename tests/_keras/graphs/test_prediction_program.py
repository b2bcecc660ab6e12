"""Predictions by batch."""

import keras
import numpy as np
import psutil
import pytest

from skmed import CNNClassifier
from skmed._keras.graphs import prediction_program, programs

SMALL = {"filters": (2, 3), "dense_units": (4,), "batch_size": 8, "random_state": 0}


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    # 8 does not divide 20: the last batch is smaller
    X = rng.normal(size=(20, 12))
    return X, (X[:, 0] + X[:, 5] > 0).astype(int), rng.uniform(0.5, 2, size=20)


def memory():
    return psutil.Process().memory_info().rss


def test_a_million_rows_take_no_new_graph_and_no_memory():
    X = np.zeros((1_000_000, 4), np.float32)
    X[:, 0] = np.linspace(-1, 1, len(X))
    y = (X[:, 0] > 0).astype(int)
    classifier = CNNClassifier(filters=(2,), dense_units=(), learning_rate=0.1)
    classifier.fit(X[::10_000], y[::10_000])
    program = programs.prediction_program(classifier.model_)
    n_batches = -(-len(X) // program.default_batch_size(X))
    assert 1 < n_batches < 100
    before = peak = memory()
    for _ in range(3):
        probabilities = classifier.predict_proba(X)
        peak = max(peak, memory())
    assert program.n_traces == {"predict": 1}
    assert np.all(np.diff(probabilities[:, 1]) > -1e-3)
    # what is given back is 8 MB, and as much again while it is put together
    assert peak - before < 300e6


def test_numbers_of_words_whose_sizes_are_not_said():
    words = keras.Input((None,), dtype="int32")
    network = keras.Model(words, keras.layers.Identity()(words))
    x = np.array([[1, 2, 3]], np.int32)
    np.testing.assert_array_equal(programs.prediction_program(network)([], x), x)


def test_batches_of_a_prediction_do_not_matter(rows, monkeypatch):
    X, y, _ = rows
    classifier = CNNClassifier(**SMALL).fit(X, y)
    whole = classifier.predict_proba(X)
    monkeypatch.setattr(
        prediction_program, "_PREDICT_VALUES", 36
    )  # three rows at a time
    np.testing.assert_allclose(classifier.predict_proba(X), whole, atol=1e-6)

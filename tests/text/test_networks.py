"""What networks see of a batch."""

import keras
import numpy as np
import pytest

from skmed import TextClassifier
from skmed._keras.graphs.fingerprints import network_key
from skmed.text._networks import (
    TokenIds,
    select_ids,
    select_words,
    weighted_mean,
    weighted_mean_by_counts,
)


@pytest.mark.parametrize("kept", [False, True])
def test_words_are_as_wide_as_the_longest_of_the_batch(kept):
    # from 5 on, numbers are of neighbours and of parts
    ids = np.array([[2, 3, 9, 9, 9, 9], [4, 7, 0, 0, 0, 0]])
    keep = np.arange(12.0).reshape(2, 6) if kept else None
    words = select_words(TokenIds(ids, keep), 5, 4)
    np.testing.assert_array_equal(words.ids, [[2, 3], [4, 0]])
    if kept:
        np.testing.assert_array_equal(words.keep, [[0, 1], [6, 7]])


def test_a_batch_without_words_has_one_column():
    ids = np.array([[0, 0, 0], [7, 0, 0]])
    np.testing.assert_array_equal(select_words(TokenIds(ids), 5, 3).ids, [[0], [0]])


def test_numbers_of_a_kind_are_counted_from_1():
    ids = np.array([[2, 5, 9, 12], [6, 1, 0, 0]])
    keep = np.arange(8.0).reshape(2, 4)
    kind = select_ids(TokenIds(ids, keep), 5, 5)
    np.testing.assert_array_equal(kind.ids, [[0, 1, 5, 0], [2, 0, 0, 0]])
    np.testing.assert_array_equal(kind.keep, keep)


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("kept", [False, True])
def test_counting_numbers_equals_fetching_vectors(kept, scaled):
    rng = np.random.default_rng(0)
    ids = rng.integers(0, 8, (5, 20)) * (np.arange(20) < np.arange(5)[:, None] * 5)
    keep = rng.integers(0, 2, ids.shape) / 0.5 if kept else None
    items = TokenIds(ids.astype(np.int32), keep)
    table, idf = rng.normal(size=(8, 3)), rng.uniform(1, 9, (8, 1))
    vectors = keras.layers.Embedding(8, 3, weights=[table])
    scale = keras.layers.Embedding(8, 1, weights=[idf]) if scaled else None
    expected = weighted_mean(items, vectors, scale)
    shared = keras.layers.Dense(3, use_bias=False)
    shared.build((None, 7))
    shared.set_weights([table[1:]])
    times = (lambda counts: counts * idf[1:, 0]) if scaled else None
    np.testing.assert_allclose(
        weighted_mean_by_counts(items, 7, shared, times), expected, rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("architecture", ["bag", "cnn", "rnn", "transformer"])
def test_vocabularies_of_about_one_size_share_a_program(architecture):
    keys = set()
    for n_words in (130, 137, 142):
        notes = [f"word{i} word{i + 1} word{i + 1}" for i in range(n_words - 1)] * 2
        classifier = TextClassifier(
            architecture=architecture, embedding_dim=4, n_hash=20, epochs=1
        ).fit(notes, np.arange(len(notes)) % 2)
        assert len(classifier.vocabulary_) == n_words
        keys.add(network_key(classifier.model_))
    assert len(keys) == 1


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_network_of_words_and_parts_is_stored_as_usual(tmp_path):
    notes = ["fever and cough", "pain", "no pain at all", "cough"] * 4
    classifier = TextClassifier(
        architecture="cnn", filters=(2, 2, 2), n_hash=20, epochs=1, random_state=0
    ).fit(notes, [0, 1] * 8)
    classifier.model_.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    X = np.array([[2, 3, 0, 0]])
    np.testing.assert_array_equal(loaded(X), classifier.model_(X))

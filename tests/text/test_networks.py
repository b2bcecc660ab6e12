"""What networks see of a batch."""

import keras
import numpy as np
import pytest

from skmed import TextClassifier
from skmed.text._networks import Items, words_of


@pytest.mark.parametrize("kept", [False, True])
def test_words_are_as_wide_as_the_longest_of_the_batch(kept):
    # from 5 on, numbers are of neighbours and of parts
    ids = np.array([[2, 3, 9, 9, 9, 9], [4, 7, 0, 0, 0, 0]])
    keep = np.arange(12.0).reshape(2, 6) if kept else None
    words = words_of(Items(ids, keep), 5, 4)
    np.testing.assert_array_equal(words.ids, [[2, 3], [4, 0]])
    if kept:
        np.testing.assert_array_equal(words.keep, [[0, 1], [6, 7]])


def test_a_batch_without_words_has_one_column():
    ids = np.array([[0, 0, 0], [7, 0, 0]])
    np.testing.assert_array_equal(words_of(Items(ids), 5, 3).ids, [[0], [0]])


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_network_of_words_and_parts_is_stored_as_usual(tmp_path):
    notes = ["fever and cough", "pain", "no pain at all", "cough"] * 4
    classifier = TextClassifier(
        architecture="cnn", filters=2, n_hash=20, epochs=1, random_state=0
    ).fit(notes, [0, 1] * 8)
    classifier.model_.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    X = np.array([[2, 3, 0, 0]])
    np.testing.assert_array_equal(loaded(X), classifier.model_(X))

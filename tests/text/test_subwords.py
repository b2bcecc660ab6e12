"""Parts of words as numbers."""

import numpy as np
import pytest
from scipy.special import softmax

from skmed._keras.graphs.programs import prediction_program
from skmed.text import NLTKTokenizer, TextClassifier, TokenSequencer
from skmed.text._hashing import hash_subwords

NOTES = ["hepatitis and gastritis", "hepatitis", "gastritis at night", "at night"] * 2


def test_parts_are_those_of_the_marked_word():
    # <ab> has <a, ab, b> of two characters and <ab, ab> of three
    assert len(hash_subwords("ab", 2, 3, 1000)) == 5
    # a part that is all of the word isn't a part
    assert len(hash_subwords("ab", 2, 9, 1000)) == 5
    assert len(hash_subwords("a", 4, 5, 1000)) == 0


def test_words_share_their_ending():
    first, second = (
        set(hash_subwords(word, 4, 5, 10**6).tolist())
        for word in ("hepatitis", "gastritis")
    )
    # itis, tis>, itis>, and the t before them is shared only by "titis"
    assert len(first & second) == 3


def test_the_beginning_of_a_page_without_blanks_is_enough():
    assert len(hash_subwords("a" * 10**6, 3, 5, 100)) < 130


def test_buckets_never_change():
    # what a model has learned must mean the same in another process
    assert hash_subwords("pain", 3, 4, 1000).tolist() == [
        909,
        107,
        550,
        134,
        890,
        715,
        592,
    ]


def test_they_come_last_in_a_row():
    sequencer = TokenSequencer(
        tokenizer=NLTKTokenizer(stemmer=None),
        ngram_range=(1, 2),
        subword_range=(3, 4),
        n_hash=50,
    ).fit(NOTES)
    n_words = sequencer.n_words_
    assert sequencer.n_ids_ == n_words + 100
    X = sequencer.transform(NOTES)
    assert X.shape[1] == sequencer._n_features_out
    row = X[0][X[0] > 0]
    kinds = np.digitize(row, [n_words, n_words + 50])
    assert kinds[:5].tolist() == [0, 0, 0, 1, 1]
    assert set(kinds[5:]) == {2}
    assert sequencer.inverse_transform(X[:1]) == [NOTES[0].split()]


def test_a_later_note_may_be_longer():
    sequencer = TokenSequencer(subword_range=(3, 4)).fit(NOTES)
    longer = sequencer.transform(["hepatitis " * 50])
    assert longer.shape[1] == sequencer.transform(NOTES).shape[1]


def test_the_shorter_comes_first():
    with pytest.raises(ValueError, match="subword_range must be"):
        TokenSequencer(subword_range=(4, 3)).fit(NOTES)


@pytest.mark.parametrize("counts", [0, 100], ids=["fetched", "counted"])
def test_each_kind_of_numbers_has_a_mean_of_its_own(counts, monkeypatch):
    monkeypatch.setattr("skmed.text._base._COUNTS_PER_VECTOR", counts)
    classifier = TextClassifier(
        embedding_dim=3,
        dense_units=(),
        ngram_range=(1, 2),
        subword_range=(2, 3),
        n_hash=20,
        use_idf=True,
        epochs=2,
        precision="float64",
        random_state=0,
    ).fit(NOTES, [0, 1] * 4)
    inputs = classifier._fitted.inputs
    (row,) = inputs.transform(NOTES[:1])
    n_words = inputs.indexer.n_words_
    tables = [
        classifier.model_.get_layer(name).get_weights()[0][-size:]
        for name, size in [("words", n_words), ("ngrams", 20), ("subwords", 20)]
    ]
    vectors = np.concatenate(tables)
    features = []
    for first, last in [(1, n_words), (n_words, n_words + 20), (n_words + 20, 1000)]:
        kind = row[(row >= first) & (row < last)]
        assert len(kind)
        features.append(np.average(vectors[kind], axis=0, weights=inputs.idf[kind]))
    kernel, bias = classifier.model_.get_layer("scores").get_weights()
    scores = np.concatenate(features) @ kernel + bias
    np.testing.assert_allclose(
        classifier.predict_proba(NOTES[:1])[0], softmax(scores), rtol=1e-6
    )


def test_numbers_take_little_memory():
    few = {"embedding_dim": 1, "epochs": 1}
    small = TextClassifier(n_hash=10_000, **few).fit(NOTES, [0, 1] * 4)
    assert small._numbers(NOTES).dtype == np.uint16
    large = TextClassifier(n_hash=70_000, **few).fit(NOTES, [0, 1] * 4)
    assert large._numbers(NOTES).dtype == np.int32
    assert large._numbers(NOTES).max() > 2**16


def test_a_batch_of_a_prediction_takes_little_memory():
    # some words make a hundred numbers, but ten thousand counts
    notes = ["acute hepatitis without hepatic encephalopathy or cirrhosis"] * 1000
    classifier = TextClassifier(epochs=1, random_state=0).fit(notes, [0, 1] * 500)
    program = prediction_program(classifier.model_)
    assert program.default_batch_size(classifier._numbers(notes)) <= 2**21 / 10_000

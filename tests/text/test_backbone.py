"""Features of words, n-grams and subwords."""

import numpy as np
import pytest
from scipy.special import softmax

from skmed._keras.graphs.programs import prediction_program
from skmed.text import TextClassifier

NOTES = ["hepatitis and gastritis", "hepatitis", "gastritis at night", "at night"] * 2


@pytest.mark.parametrize("counts", [0, 100], ids=["fetched", "counted"])
def test_each_kind_of_numbers_has_a_mean_of_its_own(counts, monkeypatch):
    monkeypatch.setattr("skmed.text._backbone._COUNTS_PER_LOOKUP", counts)
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


def test_a_batch_of_a_prediction_takes_little_memory():
    # some words make a hundred numbers, but ten thousand counts
    notes = ["acute hepatitis without hepatic encephalopathy or cirrhosis"] * 1000
    classifier = TextClassifier(epochs=1, random_state=0).fit(notes, [0, 1] * 500)
    program = prediction_program(classifier.model_)
    assert (
        program.default_batch_size(classifier._fitted.inputs.transform(notes))
        <= 2**21 / 10_000
    )

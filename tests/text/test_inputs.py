"""Forms of notes, and the vocabulary that is learned from them."""

import pickle
import tracemalloc
from pathlib import Path
from runpy import run_path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from skmed.text import TextClassifier, TextRegressor

SHARED = run_path(str(Path(__file__).with_name("notes.py")))
SMALL, notes = SHARED["SMALL"], SHARED["notes"]


@pytest.mark.parametrize(
    "form",
    [
        tuple,
        np.array,
        lambda X: np.array(X, dtype=object),
        lambda X: np.array(X, dtype=object)[:, np.newaxis],
        pd.Series,
        lambda X: pd.Series(X, dtype="string"),
        lambda X: pd.DataFrame({"note": X}),
        lambda X: pl.Series(X),
        lambda X: pl.DataFrame({"note": X}),
    ],
)
def test_forms_of_notes(notes, form):
    X, y = notes
    few = {**SMALL, "epochs": 2}
    expected = TextClassifier(**few).fit(X, y).predict_proba(X)
    got = TextClassifier(**few).fit(form(X), y).predict_proba(form(X))
    np.testing.assert_array_equal(got, expected)


def test_notes_without_words_are_counted_once(notes):
    X, y = notes
    X = [None, "", " \n", np.nan, *X[4:]]
    classifier = TextClassifier(**{**SMALL, "epochs": 2})
    with pytest.warns(UserWarning, match="4 of 45 notes have no words") as said:
        classifier.fit(X, y)
    assert len(said) == 1
    with pytest.warns(UserWarning, match="1 of 1 notes"):
        probability = classifier.predict_proba([None])
    assert np.isfinite(probability).all()
    with pytest.raises(ValueError, match="4 of 45"):
        classifier.set_params(missing="error").fit(X, y)


def test_a_long_note_does_not_stall(notes):
    X, y = notes
    classifier = TextClassifier(**{**SMALL, "epochs": 1})
    tracemalloc.start()
    classifier.fit(["fever and cough " * 650_000, *X[1:]], y)
    classifier.predict_proba(["fever " * 1_700_000])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # the words of one note, not as many columns as it has words
    assert peak < 2**30
    assert classifier._fitted.inputs.indexer.length_ == 512


def test_frequencies_are_those_of_scikit_learn():
    from sklearn.feature_extraction.text import TfidfVectorizer

    X = ["fever cough", "fever", "cough pain pain", "rest"] * 3
    weight = np.array([1, 2, 3] * 4)
    classifier = TextClassifier(
        **{**SMALL, "epochs": 1},
        use_idf=True,
        tokenizer=str.split,
        subword_range=None,
    ).fit(X, [0, 1] * 6, sample_weight=weight)
    vectorizer = TfidfVectorizer().fit(np.repeat(X, weight))
    for word, column in vectorizer.vocabulary_.items():
        got = classifier._fitted.inputs.idf[classifier.vocabulary_[word]]
        np.testing.assert_allclose(got, vectorizer.idf_[column])
    (idf,) = classifier.model_.get_layer("idf").get_weights()
    np.testing.assert_allclose(idf[:, 0], classifier._fitted.inputs.idf, rtol=1e-6)


def test_a_model_holds_no_notes_and_no_rare_names(notes):
    X, y = notes
    X = [f"{X[0]} Eleanor Rigby", *X[1:]]
    classifier = TextClassifier(**{**SMALL, "epochs": 1}, tokenizer=str.split)
    dump = pickle.dumps(classifier.fit(X, y))
    assert b"Rigby" not in dump
    assert X[0].encode() not in dump
    assert "Rigby" not in classifier.vocabulary_


def test_patients_are_counted_rather_than_notes(notes):
    X, y = notes
    X = ["zebra", "zebra", *X[2:]]
    few = {**SMALL, "epochs": 1}
    patients = np.maximum(np.arange(45), 1)
    assert "zebra" in TextClassifier(**few).fit(X, y).vocabulary_
    assert "zebra" not in TextClassifier(**few).fit(X, y, groups=patients).vocabulary_
    weight = np.where(np.arange(45) == 1, 0, 1)
    alone = TextClassifier(**few).fit(X, y, sample_weight=weight)
    assert "zebra" not in alone.vocabulary_


def test_weights_of_classes_choose_no_words():
    # else a rare word would be known only where a class counts much, and tell it
    X = ["common zebra", "common lion", "common", "common"] + ["common word"] * 16
    y = [1, 0, 1, 0] + [0] * 16
    heavy = TextClassifier(**{**SMALL, "epochs": 1}, class_weight={0: 0.5, 1: 5.0})
    plain = TextClassifier(**{**SMALL, "epochs": 1})
    assert heavy.fit(X, y).vocabulary_ == plain.fit(X, y).vocabulary_
    assert "zebra" not in heavy.vocabulary_


def test_the_first_part_says_which_words_there_are(notes):
    X, y = notes
    classifier = TextClassifier(**SMALL)
    classifier.partial_fit(X, y, classes=[0, 1, 2])
    before = dict(classifier.vocabulary_)
    classifier.partial_fit(["zebra zebra", *X[1:]], y)
    assert classifier.vocabulary_ == before


def test_a_warm_start_keeps_the_words(notes):
    X, y = notes
    regressor = TextRegressor(**{**SMALL, "epochs": 2}, warm_start=True).fit(X, y)
    regressor.fit([note + " zebra" for note in X], y)
    assert "zebra" not in regressor.vocabulary_
    assert regressor.n_iter_ == 4
    with pytest.raises(ValueError, match="min_df was 2"):
        regressor.set_params(min_df=3).fit(X, y)


def test_numbers_take_little_memory():
    X = ["hepatitis and gastritis", "hepatitis"] * 4
    few = {"embedding_dim": 1, "epochs": 1}
    small = TextClassifier(n_hash=10_000, **few).fit(X, [0, 1] * 4)
    assert small._fitted.inputs.transform(X).dtype == np.uint16
    large = TextClassifier(n_hash=70_000, **few).fit(X, [0, 1] * 4)
    assert large._fitted.inputs.transform(X).dtype == np.int32
    assert large._fitted.inputs.transform(X).max() > 2**16

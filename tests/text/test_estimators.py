"""What is true of the text estimators and of no others."""

import warnings
from pathlib import Path
from runpy import run_path

import keras
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skmed.text import NLTKTokenizer, TextClassifier, TextEncoder

SHARED = run_path(str(Path(__file__).with_name("notes.py")))
SIZES, SMALL, notes = SHARED["SIZES"], SHARED["SMALL"], SHARED["notes"]

each_architecture = pytest.mark.parametrize("architecture", SIZES)


def words_before(n_samples=60, seed=0):
    """Notes in which "pain" comes before or after "rest": only their order tells."""
    rng = np.random.default_rng(seed)
    y = np.arange(n_samples) % 2
    notes = []
    for label in y:
        pair = ["pain", "rest"] if label else ["rest", "pain"]
        filler = rng.choice(["a", "b", "c"], rng.integers(0, 4)).tolist()
        notes.append(" ".join([*filler, *pair, *filler]))
    return notes, y


def test_notes_beside_lab_values(notes):
    X, y = notes
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"note": X, "age": rng.normal(60, 9, 45), "crp": y * 9.0})
    columns = ColumnTransformer(
        [
            ("note", TextEncoder(**SMALL, n_components=3), ["note"]),
            ("labs", StandardScaler(), ["age", "crp"]),
        ]
    )
    model = make_pipeline(columns, LogisticRegression())
    assert cross_val_score(model, frame, y, cv=3).mean() > 0.8
    model.fit(frame, y)
    assert model[:-1].get_feature_names_out().tolist() == [
        "note__textencoder0",
        "note__textencoder1",
        "note__textencoder2",
        "labs__age",
        "labs__crp",
    ]
    # a single column by its name comes as a Series
    by_name = clone(columns).set_params(transformers=[columns.transformers[0]])
    by_name.transformers = [("note", columns.transformers[0][1], "note")]
    assert by_name.fit_transform(frame).shape == (45, 3)


def test_chinese_by_characters():
    notes = ["胸痛两天", "发热咳嗽", "胸痛", "咳嗽发热三天"] * 8
    y = [1, 0, 1, 0] * 8
    classifier = TextClassifier(**SMALL, tokenizer=list).fit(notes, y)
    assert classifier.score(["胸痛一天", "咳嗽"], [1, 0]) == 1
    assert "胸" in classifier.vocabulary_


# ----- networks -----


@each_architecture
def test_every_architecture_learns(notes, architecture):
    X, y = notes
    scores = cross_val_score(
        TextClassifier(architecture=architecture, **SMALL, **SIZES[architecture]),
        X,
        y,
        cv=3,
    )
    assert scores.mean() > 0.9


@pytest.mark.parametrize("architecture", ["cnn", "rnn", "transformer"])
def test_order_of_words_is_seen(architecture):
    X, y = words_before(90)
    # at twice the rate a transformer's training runs away with some first weights
    settings = {**SMALL, **SIZES[architecture], "learning_rate": 0.01, "epochs": 40}
    classifier = TextClassifier(
        architecture=architecture, tokenizer=str.split, **settings
    )
    assert classifier.fit(X, y).score(*words_before(30, seed=1)) > 0.9


def test_a_bag_sees_order_by_neighbours_only():
    X, y = words_before()
    bag = TextClassifier(**SMALL, tokenizer=str.split)
    assert 0.3 < bag.fit(X, y).score(*words_before(30, seed=1)) < 0.7
    bag.set_params(ngram_range=(1, 2), n_hash=50)
    assert bag.fit(X, y).score(*words_before(30, seed=1)) > 0.9


@pytest.mark.parametrize("options", [{}, {"ngram_range": (1, 2), "use_idf": True}])
@each_architecture
def test_padding_changes_nothing(notes, architecture, options):
    X, y = notes
    few = {**SMALL, **SIZES[architecture], "epochs": 2, **options}
    classifier = TextClassifier(architecture=architecture, precision="float64", **few)
    classifier.fit(X, y)
    alone = classifier.predict_proba(X[:1])
    beside = classifier.predict_proba([X[0], "fever " * 60, "xyzzy"])[:1]
    np.testing.assert_allclose(alone, beside, rtol=1e-7)
    # and the model itself doesn't mind how far it is pad_rows
    ids = classifier._fitted.inputs.transform(X[:1])
    padded = np.pad(ids, [(0, 0), (0, 9)])
    np.testing.assert_allclose(classifier.model_(padded), alone, rtol=1e-7)


def test_parts_of_words_tell_of_words_never_seen():
    stems = ["hepat", "gastr", "nephr", "cyst", "pancreat", "thyroid", "myocard"]
    X = [stem + end for stem in stems for end in ("itis", "ectomy")] * 3
    y = [0, 1] * (len(X) // 2)
    few = {**SMALL, "tokenizer": NLTKTokenizer(stemmer=None), "min_df": 1}
    new, labels = ["appendicitis", "appendectomy", "colitis", "colectomy"], [0, 1, 0, 1]
    by_parts = TextClassifier(**few, subword_range=(3, 4), n_hash=500).fit(X, y)
    assert by_parts.score(new, labels) == 1
    by_words = TextClassifier(**few, subword_range=None).fit(X, y)
    assert by_words.score(new, labels) == 0.5


def test_a_network_of_ones_own(notes):
    X, y = notes

    def pooled(x):
        return keras.layers.GlobalAveragePooling1D()(x)

    own = TextClassifier(architecture=pooled, **SMALL).fit(X, y)
    np.testing.assert_allclose(
        own.predict_proba([X[0], "fever " * 30])[:1],
        own.predict_proba(X[:1]),
        rtol=1e-5,
    )
    assert own.score(X, y) > 0.9


@pytest.mark.parametrize(("n_notes", "n_epochs"), [(4, 500), (1000, 3)])
def test_few_passes_over_many_notes(n_notes, n_epochs):
    classifier = TextClassifier(
        random_state=0, embedding_dim=1, n_hash=10, batch_size=2
    )
    X = ["fever", "cough"] * (n_notes // 2)
    assert classifier.fit(X, [0, 1] * (n_notes // 2)).n_iter_ == n_epochs


def test_words_are_left_out_in_training_only(notes):
    X, y = notes
    classifier = TextClassifier(**{**SMALL, "epochs": 2}, word_dropout=0.5).fit(X, y)
    first, second = classifier.predict_proba(X), classifier.predict_proba(X)
    np.testing.assert_array_equal(first, second)
    draws = classifier.sample_proba(X, n_samples=3, random_state=0)
    assert draws.shape == (45, 3, 3)
    assert np.ptp(draws, axis=2).max() > 0


# ----- ensembles and searches -----


def test_members_of_an_ensemble_know_the_same_words(notes):
    X, y = notes
    few = {**SMALL, "epochs": 3, "early_stopping": True, "n_estimators": 2}
    classifier = TextClassifier(**few).fit(X, y)
    first, second = classifier.estimators_
    assert first.vocabulary_ == second.vocabulary_ == classifier.vocabulary_
    mean = (first.predict_proba(X) + second.predict_proba(X)) / 2
    np.testing.assert_allclose(classifier.predict_proba(X), mean, rtol=1e-6)
    assert classifier.predict_std(X).shape == (45, 3)


def test_a_grid_reaches_the_tokenizer(notes):
    X, y = notes
    search = GridSearchCV(
        TextClassifier(**{**SMALL, "epochs": 2}, tokenizer=NLTKTokenizer()),
        {"tokenizer__stemmer": ["porter", None], "ngram_range": [(1, 1), (1, 2)]},
        cv=2,
        error_score="raise",
    ).fit(X, y)
    assert len(search.cv_results_["params"]) == 4
    assert search.best_estimator_.tokenizer is not search.estimator.tokenizer


def test_nobody_says_that_training_is_on(notes):
    X, y = notes
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for architecture in SIZES:
            few = {**SMALL, **SIZES[architecture], "epochs": 1}
            TextClassifier(architecture=architecture, **few).fit(X, y).predict(X)

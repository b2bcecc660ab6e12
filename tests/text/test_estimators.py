"""What is true of the text estimators and of no others."""

import pickle
import tracemalloc
import warnings

import keras
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skmed.text import NLTKTokenizer, TextClassifier, TextEncoder, TextRegressor

SMALL = {
    "embedding_dim": 8,
    "dense_units": (),
    "filters": 8,
    "units": 8,
    "depth": 1,
    "n_heads": 2,
    "epochs": 30,
    "batch_size": 8,
    "learning_rate": 0.02,
    "random_state": 0,
}
ARCHITECTURES = ["bag", "cnn", "rnn", "transformer"]
each_architecture = pytest.mark.parametrize("architecture", ARCHITECTURES)


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


@pytest.fixture(scope="module")
def notes():
    kinds = ["fever and cough", "chest pain at rest", "wound of the hand"]
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=45)
    more = [" ".join(rng.choice(["since", "today", "no"], n % 4)) for n in range(45)]
    return [f"{kinds[label]} {words}" for label, words in zip(y, more)], y


# ----- forms of X -----


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
        TextClassifier(architecture=architecture, **SMALL), X, y, cv=3
    )
    assert scores.mean() > 0.9


@pytest.mark.parametrize("architecture", ["cnn", "rnn", "transformer"])
def test_order_of_words_is_seen(architecture):
    X, y = words_before(90)
    # at twice the rate a transformer's training runs away with some first weights
    settings = {**SMALL, "learning_rate": 0.01, "epochs": 40}
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
    few = {**SMALL, "epochs": 2, "architecture": architecture, **options}
    classifier = TextClassifier(**few, precision="float64").fit(X, y)
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


# ----- what a model knows -----


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


def test_a_warm_start_keeps_the_words(notes):
    X, y = notes
    regressor = TextRegressor(**{**SMALL, "epochs": 2}, warm_start=True).fit(X, y)
    regressor.fit([note + " zebra" for note in X], y)
    assert "zebra" not in regressor.vocabulary_
    assert regressor.n_iter_ == 4
    with pytest.raises(ValueError, match="min_df was 2"):
        regressor.set_params(min_df=3).fit(X, y)


# ----- codes -----


def test_codes_are_learned_from_held_out_words(notes):
    X, y = notes
    encoder = TextEncoder(**{**SMALL, "epochs": 80}, n_components=4)
    codes = encoder.fit_transform(X)
    assert encoder.history_["loss"][-1] < 0.8 * encoder.history_["loss"][0]
    assert cross_val_score(LogisticRegression(), codes, y, cv=3).mean() > 0.9
    scores = encoder.decoder_(codes).numpy()
    assert scores.shape == (45, len(encoder.vocabulary_) + 2)
    # the word that is most expected is one of the row
    names = {number: word for word, number in encoder.vocabulary_.items()}
    told = [names[row[2:].argmax() + 2] for row in scores]
    stemmed = [set(NLTKTokenizer()(note)) for note in X]
    assert np.mean([word in note for word, note in zip(told, stemmed)]) > 0.8
    assert not hasattr(encoder, "inverse_transform")


def test_nobody_says_that_training_is_on(notes):
    X, y = notes
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for architecture in ARCHITECTURES:
            few = {**SMALL, "epochs": 1, "architecture": architecture}
            TextClassifier(**few).fit(X, y).predict(X)

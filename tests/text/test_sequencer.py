"""TokenSequencer: its vocabulary, and its token ids."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn
from hypothesis import given
from hypothesis import strategies as st
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.utils import estimator_checks

from skmed import NLTKTokenizer, TokenSequencer

NOTES = ["no chest pain", "chest pain at rest", "pain at night", "seen by humperdinck"]
documents = st.lists(
    st.lists(st.sampled_from("abcde"), max_size=6).map(" ".join), min_size=1, max_size=6
)


def sequencer(**parameters):
    return TokenSequencer(**{"tokenizer": str.split, "min_df": 1, **parameters})


# ----- token ids -----


def test_ids_of_padding_unknown_and_known_words():
    fitted = TokenSequencer().fit(NOTES)
    # by decreasing document frequency, then in alphabetical order
    assert fitted.vocabulary_ == {"pain": 2, "at": 3, "chest": 4}
    assert fitted.n_ids_ == 5
    ids = fitted.transform(["chest pain today", "", "at"][::2])
    assert ids.dtype == np.int32
    np.testing.assert_array_equal(ids, [[4, 2, 1, 0], [3, 0, 0, 0]])
    assert fitted.inverse_transform(ids) == [["chest", "pain", "[UNK]"], ["at"]]


@given(documents)
def test_inverse_transform(notes):
    if not any(notes):
        notes = [*notes, "a"]
    fitted = sequencer()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        ids = fitted.fit_transform(notes)
    assert fitted.inverse_transform(ids) == [note.split() for note in notes]
    assert ids.shape == (len(notes), max(len(note.split()) for note in notes))


@pytest.mark.parametrize(
    ("truncation", "words"), [("post", ["a", "b"]), ("pre", ["c", "d"])]
)
def test_truncation(truncation, words):
    fitted = sequencer(max_length=2, truncation=truncation).fit(["a b c d", "a"])
    assert fitted.inverse_transform(fitted.transform(["a b c d"])) == [words]
    assert fitted.transform(["a"]).shape == (1, 2)


def test_length_of_rows_is_set_in_fit():
    fitted = sequencer().fit(["a b c", "a"])
    assert fitted.length_ == 3
    assert fitted.transform(["a"]).shape == (1, 3)
    assert fitted.transform(["a b c a b c"]).shape == (1, 3)


def test_custom_tokenizer():
    """Chinese has no spaces: each character is a word."""
    notes = ["患者否认胸痛", "胸痛三天", "患者发热三天", "无胸痛"]
    pipeline = make_pipeline(
        TokenSequencer(tokenizer=list, max_length=6),
        OneHotEncoder(handle_unknown="ignore"),
        LogisticRegression(),
    )
    pipeline.fit(notes, [0, 1, 1, 0])
    assert set(pipeline[0].vocabulary_) == set("患者胸痛三天")
    assert pipeline.predict(["胸痛三天"]).tolist() == [1]


# ----- n-grams -----


def test_ngrams_follow_the_words():
    fitted = sequencer(ngram_range=(1, 3), n_hash=50).fit(["a b c", "b a"])
    assert fitted.n_ids_ == 2 + 3 + 50
    ids = fitted.transform(["a b c", "b a", "a b"])
    assert ids.shape == (3, 3 + 2 + 1)
    assert (ids[0, :3] < 5).all()
    assert (ids[0, 3:] >= 5).all()
    assert ids[2, 2] == ids[0, 3]  # "a b", at any position
    assert ids[1, 2] != ids[0, 3]  # "b a" is another n-gram
    assert not ids[1, 3:].any()
    assert fitted.inverse_transform(ids)[0] == ["a", "b", "c"]
    assert sequencer(n_hash=50).fit(["a b"]).n_ids_ == 4


# ----- vocabulary -----


def test_words_of_one_note_are_not_stored():
    fitted = TokenSequencer().fit(NOTES)
    assert b"humperdinck" not in pickle.dumps(fitted)
    assert b"humperdinck" in pickle.dumps(TokenSequencer(min_df=1).fit(NOTES))


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"min_df": 1}, "abcd"),
        ({"min_df": 2}, "abc"),
        ({"min_df": 0.75}, "ab"),
        ({"max_df": 2}, "cd"),
        ({"max_df": 0.75}, "bcd"),
        ({"min_df": 2, "max_df": 3}, "bc"),
        ({"max_features": 2}, "ab"),
        ({"max_features": None}, "abcd"),
        ({"min_df": 1.0}, "a"),
    ],
)
def test_pruning(parameters, words):
    notes = ["a b c d d d", "a b c", "a b", "a"]
    assert set(sequencer(**parameters).fit(notes).vocabulary_) == set(words)


@pytest.mark.parametrize("parameters", [{"min_df": 5}, {"min_df": 2, "max_df": 1}])
def test_empty_vocabulary(parameters):
    fitted = sequencer(**parameters)
    with pytest.raises(ValueError, match=r"No word is left of 2: .*min_df=.*lower min"):
        fitted.fit(["a b", "a b", "a b"])
    assert not hasattr(fitted, "vocabulary_")
    with (
        pytest.raises(ValueError, match="No word is left of 0"),
        pytest.warns(UserWarning, match="no words"),
    ):
        sequencer().fit(["", None])


def _error_message(estimator, notes, **fit_params):
    """Return the message of the error that fit raises, or None."""
    try:
        estimator.fit(notes, **fit_params)
    except ValueError as error:
        return str(error)
    return None


@given(st.lists(st.integers(0, 3), min_size=4, max_size=4).filter(any))
def test_weights_are_equivalent_to_repetitions(weights):
    notes = ["a b c d", "a b", "b c", "d e f"]
    repeated = [note for note, n in zip(notes, weights) for _ in range(n)]
    for limits in ({}, {"min_df": 2}, {"min_df": 0.3}, {"max_features": 2}):
        fitted, expected = (sequencer(**limits) for _ in range(2))
        message = _error_message(expected, repeated)
        assert _error_message(fitted, notes, sample_weight=weights) == message
        if message:
            continue
        assert list(fitted.vocabulary_.items()) == list(expected.vocabulary_.items())
        assert fitted.length_ == expected.length_


def test_rounding_errors_of_weights_remove_no_word():
    weight = np.random.default_rng(0).random(50)
    fitted = sequencer().fit(["a"] * 50, sample_weight=weight)
    assert set(fitted.vocabulary_) == {"a"}


def test_patients_are_counted():
    notes = ["mr smith coughs", "smith coughs", "smith", "coughs today"]
    patients = ["s", "t", "s", "s"]
    fitted = sequencer(min_df=2)
    assert set(fitted.fit(notes).vocabulary_) == {"smith", "coughs"}
    by_patient = fitted.fit(["smith", "coughs", "smith", "coughs"], groups=patients)
    assert set(by_patient.vocabulary_) == {"coughs"}
    # notes of zero weight are ignored with groups too
    fitted.set_params(min_df=1).fit(notes, groups=patients, sample_weight=[1, 0, 1, 1])
    assert fitted.length_ == 3
    with pytest.raises(ValueError, match="groups must hold one patient per row"):
        fitted.fit(notes, groups=["s"])


def test_groups_are_requested_by_default():
    with sklearn.config_context(enable_metadata_routing=True):
        pipeline = make_pipeline(
            sequencer(min_df=2, max_length=2), LogisticRegression(max_iter=500)
        )
        notes, y = ["a x", "b x", "a x", "b x"] * 2, [0, 1] * 4
        with pytest.raises(ValueError, match="No word is left"):
            pipeline.fit(notes, y, groups=[1] * 8)
        scores = cross_val_score(
            pipeline,
            notes,
            y,
            cv=GroupKFold(2),
            params={"groups": [1, 1, 2, 2, 3, 3, 4, 4]},
        )
    assert scores.shape == (2,)


# ----- use with scikit-learn -----


def test_column_transformer_with_lab_values():
    frame = pd.DataFrame({"note": ["a b", "b c", "a", "c"] * 3, "lab": np.arange(12.0)})
    columns = make_column_transformer(
        (sequencer(), ["note"]), ("passthrough", ["lab"])
    ).set_output(transform="pandas")
    table = columns.fit_transform(frame)
    names = [f"tokensequencer__tokensequencer{i}" for i in range(2)]
    assert table.columns.tolist() == [*names, "passthrough__lab"]
    pipeline = make_pipeline(columns, LogisticRegression())
    search = GridSearchCV(
        pipeline, {"columntransformer__tokensequencer__min_df": [1, 2]}, cv=2
    )
    assert search.fit(frame, [0, 1] * 6).predict(frame).shape == (12,)


def test_pickle_and_independence_of_the_parameter():
    fitted = TokenSequencer(tokenizer=NLTKTokenizer(stemmer=None)).fit(NOTES)
    copied = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(copied.transform(NOTES), fitted.transform(NOTES))
    # changing the parameter doesn't change the fitted sequencer
    fitted.tokenizer.set_params(lowercase=False)
    np.testing.assert_array_equal(
        copied.transform(["PAIN"]), fitted.transform(["PAIN"])
    )


@pytest.mark.parametrize(
    "check",
    [
        "check_estimator_cloneable",
        "check_estimator_tags_renamed",
        "check_valid_tag_types",
        "check_estimator_repr",
        "check_no_attributes_set_in_init",
        "check_parameters_default_constructible",
        "check_get_params_invariance",
        "check_set_params",
        "check_mixin_order",
        "check_do_not_raise_errors_in_init_or_set_params",
        "check_param_validation",
        "check_estimators_unfitted",
    ],
)
def test_scikit_learn(check):
    getattr(estimator_checks, check)("TokenSequencer", TokenSequencer())


def test_a_failed_fit_changes_nothing():
    fitted = sequencer(min_df=2).fit(NOTES)
    before = dict(vars(fitted))
    for X, message in [([3], "row 0"), (pd.DataFrame({"n": ["a"]}), "No word")]:
        with pytest.raises(ValueError, match=message):
            fitted.fit(X)
        assert vars(fitted) == before


# ----- invalid input -----


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        (
            {"tokenizer": lambda note: note},
            TypeError,
            "tokenizer must return a list of",
        ),
        ({"tokenizer": lambda note: [1]}, TypeError, "tokenizer must return"),
        ({"tokenizer": 3}, ValueError, "The 'tokenizer' parameter of TokenSequencer"),
        ({"ngram_range": (2, 3)}, ValueError, "ngram_range must begin with 1"),
        ({"ngram_range": (1,)}, ValueError, "The 'ngram_range' parameter of"),
        ({"min_df": 0}, ValueError, "The 'min_df' parameter of"),
        ({"truncation": "left"}, ValueError, "The 'truncation' parameter of"),
    ],
)
def test_invalid_parameters(parameters, error, message):
    with pytest.raises(error, match=message):
        sequencer(**parameters).fit(NOTES)


@pytest.mark.parametrize("X", [[[9]], [[-1]], [[0.5]], [1], [["a"]]])
def test_inverse_transform_of_invalid_ids(X):
    with pytest.raises(ValueError, match="X must hold ids"):
        sequencer().fit(["a b"]).inverse_transform(X)


# ----- subwords -----


ENDINGS = ["hepatitis and gastritis", "hepatitis", "gastritis at night", "at night"] * 2


def test_they_come_last_in_a_row():
    sequencer = TokenSequencer(
        tokenizer=NLTKTokenizer(stemmer=None),
        ngram_range=(1, 2),
        subword_range=(3, 4),
        n_hash=50,
    ).fit(ENDINGS)
    n_words = sequencer.n_words_
    assert sequencer.n_ids_ == n_words + 100
    X = sequencer.transform(ENDINGS)
    assert X.shape[1] == sequencer._n_features_out
    row = X[0][X[0] > 0]
    kinds = np.digitize(row, [n_words, n_words + 50])
    assert kinds[:5].tolist() == [0, 0, 0, 1, 1]
    assert set(kinds[5:]) == {2}
    assert sequencer.inverse_transform(X[:1]) == [ENDINGS[0].split()]


def test_a_later_note_may_be_longer():
    sequencer = TokenSequencer(subword_range=(3, 4)).fit(ENDINGS)
    longer = sequencer.transform(["hepatitis " * 50])
    assert longer.shape[1] == sequencer.transform(ENDINGS).shape[1]


def test_the_shorter_comes_first():
    with pytest.raises(ValueError, match="subword_range must be"):
        TokenSequencer(subword_range=(4, 3)).fit(ENDINGS)

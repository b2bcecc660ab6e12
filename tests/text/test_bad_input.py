"""Wrong parameters and wrong notes: one sentence, before any training."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.utils._param_validation import InvalidParameterError

from skmed._keras.estimators import fitting
from skmed._keras.estimators.base import KerasEstimator
from skmed.text import TextClassifier, TextEncoder, TextRegressor

NOTES = ["fever and cough", "chest pain", "fever", "pain"] * 5
Y = [0, 1, 0, 1] * 5

BAD_PARAMETERS = {
    "architecture": ["lstm", None, 3],
    "embedding_dim": [0, 2.5, "a"],
    "embeddings": [3, ["a"]],
    "train_embeddings": ["yes", None],
    "filters": [0, 2, (), (0,)],
    "kernel_size": [3, (), (0,), (2.5,)],
    "units": [0, 4, (), (0,)],
    "depth": [0, 1.5],
    "n_heads": [0, 1.5],
    "dense_units": [3, (0,), ("a",)],
    "dropout": [1, -0.1, None],
    "word_dropout": [1, -0.1, None],
    "use_idf": ["idf", None],
    "tokenizer": ["nltk", 3],
    "max_features": [0, 2.5],
    "min_df": [0, -1, 1.5, None],
    "max_df": [0, 1.5, None],
    "max_length": [0, 2.5],
    "truncation": ["start", None],
    "ngram_range": [2, (1,), (0, 2), (1, 2, 3)],
    "subword_range": [3, (0, 2), (3,), (1, 2, 3)],
    "n_hash": [0, None],
    "missing": ["keep", None],
    "loss": ["mse", 3],
}


@pytest.fixture(autouse=True)
def _no_training(monkeypatch):
    def train(*args, **kwargs):
        raise AssertionError("training has begun")

    monkeypatch.setattr(fitting, "train_network", train)


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, values in BAD_PARAMETERS.items() for value in values],
)
def test_wrong_value_of_a_parameter(name, value):
    with pytest.raises(InvalidParameterError, match=f"^The {name!r} parameter of Text"):
        TextClassifier(**{name: value}).fit(NOTES, Y)


def test_wrong_values_of_every_parameter_of_the_family():
    shared = set(KerasEstimator._parameter_constraints)
    tasks = {"class_weight", "label_smoothing", "n_estimators"}
    own = set(TextClassifier().get_params(deep=False)) - tasks
    assert set(BAD_PARAMETERS) == own - shared


def short(x):
    return x[:, 0, 0]


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"ngram_range": (2, 3)}, "ngram_range must begin with 1"),
        ({"subword_range": (4, 2)}, "subword_range must be"),
        ({"min_df": 30}, "No word is left"),
        ({"architecture": short}, "architecture"),
        ({"embeddings": {}}, "none of the"),
        ({"tokenizer": len}, "tokenizer must return a list"),
    ],
)
def test_parameters_that_do_not_go_together(parameters, says):
    classifier = TextClassifier(**parameters)
    before = dict(vars(classifier))
    with pytest.raises((TypeError, ValueError), match=re.escape(says)) as raised:
        classifier.fit(NOTES, Y)
    assert "\n" not in str(raised.value)
    assert vars(classifier) == before


@pytest.mark.parametrize(
    ("X", "says"),
    [
        ("fever", "put it in a list"),
        (b"fever", "put it in a list"),
        ([note.encode() for note in NOTES], "decode it first"),
        (np.arange(20), "choose the column that holds text"),
        (np.array([NOTES, NOTES]).T, "one column"),
        ([[note, note] for note in NOTES], "join the parts"),
        (pd.DataFrame({"a": NOTES, "b": NOTES}), "one column"),
        (csr_matrix(np.eye(20)), "sparse"),
        (None, "not NoneType"),
        ([], "0 sample"),
        (NOTES[:19], "same number of rows"),
    ],
    ids=str,
)
@pytest.mark.parametrize("cls", [TextClassifier, TextRegressor, TextEncoder])
def test_wrong_notes(cls, X, says):
    objective = {"objective": "classification"} if cls is TextEncoder else {}
    estimator = cls(**objective)
    before = dict(vars(estimator))
    with pytest.raises((TypeError, ValueError), match=re.escape(says)) as raised:
        estimator.fit(X, Y)
    assert "\n" not in str(raised.value)
    assert vars(estimator) == before


def test_misspelt_parameter():
    with pytest.raises(TypeError, match="did you mean 'ngram_range'"):
        TextClassifier(ngrams_range=(1, 2))


def test_a_code_is_not_turned_back():
    with pytest.raises(AttributeError, match="inverse_transform") as raised:
        TextEncoder().inverse_transform  # noqa: B018
    assert "doesn't hold" in str(raised.value.__cause__)


def test_loss_of_an_encoder():
    with pytest.raises(ValueError, match=r"use one of \['log_loss'\]"):
        TextEncoder(loss="squared_error").fit(NOTES)


@pytest.mark.parametrize(
    ("name", "value", "architecture"),
    [
        ("filters", (4, 4, 4), "bag"),
        ("kernel_size", (2,), "rnn"),
        ("units", (4,), "cnn"),
        ("depth", 1, "bag"),
        ("n_heads", 2, len),
    ],
)
def test_a_size_of_another_architecture_is_refused(name, value, architecture):
    classifier = TextClassifier(architecture=architecture, **{name: value})
    with pytest.raises(ValueError, match=f"^{name} is of architecture="):
        classifier.fit(NOTES, Y)


def test_each_width_has_a_number_of_filters():
    classifier = TextClassifier(architecture="cnn", filters=(4, 4), kernel_size=(2,))
    with pytest.raises(ValueError, match="filters has 2 numbers and kernel_size 1"):
        classifier.fit(NOTES, Y)

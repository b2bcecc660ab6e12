"""RNNClassifier, RNNRegressor and RNNEncoder on sequences of any length."""

from pathlib import Path
from runpy import run_path

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    cross_val_predict,
    cross_val_score,
    train_test_split,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skmed import RNNClassifier, RNNEncoder, RNNRegressor
from skmed._keras.graphs import programs as graph_programs

SHARED = run_path(str(Path(__file__).with_name("sequences.py")))
FORMS, LABELS, LENGTHS = SHARED["FORMS"], SHARED["LABELS"], SHARED["LENGTHS"]
SMALL, X, as_padded = SHARED["SMALL"], SHARED["X"], SHARED["as_padded"]


# ----- lengths -----


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"cell": "gru", "bidirectional": True, "pooling": "attention"},
        {"filters": (3,), "pooling": "max", "dropout": 0.3},
    ],
    ids=str,
)
def test_lengths_are_no_architectures(parameters, programs):
    for n, rows in enumerate((slice(0, 20), slice(3, 16), slice(8, 20)), start=1):
        classifier = RNNClassifier(**SMALL, **parameters)
        classifier.fit(X[rows], LABELS[rows], X_val=X[:5], y_val=LABELS[:5])
        assert len(programs) == n
        classifier.predict(X)
        classifier.predict(X[:1])
    assert len({*map(id, programs)}) == 1
    assert programs[0].n_traces == {"train": 1, "evaluate": 1}
    program = graph_programs.prediction_program(classifier.model_)
    assert program.n_traces == {"predict": 1}


def test_training_does_not_see_padding():
    for cls in (RNNRegressor, RNNEncoder):
        expected = cls(**SMALL).fit(X, LENGTHS)
        got = cls(**SMALL).fit(as_padded(X, 17), LENGTHS)
        assert_allclose(got.history_["loss"], expected.history_["loss"], rtol=1e-5)


def test_recurrent_layers_run_compiled(monkeypatch):
    fused = []
    fuse = graph_programs.fuse

    def spy(network):
        network = fuse(network)
        fused.extend("inner_loop" in vars(layer) for layer in recurrent(network))
        return network

    def recurrent(network):
        for layer in network.layers:
            if isinstance(layer, keras.layers.Bidirectional):
                yield from (layer.forward_layer, layer.backward_layer)
            elif isinstance(layer, keras.layers.RNN):
                yield layer

    monkeypatch.setattr(graph_programs, "fuse", spy)
    for cell in ("lstm", "gru"):
        # a width that no other test has: the programs are new
        classifier = RNNClassifier(
            **{**SMALL, "units": (7,), "cell": cell, "bidirectional": True}
        )
        classifier.fit(X, LABELS).predict(X)
    assert fused == [True] * 8


def test_what_is_learned_is_the_length():
    rng = np.random.default_rng(0)
    lengths = rng.integers(5, 60, size=200)
    sequences = [rng.normal(size=length) for length in lengths]
    regressor = RNNRegressor(units=(16,), epochs=30, learning_rate=0.01, random_state=0)
    regressor.fit(sequences[:150], lengths[:150])
    assert regressor.score(sequences[150:], lengths[150:]) > 0.9


# ----- several targets, groups of recordings -----


def test_several_targets():
    y = np.stack([LENGTHS, -LENGTHS, LENGTHS**2], axis=1)
    predicted = RNNRegressor(**SMALL).fit(X, y).predict(X[:4])
    assert predicted.shape == (4, 3)


@pytest.mark.parametrize("form", ["list", "object array", "padded"])
def test_scikit_learns_tools_take_sequences(form):
    rows = FORMS[form](X)
    groups = np.arange(20) // 4
    classifier = RNNClassifier(**SMALL)
    pipeline = make_pipeline(FunctionTransformer(), classifier)
    for model in (classifier, pipeline):
        scores = cross_val_score(model, rows, LABELS, groups=groups, cv=GroupKFold(2))
        assert np.isfinite(scores).all()
    search = GridSearchCV(pipeline, {"rnnclassifier__cell": ["lstm", "gru"]}, cv=2)
    assert search.fit(rows, LABELS).predict(rows).shape == (20,)
    train, test, y_train, _ = train_test_split(rows, LABELS, random_state=0)
    assert clone(classifier).fit(train, y_train).predict(test).shape == (5,)
    codes = make_pipeline(RNNEncoder(n_components=3, **SMALL), LogisticRegression())
    assert cross_val_predict(codes, rows, LABELS, cv=2).shape == (20,)


def test_the_model_is_an_ordinary_one(tmp_path):
    for parameters in ({}, {"cell": "gru", "bidirectional": True, "pooling": "max"}):
        classifier = RNNClassifier(filters=(3,), **SMALL, **parameters)
        classifier.fit(X, LABELS)
        for layer in classifier.model_.layers:
            assert type(layer).__module__.startswith("keras.")
        got = classifier.model_.predict(as_padded(X), verbose=0)
        expected = classifier.predict_proba(X)
        assert_allclose(got.ravel(), expected[:, -got.shape[1] :].ravel(), atol=1e-5)

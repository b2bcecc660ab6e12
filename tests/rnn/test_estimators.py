"""RNNClassifier, RNNRegressor and RNNEncoder on sequences of any length."""

import keras
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
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
from skmed._keras.graphs import programs
from skmed._validation import memory_maps

NAN = np.nan
SMALL = {"units": (4,), "epochs": 2, "batch_size": 8, "random_state": 0}
LENGTHS = np.random.default_rng(1).integers(2, 30, size=20)
X = [
    np.random.default_rng(n).normal(size=(length, 2))
    for n, length in enumerate(LENGTHS)
]
LABELS = np.where(LENGTHS > 15, "long", "short")


def as_objects(X):
    array = np.empty(len(X), dtype=object)
    array[:] = X
    return array


def as_padded(X, more=0):
    longest = max(map(len, X)) + more
    return np.stack(
        [np.pad(x, [(0, longest - len(x)), (0, 0)], constant_values=NAN) for x in X]
    )


FORMS = {
    "list": list,
    "tuple": tuple,
    "object array": as_objects,
    "Series": lambda X: pd.Series(list(X)),
    "nested lists": lambda X: [x.tolist() for x in X],
    "padded": as_padded,
    "padded more": lambda X: as_padded(X, 40),
}


# ----- forms of X -----


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_x_is_the_same(form):
    expected = RNNClassifier(**SMALL).fit(X, LABELS)
    classifier = RNNClassifier(**SMALL).fit(FORMS[form](X), LABELS)
    assert classifier.n_features_in_ == 2
    got = classifier.predict_proba(FORMS[form](X))
    assert_array_equal(got, expected.predict_proba(X))
    single = classifier.predict_proba(FORMS[form](X[3:4]))
    assert_allclose(single, got[3:4], atol=1e-5)


def test_a_table_keeps_its_length_and_other_lengths_come_as_sequences():
    table = np.random.default_rng(0).normal(size=(20, 9))
    classifier = RNNClassifier(**SMALL).fit(table, LABELS)
    assert classifier.n_features_in_ == 9
    expected = classifier.predict_proba(table)
    with pytest.raises(ValueError, match="expecting 9 features"):
        classifier.predict(table[:, :8])
    shorter = [row[: 3 + i % 7] for i, row in enumerate(table)]
    got = classifier.predict_proba(shorter)
    assert_allclose(got[6::7], expected[6::7], atol=1e-5)
    longer = np.pad(table, [(0, 0), (0, 5)], constant_values=NAN)[..., np.newaxis]
    assert_allclose(classifier.predict_proba(longer), expected, atol=1e-5)


def test_sequences_of_one_channel_may_come_as_a_table():
    column = [x[:, 0] for x in X]
    classifier = RNNClassifier(**SMALL).fit(column, LABELS)
    assert classifier.n_features_in_ == 1
    table = np.stack([x[:2, 0] for x in X])
    got = classifier.predict_proba(table)
    assert_allclose(got, classifier.predict_proba(list(table)), atol=1e-5)


def test_small_numbers_are_no_padding():
    rng = np.random.default_rng(0)
    small = rng.integers(0, 3, size=(20, 9, 2)).astype(np.uint8)
    small[:, 5:] = 0
    classifier = RNNClassifier(**SMALL).fit(small, LABELS)
    expected = classifier.predict_proba(small.astype(float))
    assert_allclose(classifier.predict_proba(small), expected, atol=1e-6)


@pytest.mark.parametrize("cls", [RNNClassifier, RNNEncoder])
def test_a_memory_map_is_read_in_pieces(cls, tmp_path, monkeypatch):
    cube = np.random.default_rng(0).normal(size=(40, 10, 2)).astype("float32")
    np.save(tmp_path / "cube.npy", cube)
    stored = np.load(tmp_path / "cube.npy", mmap_mode="r")
    y = np.arange(40) % 2
    expected = cls(**SMALL).fit(cube, y)
    monkeypatch.setattr(memory_maps, "CHUNK_BYTES", 1024)
    got = cls(**SMALL).fit(stored, y)
    for name in ("predict_proba", "transform"):
        if hasattr(cls, name):
            outputs = getattr(got, name)(stored)
            assert_allclose(outputs, getattr(expected, name)(cube), atol=1e-5)
    with pytest.raises(ValueError, match=r"max_length=4; pass X\[:, :4\]"):
        cls(max_length=4, **SMALL).fit(stored, y)


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
    assert programs.prediction_program(classifier.model_).n_traces == {"predict": 1}


def test_training_does_not_see_padding():
    for cls in (RNNRegressor, RNNEncoder):
        expected = cls(**SMALL).fit(X, LENGTHS)
        got = cls(**SMALL).fit(as_padded(X, 17), LENGTHS)
        assert_allclose(got.history_["loss"], expected.history_["loss"], rtol=1e-5)


def test_recurrent_layers_run_compiled(monkeypatch):
    fused = []
    fuse = programs.fuse

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

    monkeypatch.setattr(programs, "fuse", spy)
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


# ----- what is missing -----


def with_gaps():
    gappy = [np.array(x) for x in X]
    gappy[2][1] = gappy[4][0, 0] = gappy[7][0] = NAN
    return gappy


def test_gaps_are_refused_unless_asked_for():
    with pytest.raises(ValueError, match=r"X\[2\] contains NaN at step 1 of channel 0"):
        RNNClassifier(**SMALL).fit(with_gaps(), LABELS)
    classifier = RNNClassifier(**SMALL).fit(X, LABELS)
    with pytest.raises(ValueError, match="missing='mask' or missing='forward_fill'"):
        classifier.predict(with_gaps())


def test_a_masked_step_is_an_absent_step():
    classifier = RNNClassifier(missing="mask", **SMALL).fit(with_gaps(), LABELS)
    without = [np.delete(x, np.isnan(x).all(axis=1), axis=0) for x in with_gaps()]
    got = classifier.predict_proba(with_gaps())
    assert_allclose(got, classifier.predict_proba(without), atol=1e-5)
    mean = classifier.model_.get_layer("normalize").moving_mean.numpy()
    at_mean = [np.where(np.isnan(x), mean, x) for x in without]
    assert_allclose(got, classifier.predict_proba(at_mean), atol=1e-5)


def test_a_filled_step_repeats_the_last():
    classifier = RNNClassifier(missing="forward_fill", **SMALL)
    classifier.fit(with_gaps(), LABELS)
    filled = [pd.DataFrame(x).ffill().to_numpy() for x in with_gaps()]
    got = classifier.predict_proba(with_gaps())
    assert_array_equal(got, classifier.predict_proba(filled))


@pytest.mark.parametrize("missing", ["mask", "forward_fill"])
def test_a_table_may_have_gaps_where_they_are_asked_for(missing):
    table = np.random.default_rng(0).normal(size=(20, 9))
    table[0, 3] = table[1, 7:] = NAN
    with pytest.raises(ValueError, match="contains NaN"):
        RNNClassifier(**SMALL).fit(table, LABELS)
    classifier = RNNClassifier(missing=missing, **SMALL).fit(table, LABELS)
    got = classifier.predict_proba(table)
    assert_allclose(got[1:2], classifier.predict_proba([table[1, :7]]), atol=1e-5)
    assert classifier.__sklearn_tags__().input_tags.allow_nan


# ----- what is too long -----


def test_what_is_too_long_is_cut_with_a_warning():
    classifier = RNNClassifier(max_length=12, **SMALL)
    with pytest.warns(UserWarning, match="longer than max_length=12, the longest with"):
        classifier.fit(X, LABELS)
    with pytest.warns(UserWarning, match="are longer than max_length=12"):
        got = classifier.predict_proba(X)
    expected = RNNClassifier(**SMALL).fit([x[:12] for x in X], LABELS)
    assert_array_equal(got, expected.predict_proba([x[:12] for x in X]))


# ----- codes -----


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber"])
def test_reconstruction_is_of_whole_sequences(loss):
    rng = np.random.default_rng(0)
    # a wave of each frequency, some of them cut short
    waves = [
        np.stack([np.sin(f * np.arange(24)), np.cos(f * np.arange(24))], axis=1)
        for f in rng.uniform(0.1, 0.3, size=60)
    ]
    short = [wave[: 24 - i % 10] for i, wave in enumerate(waves)]
    encoder = RNNEncoder(
        n_components=4,
        units=(24,),
        loss=loss,
        epochs=80,
        learning_rate=0.01,
        random_state=0,
    )
    codes = encoder.fit_transform(short)
    assert codes.shape == (60, 4)
    rebuilt = encoder.inverse_transform(codes)
    assert rebuilt.shape == (60, 24, 2)
    errors = [np.mean((r[: len(s)] - s) ** 2) for r, s in zip(rebuilt, short)]
    assert np.mean(errors) < 0.3 * np.var(np.concatenate(short))


def test_a_table_is_rebuilt_as_a_table():
    table = np.random.default_rng(0).normal(size=(20, 9))
    encoder = RNNEncoder(n_components=3, **SMALL).fit(table)
    assert encoder.inverse_transform(encoder.transform(table)).shape == (20, 9)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_last_steps_code_is_that_of_the_sequence(cell):
    encoder = RNNEncoder(n_components=3, cell=cell, **SMALL).fit(X)
    steps = encoder.transform_steps(X)
    assert [codes.shape for codes in steps] == [(length, 3) for length in LENGTHS]
    last = [codes[-1] for codes in steps]
    assert_allclose(last, encoder.transform(X), atol=1e-5)
    early = encoder.transform([x[:2] for x in X])
    assert_allclose([codes[1] for codes in steps], early, atol=1e-5)


def test_steps_of_a_code_that_is_a_mean():
    encoder = RNNEncoder(
        n_components=3,
        bidirectional=True,
        pooling="avg",
        objective="classification",
        **SMALL,
    ).fit(X, LABELS)
    # a mean of features, and so a mean of codes
    means = [codes.mean(axis=0) for codes in encoder.transform_steps(X)]
    assert_allclose(means, encoder.transform(X), atol=1e-5)


def test_steps_after_convolutions_stand_for_several():
    encoder = RNNEncoder(
        n_components=3, filters=(4, 4), pooling="attention", pool_size=3, **SMALL
    ).fit(X)
    n_steps = [len(codes) for codes in encoder.transform_steps(X)]
    assert n_steps == [-(-length // 9) for length in LENGTHS]


def test_the_model_is_an_ordinary_one(tmp_path):
    for parameters in ({}, {"cell": "gru", "bidirectional": True, "pooling": "max"}):
        classifier = RNNClassifier(filters=(3,), **SMALL, **parameters)
        classifier.fit(X, LABELS)
        for layer in classifier.model_.layers:
            assert type(layer).__module__.startswith("keras.")
        got = classifier.model_.predict(as_padded(X), verbose=0)
        expected = classifier.predict_proba(X)
        assert_allclose(got.ravel(), expected[:, -got.shape[1] :].ravel(), atol=1e-5)


# ----- bad input -----

FITTED = {
    "of two channels": X,
    "of one channel": [x[:, 0] for x in X],
    "of a table": np.stack([x[:2, 0] for x in X]),
}


@pytest.mark.parametrize(
    ("kind", "bad", "sentence"),
    [
        ("of two channels", [X[0], X[1][:0]], r"X\[1\] is an empty sequence"),
        ("of two channels", [], "0 sample"),
        ("of two channels", np.zeros((3, 0, 2)), "has empty sequences"),
        (
            "of two channels",
            [X[0], X[1][:, :1]],
            r"X\[0\] has 2 channel\(s\) but X\[1\]",
        ),
        ("of two channels", [X[0], np.full((4, 2), NAN)], r"X\[1\] holds nothing but"),
        ("of two channels", [X[0], X[1].astype(str)], r"X\[1\] must hold real numbers"),
        ("of two channels", [X[0], X[1] * np.inf], "infinity"),
        ("of two channels", [X[0], 5.0], "must be one array"),
        (
            "of two channels",
            [x[:, :1] for x in X],
            r"1 channel\(s\), but .* fitted on 2",
        ),
        ("of one channel", X, r"2 channel\(s\), but RNNClassifier was fitted on 1"),
        ("of two channels", np.ones((3, 4)), r"1 channel\(s\), but .* fitted on 2"),
        ("of two channels", np.ones((3, 4, 2, 1)), "has 4 axes"),
        ("of a table", np.ones(3), "Expected 2D array"),
        ("of a table", np.full((2, 2), NAN), "contains NaN"),
        ("of a table", X, r"2 channel\(s\), but RNNClassifier was fitted on 1"),
    ],
)
def test_bad_sequences_are_refused_in_one_sentence(kind, bad, sentence, programs):
    classifier = RNNClassifier(**SMALL).fit(FITTED[kind], LABELS)
    before, trained = dict(vars(classifier)), len(programs)
    with pytest.raises(ValueError, match=sentence) as caught:
        classifier.predict(bad)
    assert "\n" not in str(caught.value)
    y = LABELS[: len(bad)]
    with pytest.raises(ValueError, match=sentence):
        # the number of channels is learned anew
        (classifier.partial_fit if "fitted on" in sentence else classifier.fit)(bad, y)
    assert vars(classifier) == before
    assert len(programs) == trained


@pytest.mark.parametrize(
    "bad", [[[1.0], [2.0]], [np.ones((1, 2))] * 2, np.ones((2, 1))]
)
def test_nothing_is_learned_from_single_steps(bad):
    with pytest.raises(ValueError, match=r"one step only \(n_features=1\)"):
        RNNClassifier(**SMALL).fit(bad, [0, 1])


def test_a_single_step_can_be_predicted():
    classifier = RNNClassifier(**SMALL).fit(X, LABELS)
    assert classifier.predict_proba([X[0][:1]]).shape == (1, 2)

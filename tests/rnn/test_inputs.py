"""Forms of X, gaps, and sequences that are too long or wrong."""

from pathlib import Path
from runpy import run_path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skmed import RNNClassifier, RNNEncoder
from skmed._validation import memory_maps

SHARED = run_path(str(Path(__file__).with_name("sequences.py")))
FORMS, LABELS, NAN = SHARED["FORMS"], SHARED["LABELS"], SHARED["NAN"]
SMALL, X = SHARED["SMALL"], SHARED["X"]


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


def test_what_is_too_long_is_cut_with_a_warning():
    classifier = RNNClassifier(max_length=12, **SMALL)
    with pytest.warns(UserWarning, match="longer than max_length=12, the longest with"):
        classifier.fit(X, LABELS)
    with pytest.warns(UserWarning, match="are longer than max_length=12"):
        got = classifier.predict_proba(X)
    expected = RNNClassifier(**SMALL).fit([x[:12] for x in X], LABELS)
    assert_array_equal(got, expected.predict_proba([x[:12] for x in X]))


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

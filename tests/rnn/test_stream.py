"""Streams: what is said at the end is what is said of the whole sequence."""

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from skmed.rnn import RNNClassifier

NAN = np.nan
LENGTHS = (9, 4, 17, 6, 12, 5)
SMALL = {"units": (4, 3), "epochs": 2, "random_state": 0}


@functools.cache
def sequences(n_channels=2):
    rng = np.random.default_rng(0)
    return [rng.normal(size=(length, n_channels)) for length in LENGTHS]


@functools.cache
def fitted(cell="lstm", pooling="last", n_channels=2, **parameters):
    classifier = RNNClassifier(cell=cell, pooling=pooling, **SMALL, **parameters)
    return classifier.fit(sequences(n_channels), list("abcabc"))


def parts(sequence, sizes):
    """Cut a sequence into parts of the given sizes, the last as long as it is."""
    cuts = np.cumsum(sizes)
    return np.split(sequence, cuts[cuts < len(sequence)])


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("pooling", ["last", "avg", "max"])
def test_the_last_answer_is_that_of_the_whole_sequence(cell, pooling):
    classifier = fitted(cell, pooling)
    stream = classifier.stream()
    for n, sample in enumerate(sequences()[0], start=1):
        got = stream.update(sample)
        expected = classifier.predict_proba([sequences()[0][:n]])
        assert_allclose(got, expected, atol=1e-5)
    assert_array_equal(stream.classes_, classifier.classes_)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    pooling=st.sampled_from(["last", "avg", "max"]),
    sizes=st.lists(st.integers(1, 7), min_size=17, max_size=17),
    row=st.integers(0, 5),
)
def test_samples_may_come_in_parts_of_any_size(pooling, sizes, row):
    classifier = fitted(pooling=pooling)
    stream = classifier.stream()
    for part in parts(sequences()[row], sizes):
        got = stream.update(part)
    expected = classifier.predict_proba([sequences()[row]])
    assert_allclose(got, expected, atol=1e-5)


@pytest.mark.parametrize("pooling", ["last", "avg", "max"])
def test_many_sequences_at_once_each_at_its_own_pace(pooling):
    classifier = fitted("gru", pooling)
    padded = np.full((6, 17, 2), NAN)
    for row, sequence in zip(padded, sequences()):
        # the shorter ones come last
        row[17 - len(sequence) :] = sequence
    stream = classifier.stream(n_sequences=6)
    first = stream.update(padded[:, 0])
    assert np.isnan(first).all(axis=1).tolist() == [n < 17 for n in LENGTHS]
    stream.update(padded[:, 1:7])
    stream.update(np.full((6, 2), NAN))
    got = stream.update(padded[:, 7:])
    assert_allclose(got, classifier.predict_proba(sequences()), atol=1e-5)


@pytest.mark.parametrize("missing", ["mask", "forward_fill"])
@pytest.mark.parametrize("sizes", [[1] * 17, [4, 2, 1, 5, 4, 1]], ids=str)
def test_gaps_are_treated_as_in_whole_sequences(missing, sizes):
    classifier = fitted(pooling="avg", missing=missing)
    sequence = np.array(sequences()[2])
    sequence[[0, 1, 5, 6, 7, 11]] = NAN
    sequence[[2, 9], 0] = NAN
    sequence[13, 1] = NAN
    stream = classifier.stream()
    seen = 0
    for part in parts(sequence, sizes):
        got = stream.update(part)
        seen += len(part)
        if seen > 2:
            expected = classifier.predict_proba([sequence[:seen]])
            assert_allclose(got, expected, atol=1e-5)


def test_sequences_with_gaps_side_by_side():
    classifier = fitted(missing="forward_fill")
    batch = np.stack([sequences()[0], sequences()[2][:9], sequences()[4][:9]])
    batch[0, 3:6] = batch[1, :2] = batch[2, 4] = NAN
    stream = classifier.stream(3)
    for step in range(9):
        got = stream.update(batch[:, step])
    assert_allclose(got, classifier.predict_proba(list(batch)), atol=1e-5)


def test_one_channel_and_double_precision_and_an_ensemble():
    classifier = fitted(n_channels=1, precision="float64", n_estimators=2)
    stream = classifier.stream()
    sequence = sequences(1)[0]
    stream.update(float(sequence[0, 0]))
    stream.update(sequence[1:4, 0])
    got = stream.update(sequence[4:])
    assert_allclose(got, classifier.predict_proba([sequence]), atol=1e-12)


def test_labels_side_by_side():
    labels = np.array([[0, 1], [1, 0], [1, 1]] * 2)
    classifier = RNNClassifier(**SMALL).fit(sequences(), labels)
    got = classifier.stream().update(sequences()[0])
    assert_allclose(got, classifier.predict_proba(sequences()[:1]), atol=1e-5)


def test_a_table_of_fixed_length_can_be_streamed():
    X = np.random.default_rng(0).normal(size=(6, 8))
    classifier = RNNClassifier(**SMALL).fit(X, [0, 1] * 3)
    got = classifier.stream(6).update(X[..., np.newaxis])
    assert_allclose(got, classifier.predict_proba(X), atol=1e-5)


def test_the_next_patient_in_a_bed_begins_anew():
    classifier = fitted("gru", "max", missing="forward_fill")
    batch = np.stack([s[:4] for s in sequences()[:3]])
    stream = classifier.stream(3)
    before = stream.update(batch)
    stream.update(np.full((3, 2), NAN))
    stream.reset(1)
    nothing = stream.update(np.full((3, 2), NAN))
    assert np.isnan(nothing).all(axis=1).tolist() == [False, True, False]
    later = np.full_like(batch, NAN)
    later[1] = batch[0]
    got = stream.update(later)
    assert_allclose(got, before[[0, 0, 2]], atol=1e-6)
    assert np.isnan(stream.reset().update(np.full((3, 2), NAN))).all()


def test_a_stream_does_not_see_later_fits():
    classifier = RNNClassifier(**SMALL).fit(sequences(), list("abcabc"))
    expected = classifier.predict_proba(sequences()[:1])
    stream = classifier.stream()
    classifier.set_params(random_state=1).fit(sequences(), list("abcabc"))
    assert_allclose(stream.update(sequences()[0]), expected, atol=1e-5)


def test_nothing_new_changes_nothing():
    stream = fitted().stream()
    assert np.isnan(stream.update(np.zeros((0, 2)))).all()
    expected = stream.update(sequences()[0])
    assert_array_equal(stream.update(np.zeros((0, 2))), expected)


@pytest.mark.parametrize(
    "parameters",
    [
        {"bidirectional": True},
        {"pooling": "attention"},
        {"filters": (2,)},
        {"max_length": 40},
    ],
    ids=str,
)
def test_what_needs_later_samples_is_refused(parameters):
    classifier = fitted(**parameters)
    (name,) = parameters
    with pytest.raises(ValueError, match=rf"stream\(\) can't work with {name}="):
        classifier.stream()


@pytest.mark.parametrize(
    ("n_sequences", "X", "sentence"),
    [
        (1, np.zeros(3), r"X of shape \(1, 1, 3\) isn't samples of 2 channel"),
        (3, np.zeros(2), r"X of shape \(2,\) isn't samples of 2 channel\(s\) of 3 seq"),
        (3, np.zeros((2, 2)), r"pass shape \(3, n_new, 2\)"),
        (1, [1.0, np.inf], "infinity"),
        (1, [1.0, NAN], "NaN in some channels; fit with missing='mask'"),
        (1, ["a", "b"], "must hold numbers"),
    ],
)
def test_wrong_samples_are_refused_and_leave_the_stream_as_it_was(
    n_sequences, X, sentence
):
    stream = fitted().stream(n_sequences)
    batch = np.stack([s[:4] for s in sequences()[:n_sequences]])
    before = stream.update(batch)
    with pytest.raises(ValueError, match=sentence):
        stream.update(X)
    assert_array_equal(stream.update(np.full_like(batch[:, :1], NAN)), before)


@pytest.mark.parametrize("n_sequences", [0, 1.5, "all"])
def test_the_number_of_sequences_is_checked(n_sequences):
    with pytest.raises((TypeError, ValueError), match="n_sequences"):
        fitted().stream(n_sequences)

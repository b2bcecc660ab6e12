"""Lists of sequences: what counts as one, and what is said of a wrong one."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skmed._sequences import by_length, check_sequences, is_sequences


def as_objects(sequences):
    array = np.empty(len(sequences), dtype=object)
    array[:] = sequences
    return array


X = [np.ones((3, 2)), np.zeros((1, 2)), np.full((5, 2), 2.0)]


@pytest.mark.parametrize(
    "sequences",
    [
        X,
        tuple(X),
        as_objects(X),
        X[:1],
        [X[0], X[0]],
        [x.tolist() for x in X],
        [pd.DataFrame(x) for x in X],
        [np.ones(3), np.ones(4)],
        as_objects([np.ones(3), np.ones(4)]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_are_sequences(sequences):
    assert is_sequences(sequences)


@pytest.mark.parametrize(
    "table",
    [
        np.ones((3, 2)),
        np.ones((3, 2, 1)),
        np.ones((3, 2), dtype=object),
        np.ones(3),
        np.array([1.0, "a"], dtype=object),
        [[1.0, 2.0], [3.0, 4.0]],
        [np.ones(2), np.ones(2)],
        pd.DataFrame(np.ones((3, 2))),
        [],
        np.empty(0, dtype=object),
        ["one", "two"],
        [1, 2],
        None,
    ],
    ids=lambda value: type(value).__name__,
)
def test_are_no_sequences(table):
    assert not is_sequences(table)


def test_checked_sequences_are_alike():
    checked = check_sequences([X[0].astype(np.float32), X[1].astype(int).tolist()])
    assert [x.dtype for x in checked] == [np.float64, np.float64]
    small = [x.astype(np.float32) for x in X]
    assert all(x is y for x, y in zip(check_sequences(as_objects(small)), small))


def test_missing_steps_where_they_are_allowed():
    x = np.array([[1.0], [np.nan]])
    np.testing.assert_array_equal(check_sequences([x], allow_nan=True)[0], x)


NAN, INF = np.nan, np.inf


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (np.ones(3), "X[1] must have shape (length, channels), got 1 axes; give a"),
        (np.ones((2, 2, 2)), "X[1] must have shape (length, channels), got 3 axes;"),
        (1.0, "X[1] must have shape (length, channels), got 0 axes; reshape it."),
        (np.ones((2, 3)), "X[1] has 3 channels and X[0] has 2; give all sequences"),
        (np.ones((0, 2)), "X[1] has no steps; leave empty sequences out."),
        ([], "X[1] must have shape (length, channels)"),
        ([[1.0, 2.0], [NAN, 1.0]], "X[1] contains NaN, first at step 1; fill"),
        ([[1.0, 2.0], [INF, 1.0]], "Input X[1] contains infinity"),
        ([[1.0, "a"]], "X[1] must hold numbers"),
        (np.array([["a", "b"]]), "X must hold numbers, not <U1"),
        ([[1.0, 2.0], [1.0]], "X[1] must be one array, with rows of equal length"),
        (np.ones((2, 2), dtype=complex), "Complex data not supported in X[1]"),
    ],
)
def test_wrong_sequences_get_one_sentence(wrong, sentence):
    with pytest.raises((TypeError, ValueError), match=re.escape(sentence)) as caught:
        check_sequences([np.ones((3, 2)), wrong])
    assert "\n" not in str(caught.value)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=12))
def test_every_sequence_has_its_length_once(lengths):
    sequences = [np.full((length, 2), i) for i, length in enumerate(lengths)]
    seen = []
    for numbers, stacked in by_length(sequences):
        assert stacked.shape == (len(numbers), lengths[numbers[0]], 2)
        np.testing.assert_array_equal(stacked[:, 0, 0], numbers)
        seen.extend(numbers)
    assert sorted(seen) == list(range(len(lengths)))
    assert len({x.shape[1] for _, x in by_length(sequences)}) == len(set(lengths))

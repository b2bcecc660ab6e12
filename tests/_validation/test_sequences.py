"""Validation of lists of sequences, and its error messages."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skmed._validation.sequences import check_sequences, group_by_length, is_sequences


def as_object_array(sequences):
    array = np.empty(len(sequences), dtype=object)
    array[:] = sequences
    return array


X = [np.ones((3, 2)), np.zeros((1, 2)), np.full((5, 2), 2.0)]


@pytest.mark.parametrize(
    "sequences",
    [
        X,
        tuple(X),
        as_object_array(X),
        X[:1],
        [X[0], X[0]],
        [x.tolist() for x in X],
        [pd.DataFrame(x) for x in X],
        [np.ones(3), np.ones(4)],
        as_object_array([np.ones(3), np.ones(4)]),
        as_object_array([np.ones(3), np.ones(3)]),
        pd.Series([np.ones(3), np.ones(4)]),
        [[1, 2, 3], [4, 5]],
    ],
    ids=lambda value: type(value).__name__,
)
def test_is_sequences(sequences):
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
def test_is_not_sequences(table):
    assert not is_sequences(table)


def test_one_dimensional_rows_are_sequences_on_request():
    assert is_sequences([np.ones(2), np.ones(2)], rows=True)
    assert is_sequences([np.ones(2)], rows=True)
    assert not is_sequences([[1.0, 2.0], [3.0, 4.0]], rows=True)


def test_checked_sequences_have_one_dtype_and_are_not_copied():
    checked = check_sequences([X[0].astype(np.float32), X[1].astype(int).tolist()])
    assert [x.dtype for x in checked] == [np.float64, np.float64]
    small = [x.astype(np.float32) for x in X]
    assert all(x is y for x, y in zip(check_sequences(as_object_array(small)), small))


def test_nan_is_kept_if_allowed():
    x = np.array([[1.0], [np.nan]])
    np.testing.assert_array_equal(check_sequences([x], allow_nan=True)[0], x)


def test_one_axis_is_one_channel():
    first, second = check_sequences([[1, 2, 3], (True, False)])
    np.testing.assert_array_equal(first, [[1.0], [2.0], [3.0]])
    np.testing.assert_array_equal(second, [[1.0], [0.0]])


NAN, INF = np.nan, np.inf


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (np.ones((2, 2, 2)), "X[1] has 3 axes; a sequence must have shape (length,)"),
        (1.0, "X[1] has 0 axes"),
        (np.ones((2, 3)), "X[0] has 2 channel(s) but X[1] has 3; all sequences must"),
        (np.ones((0, 2)), "X[1] is an empty sequence; leave it out."),
        (np.ones((3, 0)), "X[1] is an empty sequence; leave it out."),
        ([], "X[1] is an empty sequence; leave it out."),
        ([[1.0, 2.0], [NAN, 1.0]], "X[1] contains NaN, first at step 1; fill"),
        ([[1.0, 2.0], [INF, 1.0]], "X[1] contains infinity, first at step 1; clip"),
        ([[1.0, "a"]], "X[1] must hold real numbers, not <U"),
        (np.array([["a", "b"]]), "X[1] must hold real numbers, not <U1"),
        (["a", 1.0, "b", "c"], "X[1] must hold real numbers, not <U"),
        ([[1.0, 2.0], [1.0]], "X[1] must hold numbers in an array of shape"),
        ({"a": 1}, "X[1] must hold numbers in an array of shape"),
        (np.array([{}, 1], object), "X[1] must hold numbers in an array of shape"),
        (np.ones((2, 2), dtype=complex), "X[1] must hold real numbers, not complex"),
        (np.zeros((2, 2), dtype="datetime64[s]"), "X[1] must hold real numbers, not"),
    ],
)
def test_wrong_sequences_get_one_sentence(wrong, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)) as caught:
        check_sequences([np.ones((3, 2)), wrong])
    assert "\n" not in str(caught.value)


def test_infinity_is_refused_even_if_nan_is_allowed():
    with pytest.raises(ValueError, match=r"X\[0\] contains infinity, first at step 0"):
        check_sequences([[INF, NAN, 1.0], [1.0, 2.0]], allow_nan=True)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=12))
def test_group_by_length_returns_each_sequence_once(lengths):
    sequences = [np.full((length, 2), i) for i, length in enumerate(lengths)]
    seen = []
    for indices, stacked in group_by_length(sequences):
        assert stacked.shape == (len(indices), lengths[indices[0]], 2)
        np.testing.assert_array_equal(stacked[:, 0, 0], indices)
        seen.extend(indices)
    assert sorted(seen) == list(range(len(lengths)))
    assert len({x.shape[1] for _, x in group_by_length(sequences)}) == len(set(lengths))

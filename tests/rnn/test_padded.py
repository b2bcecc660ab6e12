"""Sequences in one array: padded, cut, and with gaps filled."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skmed.rnn._padded import forward_fill, handle_missing, pad, truncate

NAN = np.nan


def test_padding_follows_each_sequence():
    padded = pad([np.array([[1, 2], [3, 4]]), np.array([[5.0, 6.0]])], "float32")
    assert padded.dtype == np.float32
    assert_array_equal(padded, [[[1, 2], [3, 4]], [[5, 6], [NAN, NAN]]])


def test_what_is_too_long_is_cut_and_told_of():
    X = np.arange(12.0).reshape(2, 6, 1)
    X[0, 3:] = NAN
    lengths = np.array([3, 6])
    with pytest.warns(UserWarning, match="1 of 2 sequences are longer than max_len"):
        assert_array_equal(truncate(X, 4, lengths), X[:, :4])
    # padding isn't cut, nor told of
    assert_array_equal(truncate(X[:1], 4, lengths[:1]), X[:1, :3])
    assert_array_equal(truncate(X, None, lengths), X)


GAPS = [[[NAN, NAN], [1, NAN], [NAN, NAN], [NAN, 4], [5, 5], [NAN, NAN]]]


def test_gaps_are_refused_by_default():
    with pytest.raises(ValueError, match=r"X\[0\] contains NaN at step 0 of channel 0"):
        handle_missing(np.array(GAPS), "error", np.array([5]))


def test_masked_gaps_stay_for_the_network():
    X = np.array(GAPS)
    assert_array_equal(handle_missing(X, "mask", np.array([5])), X)


def test_forward_filling_repeats_what_came_before():
    X = np.array(GAPS)
    expected = [[[NAN, NAN], [1, NAN], [1, NAN], [1, 4], [5, 5], [NAN, NAN]]]
    assert_array_equal(handle_missing(X, "forward_fill", np.array([5])), expected)
    assert_array_equal(forward_fill(X)[0, -1], [5, 5])
    assert_array_equal(X, GAPS)


def test_a_sequence_without_any_value_is_refused():
    X = np.array([[[1.0], [2.0]], [[NAN], [NAN]]])
    for missing in ("error", "mask", "forward_fill"):
        with pytest.raises(ValueError, match=r"X\[1\] holds nothing but missing"):
            handle_missing(X, missing, np.array([2, 0]))

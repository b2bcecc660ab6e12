"""Sliding windows over recordings, and pooling of predictions."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import GroupKFold

from skmed.datasets import load_physiotherapy
from skmed.preprocessing import pool_windows, sliding_windows

lengths = st.lists(st.integers(5, 20), min_size=1, max_size=6)
sizes = st.integers(1, 5)


def recordings(lengths):
    """Return recordings of two channels: index of the recording, and time step."""
    return [
        np.stack([np.full(length, i), np.arange(length)], axis=1).astype(float)
        for i, length in enumerate(lengths)
    ]


@given(lengths, sizes, sizes, st.sampled_from(["align", "drop"]))
def test_windows_match_recording_and_start(lengths, window, step, tail):
    X = recordings(lengths)
    windows = sliding_windows(X, window=window, step=step, tail=tail)
    assert windows.X.shape == (len(windows.recording), window, 2)
    assert windows.X.flags.c_contiguous
    for x, recording, start in zip(windows.X, windows.recording, windows.start):
        np.testing.assert_array_equal(x, X[recording][start : start + window])


@given(lengths, sizes, sizes)
def test_number_of_windows_and_coverage(lengths, window, step):
    windows = sliding_windows(recordings(lengths), window=window, step=step)
    counts = np.bincount(windows.recording)
    overhang = np.array(lengths) - window
    np.testing.assert_array_equal(counts, 1 + np.ceil(overhang / step))
    if step <= window:
        assert len(np.unique(windows.X.reshape(-1, 2), axis=0)) == sum(lengths)
    dropped = sliding_windows(
        recordings(lengths), window=window, step=step, tail="drop"
    )
    np.testing.assert_array_equal(np.bincount(dropped.recording), 1 + overhang // step)


@given(lengths, sizes, sizes, st.randoms())
def test_pooling_inverts_sliding_windows(lengths, window, step, random):
    X = recordings(lengths)
    y = np.array([random.choice("abc") for _ in X])
    proba = np.array([[random.random(), random.random()] for _ in X])
    groups = np.arange(len(X)) // 2
    windows = sliding_windows(X, y, groups, window=window, step=step)
    np.testing.assert_array_equal(windows.groups, groups[windows.recording])
    np.testing.assert_array_equal(
        pool_windows(windows.y, windows.recording, method="vote"), y
    )
    windows = sliding_windows(X, proba, window=window, step=step)
    for method in ("mean", "max"):
        back = pool_windows(windows.y, windows.recording, method=method)
        np.testing.assert_allclose(back, proba)


def test_order_of_windows_does_not_matter():
    rng = np.random.default_rng(0)
    recording, proba = rng.integers(0, 4, 30), rng.uniform(size=(30, 3))
    order = rng.permutation(30)
    pooled = pool_windows(proba, recording)
    np.testing.assert_allclose(pool_windows(proba[order], recording[order]), pooled)
    expected = pd.DataFrame(proba).groupby(recording).mean()
    np.testing.assert_allclose(pooled, expected)


def test_recordings_without_windows_have_no_prediction():
    """As in a fold, which has the windows of some recordings only."""
    pooled = pool_windows([1.0, 3.0, 5.0], [7, 2, 7])
    np.testing.assert_array_equal(pooled, [3.0, 3.0])
    assert pool_windows(["b", "a"], [0, 0], method="vote") == ["a"]
    assert pool_windows([True, False], [0, 0], method="max") == [True]


def test_shapes_and_dtypes():
    X = np.arange(24, dtype=np.int16).reshape(2, 12)
    windows = sliding_windows(X, window=4, step=3)
    assert windows.X.shape == (8, 4)
    assert windows.X.dtype == np.int16
    frame = sliding_windows(pd.DataFrame(X), pd.Series([1, 2]), window=4, step=3)
    np.testing.assert_array_equal(frame.X, windows.X)
    np.testing.assert_array_equal(frame.y, [1] * 4 + [2] * 4)
    cube = sliding_windows(X.reshape(2, 6, 2), window=3)
    assert cube.X.shape == (4, 3, 2)
    assert cube.y is None


def test_durations_in_seconds():
    X = np.zeros((1, 100))
    windows = sliding_windows(X, window=0.5, step=0.25, sampling_rate=50)
    assert windows.X.shape == (8, 25)
    assert windows.start.tolist() == [0, 12, 24, 36, 48, 60, 72, 75]


def test_group_k_fold_keeps_recordings_together():
    watch = load_physiotherapy()
    windows = sliding_windows(watch.data, watch.target, window=4, sampling_rate=50)
    for train, test in GroupKFold(3).split(windows.X, windows.y, windows.groups):
        assert not set(windows.recording[train]) & set(windows.recording[test])
    by_person = sliding_windows(
        watch.data, watch.target, watch.groups, window=4, sampling_rate=50
    )
    assert set(by_person.groups) == set(range(1, 11))


def test_nan_is_kept():
    X = [np.array([[1.0], [np.nan], [2.0]])]
    assert np.isnan(sliding_windows(X, window=2).X).sum() == 2


TWO = [np.ones((3, 2)), np.ones((8, 2))]


@pytest.mark.parametrize(
    ("X", "arguments", "sentence"),
    [
        (TWO, {"window": 4}, "window takes 4 steps, and X[0] has 3 (1 of 2 recordings"),
        (TWO, {"window": 0}, "The 'window' parameter of sliding_windows must be"),
        (TWO, {"window": 2, "step": -1}, "The 'step' parameter of sliding_windows"),
        (TWO, {"window": 0.3}, "window=0.3 s is less than one step at sampling_rate="),
        (TWO, {"window": 2, "step": 0.3}, "step=0.3 s is less than one step"),
        (TWO, {"window": 2, "y": [1]}, "inconsistent numbers of samples: [2, 1]"),
        (TWO, {"window": 2, "groups": [1]}, "groups must hold one patient per row"),
        (TWO, {"window": 2, "tail": "pad"}, "The 'tail' parameter of sliding_windows"),
        (
            [np.ones((3, 2)), np.ones((3, 1))],
            {"window": 2},
            "X[0] has 2 channel(s) but X[1]",
        ),
        (np.ones((2, 3, 4, 5)), {"window": 2}, "X must have shape (n, length) or"),
        (np.ones(3), {"window": 2}, "Expected 2D array"),
        (np.array([["a"]]), {"window": 1}, "X must hold numbers"),
    ],
)
def test_sliding_windows_invalid_input(X, arguments, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        sliding_windows(X, **arguments)


@pytest.mark.parametrize(
    ("predictions", "recording", "method", "sentence"),
    [
        ([1.0], [0, 0], "mean", "inconsistent numbers of samples"),
        ([[1.0]], [[0]], "mean", "recording must hold the number of one recording"),
        (np.empty(0), np.empty(0), "mean", "recording must hold the number"),
        (["a"], [0], "mean", "method='mean' takes numbers; pool labels by"),
        ([[1.0, 2.0]], [0], "vote", "method='vote' takes one label per window"),
        ([1.0], [0], "median", "The 'method' parameter of pool_windows must be"),
    ],
)
def test_pool_windows_invalid_input(predictions, recording, method, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        pool_windows(predictions, recording, method=method)

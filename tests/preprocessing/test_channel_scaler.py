"""ChannelScaler, with recordings of any length and weight."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler

from skmed.preprocessing import ChannelScaler

lengths = st.lists(st.integers(1, 30), min_size=1, max_size=6)


def recordings(lengths):
    rng = np.random.default_rng(len(lengths))
    return [rng.normal([1, 100], [2, 50], (length, 2)) for length in lengths]


@given(lengths, st.integers(0, 99))
def test_agrees_with_standard_scaler_on_all_steps(lengths, seed):
    X = recordings(lengths)
    weight = np.random.default_rng(seed).integers(0, 4, len(X)) + (seed % 2)
    weight[0] += 1
    ours = ChannelScaler().fit(X, sample_weight=weight)
    steps, step_weight = np.concatenate(X), np.repeat(weight, lengths)
    theirs = StandardScaler().fit(steps, sample_weight=step_weight)
    np.testing.assert_allclose(ours.mean_, theirs.mean_)
    # scikit-learn has a larger tolerance for constant channels
    if steps[step_weight > 0].std(axis=0).min() > 1e-3:
        np.testing.assert_allclose(ours.scale_, theirs.scale_)
        for got, x in zip(ours.transform(X), X):
            np.testing.assert_allclose(got, theirs.transform(x), atol=1e-9)


def test_zero_weight_recordings_are_ignored():
    X = recordings([5, 9, 7])
    weighted = ChannelScaler().fit([X[0], 1e30 * X[1], X[2]], sample_weight=[1, 0, 1])
    absent = ChannelScaler().fit([X[0], X[2]])
    np.testing.assert_array_equal(weighted.mean_, absent.mean_)
    np.testing.assert_array_equal(weighted.scale_, absent.scale_)


@given(lengths)
def test_recording_statistics_standardize_each_recording(lengths):
    scaler = ChannelScaler(statistics="recording")
    for x in scaler.fit_transform(recordings(lengths)):
        np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-9)
        np.testing.assert_allclose(x.std(axis=0), 1 if len(x) > 1 else 0, atol=1e-9)
    assert scaler.mean_ is scaler.scale_ is None


def test_table_is_one_channel_and_keeps_its_shape():
    X = np.array([[0.0, 1.0, 2.0], [4.0, 5.0, 6.0]])
    got = ChannelScaler().fit_transform(X)
    np.testing.assert_allclose(np.diff(got), 1 / X.std())
    assert got.mean() == pytest.approx(0)


@pytest.mark.parametrize("statistics", ["training", "recording"])
def test_constant_channels_become_zero(statistics):
    X = np.full((2, 5, 1), 0.1)
    got = ChannelScaler(statistics=statistics).fit_transform(X)
    np.testing.assert_allclose(got, 0, atol=1e-12)


def test_large_offset_in_single_precision():
    X = 1e4 + np.random.default_rng(0).normal(size=(50, 100, 1)).astype(np.float32)
    scaler = ChannelScaler().fit(X)
    assert scaler.mean_.dtype == np.float64
    np.testing.assert_allclose(scaler.scale_, X.astype(float).std(), rtol=1e-9)


def test_invalid_weights():
    X = np.ones((3, 5))
    for weight, sentence in [
        ([1, 1], "sample_weight must hold one weight per row"),
        ([1, -1, 1], "sample_weight has negative values"),
        ([0, 0, 0], "sample_weight is zero for all rows"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            ChannelScaler().fit(X, sample_weight=weight)

"""Filters, compared with scipy and with known sine waves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import median_filter
from scipy.signal import butter, sosfiltfilt

from skmed.preprocessing import BandPassFilter, BaselineRemover, NotchFilter

RATE = 250
TIME = np.arange(10 * RATE) / RATE
INSIDE = slice(2 * RATE, -2 * RATE)  # without edge effects


def wave(frequency):
    return np.sin(2 * np.pi * frequency * TIME)


def response(transformer, frequency):
    """Return the gain at a frequency, and the largest error of the scaled wave."""
    x = wave(frequency)
    y = transformer.fit_transform(x[None])[0]
    gain = y[INSIDE] @ x[INSIDE] / (x[INSIDE] @ x[INSIDE])
    return gain, np.abs(y - gain * x)[INSIDE].max()


@pytest.mark.parametrize(
    ("cutoffs", "passed", "stopped"),
    [
        ({"low": 5, "high": 40}, [10, 20], [1, 100]),
        ({"high": 40}, [1, 20], [80, 100]),
        ({"low": 5}, [20, 100], [1, 2]),
    ],
    ids=["band", "low-pass", "high-pass"],
)
def test_waves_between_cutoffs_pass_without_phase_shift(cutoffs, passed, stopped):
    transformer = BandPassFilter(**cutoffs, sampling_rate=RATE)
    for frequency in passed:
        gain, deviation = response(transformer, frequency)
        assert gain == pytest.approx(1, abs=0.05)
        assert deviation < 0.01
    for frequency in stopped:
        assert np.abs(response(transformer, frequency)[0]) < 0.02
    for frequency in cutoffs.values():
        assert response(transformer, frequency)[0] == pytest.approx(0.5, abs=0.02)


@settings(max_examples=20)
@given(st.integers(1, 6), st.floats(0.5, 20), st.floats(1, 100))
def test_band_pass_agrees_with_scipy(order, low, width):
    x = np.random.default_rng(0).normal(size=(2, 500))
    sos = butter(order, [low, low + width], "bandpass", fs=RATE, output="sos")
    transformer = BandPassFilter(
        low=low, high=low + width, order=order, sampling_rate=RATE
    )
    np.testing.assert_allclose(transformer.fit_transform(x), sosfiltfilt(sos, x))


def test_padding_is_in_seconds():
    x = np.random.default_rng(0).normal(size=(2, 500)) + 5
    sos = butter(4, 0.5, "high", fs=RATE, output="sos")
    transformer = BandPassFilter(low=0.5, sampling_rate=RATE, padding=1.5)
    expected = sosfiltfilt(sos, x, padlen=375)
    np.testing.assert_array_equal(transformer.fit_transform(x), expected)


@pytest.mark.parametrize("line_frequency", [50, 60])
def test_notch_removes_one_frequency(line_frequency):
    transformer = NotchFilter(frequency=line_frequency, sampling_rate=RATE)
    assert abs(response(transformer, line_frequency)[0]) < 0.01
    for frequency in (10, line_frequency - 8, line_frequency + 8):
        gain, deviation = response(transformer, frequency)
        assert gain == pytest.approx(1, abs=0.02)
        assert deviation < 0.02
    wider = NotchFilter(frequency=line_frequency, quality=3, sampling_rate=RATE)
    assert (
        response(wider, line_frequency - 8)[0]
        < response(transformer, line_frequency - 8)[0]
    )


# ----- baselines -----


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_means_and_lines_are_removed(offset, slope):
    x = wave(10)
    centered = BaselineRemover(method="constant").fit_transform([x + offset])[0]
    np.testing.assert_allclose(centered, x - x.mean(), atol=1e-9)
    detrended = BaselineRemover().fit_transform([x + offset + slope * TIME])[0]
    np.testing.assert_allclose(
        detrended, BaselineRemover().fit_transform([x])[0], atol=1e-9
    )


def test_medians_keep_beats_and_remove_drift():
    beats = np.exp(-((TIME % 1 - 0.5) ** 2) / 0.0004)
    drift = 2 * np.sin(2 * np.pi * 0.1 * TIME)
    transformer = BaselineRemover(method="median", sampling_rate=RATE)
    got = transformer.fit_transform([beats + drift])[0]
    assert np.abs(got - beats)[INSIDE].max() < 0.25
    assert np.abs(got - beats)[INSIDE].mean() < 0.05


def test_medians_agree_with_scipy():
    x = np.random.default_rng(0).normal(size=(2, 300, 2))
    first = median_filter(x, size=(1, 51, 1), mode="nearest")
    expected = x - median_filter(first, size=(1, 151, 1), mode="nearest")
    transformer = BaselineRemover(method="median", sampling_rate=RATE)
    np.testing.assert_array_equal(transformer.fit_transform(x), expected)

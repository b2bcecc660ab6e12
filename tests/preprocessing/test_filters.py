"""Filters do to waves what their names say, and what scipy does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import median_filter
from scipy.signal import butter, sosfiltfilt

from skmed.preprocessing import BandPassFilter, BaselineRemover, NotchFilter

RATE = 250
TIME = np.arange(10 * RATE) / RATE
INSIDE = slice(2 * RATE, -2 * RATE)  # away from the ends


def wave(frequency):
    return np.sin(2 * np.pi * frequency * TIME)


def left_of(transformer, frequency):
    """Return how much of the amplitude of a wave is left, and how far it is moved."""
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
def test_waves_between_the_cutoffs_pass_without_a_delay(cutoffs, passed, stopped):
    transformer = BandPassFilter(**cutoffs, sampling_rate=RATE)
    for frequency in passed:
        gain, moved = left_of(transformer, frequency)
        assert gain == pytest.approx(1, abs=0.05)
        assert moved < 0.01
    for frequency in stopped:
        assert np.abs(left_of(transformer, frequency)[0]) < 0.02
    for frequency in cutoffs.values():
        assert left_of(transformer, frequency)[0] == pytest.approx(0.5, abs=0.02)


@settings(max_examples=20)
@given(st.integers(1, 6), st.floats(0.5, 20), st.floats(1, 100))
def test_band_pass_is_scipys(order, low, width):
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


@pytest.mark.parametrize("mains", [50, 60])
def test_notch_takes_one_frequency_out(mains):
    transformer = NotchFilter(frequency=mains, sampling_rate=RATE)
    assert abs(left_of(transformer, mains)[0]) < 0.01
    for frequency in (10, mains - 8, mains + 8):
        gain, moved = left_of(transformer, frequency)
        assert gain == pytest.approx(1, abs=0.02)
        assert moved < 0.02
    wider = NotchFilter(frequency=mains, quality=3, sampling_rate=RATE)
    assert left_of(wider, mains - 8)[0] < left_of(transformer, mains - 8)[0]


# ----- baselines -----


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_means_and_lines_are_taken_out(offset, slope):
    x = wave(10)
    level = BaselineRemover(method="constant").fit_transform([x + offset])[0]
    np.testing.assert_allclose(level, x - x.mean(), atol=1e-9)
    drifting = BaselineRemover().fit_transform([x + offset + slope * TIME])[0]
    np.testing.assert_allclose(
        drifting, BaselineRemover().fit_transform([x])[0], atol=1e-9
    )


def test_medians_keep_beats_and_take_out_drift():
    beats = np.exp(-((TIME % 1 - 0.5) ** 2) / 0.0004)
    drift = 2 * np.sin(2 * np.pi * 0.1 * TIME)
    transformer = BaselineRemover(method="median", sampling_rate=RATE)
    got = transformer.fit_transform([beats + drift])[0]
    assert np.abs(got - beats)[INSIDE].max() < 0.25
    assert np.abs(got - beats)[INSIDE].mean() < 0.05


def test_medians_are_scipys():
    x = np.random.default_rng(0).normal(size=(2, 300, 2))
    first = median_filter(x, size=(1, 51, 1), mode="nearest")
    expected = x - median_filter(first, size=(1, 151, 1), mode="nearest")
    transformer = BaselineRemover(method="median", sampling_rate=RATE)
    np.testing.assert_array_equal(transformer.fit_transform(x), expected)

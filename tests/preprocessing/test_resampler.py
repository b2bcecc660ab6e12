"""Resampler: the same signal at another rate, without aliasing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import resample_poly

from skmed.preprocessing import Resampler


def resample(x, old, new):
    return Resampler(sampling_rate=old, new_sampling_rate=new).fit_transform(x)


@given(st.integers(1, 20), st.integers(1, 20), st.floats(-3, 3), st.floats(-3, 3))
def test_a_line_stays_a_line(old, new, offset, slope):
    time = np.arange(200) / old
    got = resample([offset + slope * time], old, new)[0]
    assert len(got) == np.ceil(200 * new / old)
    inside = np.arange(len(got)) / new <= time[-1]
    expected = offset + slope * np.arange(len(got)) / new
    # scipy's filter has a ripple of a thousandth
    error = np.abs(got - expected)[inside]
    assert error.max() <= 1e-9 + 0.01 * (abs(offset) + abs(slope) * time[-1])


def test_slow_waves_are_kept_and_fast_ones_removed():
    old, new = 50, 12.5
    old_time, new_time = np.arange(0, 20, 1 / old), np.arange(0, 20, 1 / new)
    slow, fast = (np.sin(2 * np.pi * f * old_time) for f in (2, 20))
    got = resample([slow + fast], old, new)[0]
    inside = slice(25, -25)
    expected = np.sin(2 * np.pi * 2 * new_time)
    np.testing.assert_allclose(got[inside], expected[inside], atol=0.02)


@pytest.mark.parametrize(
    ("old", "new", "up", "down"),
    [
        (50, 12.5, 1, 4),
        (360, 250, 25, 36),
        (0.1, 0.3, 3, 1),
        (441, 160, 160, 441),
    ],
)
def test_agrees_with_scipy(old, new, up, down):
    x = np.random.default_rng(0).normal(size=(3, 500, 2))
    expected = resample_poly(x, up, down, axis=1, padtype="line")
    np.testing.assert_array_equal(resample(x, old, new), expected)


def test_same_rate_changes_nothing():
    x = np.random.default_rng(0).normal(size=(3, 50))
    np.testing.assert_allclose(resample(x, np.float32(50), 50), x)


def test_feature_names_out():
    transformer = Resampler(sampling_rate=2, new_sampling_rate=1)
    transformer.set_output(transform="pandas").fit(np.ones((3, 5)))
    assert transformer.transform(np.ones((3, 5))).columns.tolist() == [
        "resampler0",
        "resampler1",
        "resampler2",
    ]


def test_a_single_step_is_refused():
    with pytest.raises(ValueError, match=r"needs signals of 2 steps.*has no rate"):
        Resampler().fit([np.ones((1, 1))])

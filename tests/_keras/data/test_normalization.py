"""Channel statistics against scikit-learn's StandardScaler."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.preprocessing import StandardScaler

from skmed._keras.data import normalization
from skmed._keras.data.normalization import channel_statistics


@given(
    hnp.arrays(np.float64, (6, 4, 2), elements=st.floats(-1e3, 1e3)),
    hnp.arrays(np.float64, 6, elements=st.sampled_from([0.5, 1.0, 3.0])),
)
def test_it_equals_a_weighted_standard_scaler(x, weight):
    scaler = StandardScaler().fit(x.reshape(-1, 2), sample_weight=weight.repeat(4))
    mean, variance = channel_statistics(x, weight)
    np.testing.assert_allclose(mean, scaler.mean_, atol=1e-9)
    np.testing.assert_allclose(np.sqrt(variance), scaler.scale_, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_pieces_equal_the_whole(dtype, monkeypatch):
    x = np.random.default_rng(0).integers(0, 255, (50, 3, 5, 2)).astype(dtype)
    whole = channel_statistics(x, None)
    monkeypatch.setattr(normalization, "_CHUNK_VALUES", 100)
    np.testing.assert_allclose(channel_statistics(x, None), whole, rtol=1e-12)
    np.testing.assert_allclose(whole[0], x.mean(axis=(0, 1, 2), dtype=float))
    np.testing.assert_allclose(whole[1], x.var(axis=(0, 1, 2), dtype=float))


@pytest.mark.parametrize("value", [0.0, 1e8, 0.1])
def test_a_constant_channel_is_only_centred(value):
    mean, variance = channel_statistics(np.full((7, 3, 1), value), None)
    np.testing.assert_allclose(mean, value)
    assert variance == 1.0

"""Channel statistics against scikit-learn's StandardScaler."""

from pathlib import Path
from runpy import run_path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.preprocessing import StandardScaler

from skmed import CNNClassifier, CNNEncoder, CNNRegressor
from skmed._keras.data import normalization
from skmed._keras.data.normalization import channel_statistics

SHARED = run_path(str(Path(__file__).parents[2] / "small_cnn.py"))
SMALL, images, outputs = SHARED["SMALL"], SHARED["images"], SHARED["outputs"]


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


def test_statistics_leave_out_what_is_missing():
    lengths = np.array([5, 1, 9, 3, 9, 2, 40, 7])
    sequences = np.random.default_rng(0).normal(size=(8, 50, 2)).astype("float32")
    sequences[np.arange(50) >= lengths[:, np.newaxis]] = np.nan
    weight = np.random.default_rng(1).uniform(0.5, 2, size=8)
    present = ~np.isnan(sequences[..., 0])
    flat = sequences[present][:, np.newaxis].astype("float64")
    got = channel_statistics(sequences, weight)
    expected = channel_statistics(flat, np.repeat(weight, lengths))
    assert_allclose(got, expected, rtol=1e-12)


def test_a_channel_that_is_nowhere_has_mean_zero_and_variance_one():
    X = np.full((3, 2, 2), np.nan)
    X[..., 0] = 2.0
    assert_array_equal(channel_statistics(X, None), [[2, 0], [1, 1]])


# ----- in estimators -----


@pytest.mark.parametrize("cls", [CNNClassifier, CNNRegressor, CNNEncoder])
def test_normalisation_makes_units_irrelevant(cls):
    X, y = images(24, 8, 2)
    X = X.astype(float)
    settings = {**SMALL, "precision": "float64"}
    expected = outputs(cls(**settings).fit(X, y), X)
    rescaled = X * [1e-3, 1e4] + [-5, 7]
    got = outputs(cls(**settings).fit(rescaled, y), rescaled)
    np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_normalisation_is_by_channel_and_part_of_the_model():
    X, y = images(24, 8, 2)
    X = X.astype(float) * [1, 100]
    network = CNNClassifier(**SMALL).fit(X, y).model_
    mean, variance = (v.numpy() for v in network.get_layer("normalize").variables)
    np.testing.assert_allclose(mean, X.mean(axis=(0, 1)), rtol=1e-5)
    np.testing.assert_allclose(variance, X.var(axis=(0, 1)), rtol=1e-5)
    np.testing.assert_allclose(
        network(X).numpy(), CNNClassifier(**SMALL).fit(X, y).predict_proba(X), atol=1e-6
    )


@pytest.mark.parametrize("cls", [CNNClassifier, CNNRegressor, CNNEncoder])
def test_without_normalisation(cls):
    X, y = images(24, 8)
    X = X / 255
    plain = cls(**SMALL, normalize=None).fit(X, y)
    assert "normalize" not in [layer.name for layer in plain.model_.layers]
    assert not np.allclose(outputs(plain, X), outputs(cls(**SMALL).fit(X, y), X))
    standard = (X - X.mean()) / X.std()
    got = outputs(cls(**SMALL, normalize=None).fit(standard, y), standard)
    np.testing.assert_allclose(
        got, outputs(cls(**SMALL).fit(X, y), X), rtol=1e-3, atol=1e-4
    )


def test_constant_channels_do_no_harm():
    X, y = images(24, 8, 2)
    X = X.astype(float)
    X[..., 1] = 1e6
    probabilities = CNNClassifier(**SMALL).fit(X, y).predict_proba(X)
    assert np.all(np.isfinite(probabilities))

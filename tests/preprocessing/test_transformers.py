"""Behaviour shared by all signal transformers: forms of X, and invalid input."""

import pickle
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skmed.preprocessing import (
    MFCC,
    BandPassFilter,
    BaselineRemover,
    ChannelScaler,
    LogMelSpectrogram,
    NotchFilter,
    Resampler,
    Spectrogram,
    _base,
)

RATE = 100
FRAMES = {"sampling_rate": RATE, "window": 0.2, "step": 0.1}
TRANSFORMERS = [
    BandPassFilter(low=1, high=30, sampling_rate=RATE),
    NotchFilter(frequency=25, sampling_rate=RATE),
    BaselineRemover(),
    BaselineRemover(method="median", sampling_rate=RATE),
    ChannelScaler(),
    ChannelScaler(statistics="recording"),
    Resampler(sampling_rate=RATE, new_sampling_rate=40),
    Spectrogram(**FRAMES),
    LogMelSpectrogram(n_mels=5, **FRAMES),
    LogMelSpectrogram(n_mels=5, output="image", **FRAMES),
    MFCC(n_mels=5, n_mfcc=3, **FRAMES),
]
each = pytest.mark.parametrize("transformer", TRANSFORMERS, ids=repr)


def signals(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


@each
def test_tables_arrays_and_lists_agree(transformer):
    X = signals(4, 60, 1)
    whole = clone(transformer).fit_transform(X)
    table = clone(transformer).fit_transform(X[:, :, 0])
    np.testing.assert_allclose(table.reshape(whole.shape), whole, atol=1e-12)
    listed = clone(transformer).fit_transform(list(X))
    assert isinstance(listed, list)
    np.testing.assert_allclose(np.stack(listed), whole, atol=1e-12)
    objects = np.empty(4, dtype=object)
    objects[:] = list(X)
    np.testing.assert_array_equal(clone(transformer).fit_transform(objects), listed)


@each
def test_sequences_are_transformed_independently(transformer):
    X = [signals(length, 2, seed=length) for length in (60, 75, 60, 90)]
    together = transformer.fit(X).transform(X)
    for x, expected in zip(X, together):
        for alone in ([x], x[None]):
            got = transformer.transform(alone)[0]
            np.testing.assert_allclose(got, expected, atol=1e-12)
    backwards = transformer.transform(X[::-1])[::-1]
    for x, expected in zip(backwards, together):
        np.testing.assert_allclose(x, expected, atol=1e-12)


@each
def test_channels_are_transformed_independently(transformer):
    X = signals(3, 60, 2)
    one = clone(transformer).fit_transform(X)
    X[:, :, 1] *= 7
    other = clone(transformer).fit_transform(X)
    if getattr(transformer, "output", None) == "sequence":
        # features are grouped by channel
        one, other = (x.reshape(*x.shape[:2], 2, -1) for x in (one, other))
        one, other = one.swapaxes(2, 3), other.swapaxes(2, 3)
    np.testing.assert_allclose(other[..., 0], one[..., 0], atol=1e-12)


@each
def test_single_precision_is_preserved(transformer):
    X = signals(3, 60, 2)
    expected = clone(transformer).fit_transform(X)
    got = clone(transformer).fit_transform(X.astype(np.float32))
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, expected, atol=2e-3)
    listed = clone(transformer).fit_transform(list(X.astype(np.float32)))
    assert {x.dtype for x in listed} == {np.dtype(np.float32)}


@each
def test_chunk_size_changes_nothing(transformer, monkeypatch):
    X = signals(7, 60, 2)
    whole = clone(transformer).fit_transform(X)
    monkeypatch.setattr(_base, "_CHUNK_VALUES", 300)
    np.testing.assert_allclose(clone(transformer).fit_transform(X), whole, atol=1e-12)


@each
def test_input_is_not_modified(transformer):
    X = [signals(60, 2), signals(70, 2)]
    before = [x.copy() for x in X]
    transformer.fit(X).transform(X)
    for x, expected in zip(X, before):
        np.testing.assert_array_equal(x, expected)


@each
def test_pickle(transformer):
    for X in (signals(3, 60), [signals(60, 2), signals(70, 2)]):
        fitted = clone(transformer).fit(X)
        unpickled = pickle.loads(pickle.dumps(fitted)).transform(X)
        for one, other in zip(unpickled, fitted.transform(X)):
            np.testing.assert_array_equal(one, other)


def test_grid_search_in_a_pipeline():
    """Classes differ in frequency, not in offset."""
    t = np.arange(200) / RATE
    y = np.arange(40) % 2
    frequency = np.where(y == 1, 20, 8)
    rng = np.random.default_rng(0)
    X = [
        np.sin(2 * np.pi * f * t[: 150 + rng.integers(50)] + rng.uniform(0, 6))[:, None]
        + rng.normal(0, 1, (1, 1))
        for f in frequency
    ]
    pipeline = make_pipeline(
        BandPassFilter(low=2, high=12, sampling_rate=RATE),
        FunctionTransformer(lambda X: np.array([[x.std()] for x in X])),
        LogisticRegression(C=1e3),
    )
    grid = {"bandpassfilter__high": [12, 40]}
    search = GridSearchCV(pipeline, grid, cv=4, error_score="raise").fit(X, y)
    assert search.best_params_ == {"bandpassfilter__high": 12}
    assert search.best_score_ == 1


# ----- invalid input -----

NAN = [np.ones((60, 2)), np.full((60, 2), np.nan)]


@each
@pytest.mark.parametrize(
    ("X", "sentence"),
    [
        (np.where(np.eye(3, 60) > 0, np.nan, 1.0), "Input X contains NaN; fill"),
        (np.full((3, 60, 2), np.inf), "Input X contains infinity"),
        (NAN, "X[1] contains NaN, first at step 0; fill such steps in"),
        ([np.ones((60, 2)), np.ones((60, 3))], "X[0] has 2 channel(s) but X[1] has 3"),
        ([np.ones((60, 2)), np.ones((0, 2))], "X[1] is an empty sequence"),
        (
            np.ones((2, 3, 4, 5)),
            "X must have shape (n, length) or (n, length, channels)",
        ),
        (np.ones((2, 60, 0)), "X must have shape (n, length)"),
        (np.array([["a"] * 60]), "X must hold numbers"),
        (np.ones(60), "Reshape your data"),
        ([], "Expected 2D array"),
    ],
)
def test_invalid_signals_raise_and_change_nothing(transformer, X, sentence):
    fitted = clone(transformer).fit([signals(60, 2)])
    before = dict(vars(fitted))
    with pytest.raises(ValueError, match=re.escape(sentence)) as caught:
        fitted.fit(X)
    assert "\n" not in str(caught.value)
    assert vars(fitted) == before
    # transform refuses tables, whatever they hold, after a fit on sequences
    if (isinstance(X, list) and len(X)) or np.ndim(X) > 2:
        with pytest.raises(ValueError, match=re.escape(sentence)):
            fitted.transform(X)


@each
def test_other_channels_or_tables_are_refused(transformer):
    fitted = clone(transformer).fit([signals(60, 2)])
    with pytest.raises(ValueError, match=r"X has 3 channels, but .* expecting 2"):
        fitted.transform(signals(4, 60, 3))
    with pytest.raises(ValueError, match=r"X is a table .* fitted on sequences"):
        fitted.transform(signals(4, 60))
    on_table = clone(transformer).fit(signals(4, 60))
    with pytest.raises(ValueError, match=r"X is sequences .* fitted on a table"):
        on_table.transform(signals(4, 60, 1))
    with pytest.raises(ValueError, match=r"X has 70 features, but .* expecting 60"):
        on_table.transform(signals(4, 70))


INVALID_PARAMETERS = [
    (BandPassFilter(), "low and high are both None"),
    (BandPassFilter(high=40), "high=40 Hz must be below half of the sampling rate"),
    (BandPassFilter(low=0.3, high=0.1), "low=0.3 Hz must be below high=0.1 Hz"),
    (BandPassFilter(low=-1), "The 'low' parameter of BandPassFilter must be"),
    (
        BandPassFilter(low=0.1, sampling_rate=-1),
        "The 'sampling_rate' parameter of Band",
    ),
    (
        BandPassFilter(low=0.1, padding=60),
        "X has 60 feature(s), and BandPassFilter needs",
    ),
    (BandPassFilter(low=0.1, order=20), "BandPassFilter needs signals of 64 steps or"),
    (NotchFilter(), "frequency=50.0 Hz must be below half of the sampling rate"),
    (NotchFilter(frequency=0.2, quality=0), "The 'quality' parameter of NotchFilter"),
    (BaselineRemover(method="median"), "windows=0.2 s is less than one step at"),
    (BaselineRemover(method="mean"), "The 'method' parameter of BaselineRemover"),
    (BaselineRemover(windows=()), "The 'windows' parameter of BaselineRemover"),
    (
        BaselineRemover(windows=(0.2, 0.6)),
        "windows is for method='median' and has no effect with method='linear'",
    ),
    (ChannelScaler(statistics="x"), "The 'statistics' parameter of ChannelScaler"),
    (
        Resampler(new_sampling_rate=np.pi),
        "aren't in a ratio of whole numbers up",
    ),
    (Resampler(new_sampling_rate=2000), "aren't in a ratio of whole numbers up to"),
    (Resampler(new_sampling_rate=1e-4), "aren't in a ratio of whole numbers up to"),
    (Spectrogram(), "window=0.025 s is less than one step at sampling_rate=1.0 Hz"),
    (Spectrogram(window=4), "step=0.01 s is less than one step"),
    (Spectrogram(window=4, step=5), "step=5 s must be at most window=4 s"),
    (Spectrogram(window=4, step=2, n_fft=3), "n_fft=3 must be at least the 4 steps"),
    (Spectrogram(window=61, step=2), "X has 60 feature(s), and Spectrogram needs"),
    (
        Spectrogram(window=4, step=2, max_frequency=1),
        "max_frequency=1 Hz must be at most",
    ),
    (
        Spectrogram(window=4, step=2, min_frequency=0.3, max_frequency=0.2),
        "min_frequency=0.3 Hz must be below max_frequency=0.2 Hz",
    ),
    (
        Spectrogram(window=4, step=2, min_frequency=0.1, max_frequency=0.2),
        "no frequency of window=4 s is between",
    ),
    (
        Spectrogram(window=4, step=2, decibels=False, floor=1e-4),
        "floor is for power in decibels and has no effect with decibels=False",
    ),
    (LogMelSpectrogram(window=4, step=2), "n_mels=40 leaves 38 bands without a freq"),
    (MFCC(window=9, step=2, n_mels=2), "n_mfcc=13 must be at most n_mels=2"),
]


@pytest.mark.parametrize(("transformer", "sentence"), INVALID_PARAMETERS, ids=repr)
def test_invalid_parameters(transformer, sentence):
    transformer = clone(transformer)
    with pytest.raises(ValueError, match=re.escape(sentence)) as caught:
        transformer.fit(signals(4, 60))
    assert "\n" not in str(caught.value)
    assert set(vars(transformer)) == set(transformer.get_params())


@settings(max_examples=20)
@given(st.lists(st.integers(30, 50), min_size=1, max_size=6))
def test_short_sequences_are_refused(lengths):
    X = [np.zeros((length, 1)) for length in lengths]
    transformer = BandPassFilter(low=0.1, padding=39)
    if min(lengths) >= 40:
        assert len(transformer.fit_transform(X)) == len(X)
    else:
        with pytest.raises(ValueError, match=f"a signal of {min(lengths)} step"):
            transformer.fit(X)

"""Spectrograms, compared with scipy and with known sine waves."""

import numpy as np
import pytest
from scipy.fft import dct
from scipy.signal import spectrogram
from sklearn.pipeline import make_pipeline

from skmed import CNNClassifier
from skmed.preprocessing import MFCC, LogMelSpectrogram, Spectrogram

RATE = 1000
FRAMES = {"sampling_rate": RATE, "window": 0.1, "step": 0.04}
TIME = np.arange(2 * RATE) / RATE


def wave(frequency):
    return np.sin(2 * np.pi * frequency * TIME)


def noise(*shape):
    return np.random.default_rng(0).normal(size=shape)


def test_spectrogram_agrees_with_scipy():
    X = noise(3, 700, 2)
    transformer = Spectrogram(**FRAMES, decibels=False, n_fft=128)
    got = transformer.fit_transform(X)
    frequencies, _, power = spectrogram(
        X, RATE, "hann", 100, 60, 128, detrend=False, scaling="spectrum", axis=1
    )
    power[:, 1:-1] /= 2  # one-sided in scipy: negative frequencies are added
    np.testing.assert_allclose(transformer.frequencies_, frequencies)
    np.testing.assert_allclose(got, np.moveaxis(power, 2, 3))
    decibels = Spectrogram(**FRAMES, n_fft=128).fit_transform(X)
    np.testing.assert_allclose(decibels, 10 * np.log10(got))


@pytest.mark.parametrize("frequency", [50, 200, 430])
def test_sine_wave_has_its_maximum_at_its_frequency(frequency):
    transformer = Spectrogram(**FRAMES)
    image = transformer.fit_transform([wave(frequency)])[0, :, :, 0]
    assert set(transformer.frequencies_[image.argmax(axis=0)]) == {frequency}
    # a wave of amplitude 1 has a quarter of its power at the positive frequency
    np.testing.assert_allclose(image.max(axis=0), 10 * np.log10(0.25), atol=1e-6)


def test_frequency_range():
    transformer = Spectrogram(**FRAMES, min_frequency=20, max_frequency=60)
    images = transformer.fit_transform(noise(3, 700))
    assert transformer.frequencies_.tolist() == [20, 30, 40, 50, 60]
    whole = Spectrogram(**FRAMES).fit_transform(noise(3, 700))
    np.testing.assert_array_equal(images, whole[:, 2:7])


@pytest.mark.parametrize("cls", [Spectrogram, LogMelSpectrogram, MFCC])
def test_sequences_are_transposed_images(cls):
    X = noise(3, 700, 2)
    bands = {} if cls is Spectrogram else {"n_mels": 15}
    images = cls(**FRAMES, **bands, output="image").fit_transform(X)
    sequences = cls(**FRAMES, **bands, output="sequence").fit_transform(X)
    n, n_features, n_frames, channels = images.shape
    assert n_frames == 1 + (700 - 100) // 40
    assert sequences.shape == (n, n_frames, channels * n_features)
    for channel in range(channels):
        part = sequences[:, :, channel * n_features : (channel + 1) * n_features]
        np.testing.assert_array_equal(part.swapaxes(1, 2), images[..., channel])


def test_images_in_a_pipeline_with_a_network():
    X, y = noise(12, 300), np.arange(12) % 2
    network = CNNClassifier(filters=(2,), dense_units=(), epochs=1, random_state=0)
    pipeline = make_pipeline(Spectrogram(**FRAMES), network).fit(X, y)
    assert pipeline.predict_proba(X).shape == (12, 2)


def test_silence_is_the_floor():
    silent = np.zeros((1, 300))
    assert set(Spectrogram(**FRAMES).fit_transform(silent).ravel()) == {-100}
    got = LogMelSpectrogram(**FRAMES, n_mels=9, floor=1e-4).fit_transform(silent)
    assert set(got.ravel()) == {-40}
    power = Spectrogram(**FRAMES, decibels=False).fit_transform(silent)
    assert not power.any()


# ----- mel bands -----


def test_mel_filters_are_adjacent_triangles():
    transformer = LogMelSpectrogram(n_mels=20, sampling_rate=8000, n_fft=2048)
    filters = transformer.fit(noise(1, 400)).filters_
    assert filters.shape == (20, 1025)
    assert filters.min() == 0
    assert filters.max() <= 1
    peaks = filters.argmax(axis=1)
    # adjacent triangles add up to 1
    np.testing.assert_allclose(filters[:, peaks[0] + 1 : peaks[-1]].sum(axis=0), 1)
    # peaks are equally spaced in mel
    mel = 2595 * np.log10(1 + peaks * 8000 / 2048 / 700)
    step = 2595 * np.log10(1 + 4000 / 700) / 21
    np.testing.assert_allclose(mel, step * np.arange(1, 21), atol=4)


def test_higher_pitch_gives_a_higher_band():
    transformer = LogMelSpectrogram(**FRAMES, n_mels=10)
    bands = [
        transformer.fit_transform([wave(frequency)])[0].mean(axis=0).argmax()
        for frequency in (50, 100, 200, 300, 400)
    ]
    assert bands == sorted(set(bands))


def test_log_mel_is_the_filtered_spectrogram():
    X = noise(2, 700, 2)
    mel = LogMelSpectrogram(**FRAMES, n_mels=10, output="image")
    got = mel.fit_transform(X)
    power = Spectrogram(**FRAMES, decibels=False).fit_transform(X)
    expected = 10 * np.log10(np.einsum("mf,nftc->nmtc", mel.filters_, power))
    np.testing.assert_allclose(got, expected)


def test_mfcc_is_the_cosine_transform_of_log_mel():
    X = noise(2, 700)
    mel = LogMelSpectrogram(**FRAMES, n_mels=15).fit_transform(X)
    got = MFCC(**FRAMES, n_mels=15, n_mfcc=7).fit_transform(X)
    expected = dct(mel, type=2, norm="ortho", axis=2)[:, :, :7]
    np.testing.assert_allclose(got, expected, atol=1e-9)


def test_loudness_changes_only_the_first_coefficient():
    X = noise(1, 700)
    transformer = MFCC(**FRAMES, n_mels=15, n_mfcc=7)
    quiet, loud = transformer.fit_transform(X), transformer.fit_transform(10 * X)
    np.testing.assert_allclose(loud[..., 1:], quiet[..., 1:], atol=1e-9)
    np.testing.assert_allclose(loud[..., 0] - quiet[..., 0], 20 * np.sqrt(15))

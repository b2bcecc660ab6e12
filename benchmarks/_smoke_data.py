"""Tiny synthetic data with the shapes and types of the real data, for ``--smoke``."""

import numpy as np
from scipy import sparse

_WORDS = "patient fever cough rash nausea denies after taking mild severe pain dose"


def images(n, shape, n_classes):
    """Return noise that is brighter for later classes, and the classes."""
    y = np.arange(n) % n_classes
    noise = np.random.default_rng(0).integers(0, 100, (n, *shape))
    offset = (40 * y).reshape(-1, *[1] * len(shape))
    return (noise + offset).astype(np.uint8), y


def signals(n, length):
    """Return waves whose frequency is that of their class, and the classes."""
    rng, y = np.random.default_rng(0), np.arange(n) % 2
    phase = rng.uniform(0, 2 * np.pi, (n, 1))
    waves = np.sin(np.arange(length) * (0.2 + 0.3 * y[:, np.newaxis]) + phase)
    return waves + rng.normal(0, 0.1, waves.shape), y


def sequences(n, lengths, n_channels):
    """Return recordings of unequal length, and their classes."""
    rng, y = np.random.default_rng(0), np.arange(n) % 2
    return [
        rng.normal(label, 1.0, (rng.integers(*lengths), n_channels)) for label in y
    ], y


def notes(n, n_classes):
    """Return sentences of random words, some of which are of their class."""
    rng, y = np.random.default_rng(0), np.arange(n) % n_classes
    words = np.array(_WORDS.split())
    return np.array(
        [
            " ".join([*rng.choice(words, 8), f"finding{label}", f"seen{label}."])
            for label in y
        ],
        dtype=object,
    ), y


def embeddings():
    """Return random embeddings of the words."""
    words = _WORDS.split()
    array = np.random.default_rng(0).normal(size=(len(words), 8)).astype(np.float32)
    return array, words


def links():
    """Return a sparse table of 30 rows, 15 items and groups of both."""
    rng = np.random.default_rng(0)
    same = np.equal.outer(np.arange(30) % 3, np.arange(15) % 3)
    X = (rng.random((30, 15)) < np.where(same, 0.9, 0.25)) * rng.integers(
        1, 5, (30, 15)
    )
    return sparse.csr_array(X.astype(float))


def admissions():
    """Return diagnoses and drugs of 30 admissions, and their patients."""
    rng = np.random.default_rng(0)
    group = np.arange(30) % 3
    diagnoses = rng.random((30, 9)) < np.where(
        np.arange(9) % 3 == group[:, None], 0.9, 0.1
    )
    drugs = rng.random((30, 12)) < np.where(
        np.arange(12) % 3 == group[:, None], 0.8, 0.2
    )
    patients = np.array([f"{i // 2}" for i in range(30)], dtype=object)
    return diagnoses.astype(float), drugs.astype(int), patients

"""Volumes: planted nodules, which no single slice shows."""

import numpy as np
import pytest

from skmed import CNNClassifier


def scans(n_samples, seed=0):
    """Noise crossed by vessels; in every other scan a nodule, as bright, but round.

    A slice through a vessel looks as one through a nodule does.
    """
    rng = np.random.default_rng(seed)
    size = 8
    y = np.arange(n_samples) % 2
    X = rng.normal(60, 12, size=(n_samples, size, size, size, 1))
    places = np.stack(np.indices((size,) * 3), axis=-1)
    for scan, label in zip(X, y):
        centre = rng.uniform(2.5, 5.5, size=3)
        away = (places - centre) ** 2
        if not label:
            # a vessel goes through all slices
            away[..., 0] = 0
        scan[away.sum(axis=-1) < 5, 0] += 120
    return X.clip(0, 255).astype(np.uint8), y


@pytest.mark.parametrize("architecture", ["resnet", "inception"])
def test_planted_nodules_are_told_from_vessels(architecture):
    X, y = scans(64)
    X_test, y_test = scans(100, seed=1)
    classifier = CNNClassifier(
        architecture=architecture,
        filters=(4, 8),
        augment=("shift", "flip"),
        epochs=10,
        learning_rate=0.01,
        random_state=0,
    ).fit(X, y)
    assert classifier.score(X_test, y_test) >= 0.95

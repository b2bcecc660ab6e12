"""Number of epochs."""

import numpy as np
import pytest

from skmed import CNNClassifier
from skmed._keras.training.options import count_epochs


def first_value(inputs):
    return inputs[:, 0]


@pytest.mark.parametrize(
    ("architecture", "shape", "n_steps"),
    [
        ("plain", (20,), 300),
        ("resnet", (20,), 300),
        ("inception", (20,), 1000),
        ("inception", (4, 5, 1), 300),
        (first_value, (20,), 300),
    ],
    ids=["plain", "resnet", "inception", "inception-image", "own"],
)
def test_steps_of_few_rows_are_many(monkeypatch, architecture, shape, n_steps):
    counted = []

    def count(epochs, n_rows, batch_size, least):
        counted.append(count_epochs(epochs, n_rows, batch_size, least))
        return 1

    monkeypatch.setattr("skmed._keras.estimators.fitting.count_epochs", count)
    X = np.random.default_rng(0).normal(size=(7, *shape))
    classifier = CNNClassifier(architecture=architecture, batch_size=2, random_state=0)
    if not callable(architecture):
        classifier.set_params(filters=(2,))
    classifier.fit(X, np.arange(7) % 2)
    assert counted == [n_steps // 4]

"""Training with optimizers, learning rates and weight decay."""

from pathlib import Path
from runpy import run_path

import keras
import numpy as np
import pytest

from skmed import CNNClassifier

SHARED = run_path(str(Path(__file__).parents[2] / "small_cnn.py"))
SMALL, images, learn = SHARED["SMALL"], SHARED["images"], SHARED["learn"]
weights, same_weights = SHARED["weights"], SHARED["same_weights"]


def test_weight_decay_shrinks_weights():
    sizes = [
        np.abs(weights(learn(weight_decay=decay, epochs=20))[0]).sum()
        for decay in (None, 1.0, 10.0)
    ]
    assert sizes[0] > sizes[1] > sizes[2]
    assert same_weights(learn(weight_decay=0.0), learn())


def test_a_schedule_ends_where_the_epochs_end():
    # the last of many cosine steps is next to nothing
    X, y = images(60, 6)
    classifier = CNNClassifier(
        **{**SMALL, "epochs": 40, "learning_rate": 0.05},
        learning_rate_schedule="cosine",
    ).fit(X, y)
    losses = classifier.history_["loss"]
    assert abs(losses[-1] - losses[-2]) < 0.01 * abs(losses[0] - losses[-1])


def test_a_schedule_of_keras():
    steps = keras.optimizers.schedules.PiecewiseConstantDecay([7], [0.01, 0.0])
    optimizer = keras.optimizers.SGD(steps)
    stopped = learn(optimizer=optimizer, learning_rate=None, epochs=6)
    # four steps an epoch: nothing moves after the second
    losses = stopped.history_["loss"]
    assert losses[2:] == pytest.approx([losses[2]] * 4, rel=1e-6)
    assert losses[0] != losses[1] != losses[2]


def test_an_optimizer_is_copied():
    optimizer = keras.optimizers.Adam(0.01)
    first, second = (learn(optimizer=optimizer, learning_rate=None) for _ in "ab")
    assert same_weights(first, second)
    assert same_weights(first, learn())
    assert not optimizer.built
    assert first.optimizer is optimizer

"""Optimizers of a fit's own, and the rates of its steps."""

import keras
import numpy as np
import pytest

from skmed import CNNClassifier
from skmed._keras.training.optimizers import NAMES, Rates, make_optimizer


@pytest.mark.parametrize("name", NAMES)
def test_none_keeps_what_keras_has(name):
    own = keras.optimizers.get(name)
    made, rate, decay = make_optimizer(name, None, None)
    assert type(made) is type(own)
    assert rate == pytest.approx(float(own.learning_rate.numpy()))
    assert decay == (own.weight_decay or 0.0)


def test_an_instance_is_copied_and_its_settings_kept():
    given = keras.optimizers.Adam(0.5, beta_1=0.3, clipnorm=1.0)
    made, rate, _ = make_optimizer(given, None, None)
    assert made is not given
    assert rate == 0.5
    assert (made.beta_1, made.clipnorm) == (0.3, 1.0)
    assert make_optimizer(given, 0.1, 0.2)[1:] == (0.1, 0.2)
    assert float(given.learning_rate.numpy()) == 0.5


def test_cosine_equals_keras_own():
    theirs = keras.optimizers.schedules.CosineDecay(0.3, 50)
    ours = Rates(0.3, "cosine", 50, 0.0).for_steps(0, 50)
    np.testing.assert_allclose(ours, [float(theirs(i)) for i in range(50)], rtol=1e-5)


def test_one_cycle_rises_and_falls():
    rates = Rates(0.1, "one_cycle", 1000, 0.0).for_steps(0, 1000)
    assert rates[0] == pytest.approx(0.004)
    assert rates.argmax() == 300
    assert rates.max() == pytest.approx(0.1)
    assert rates[-1] < 1e-4
    assert np.all(np.diff(rates[:301]) > 0)
    assert np.all(np.diff(rates[300:]) < 0)


def test_steps_go_on_from_epoch_to_epoch():
    rates = Rates(0.1, "cosine", 30, 0.0)
    halves = [rates.for_steps(0, 13), rates.for_steps(13, 30)]
    np.testing.assert_array_equal(np.concatenate(halves), rates.for_steps(0, 30))


def test_a_keras_schedule_is_followed_step_by_step():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([3], [0.5, 0.25])
    _, rate, _ = make_optimizer(keras.optimizers.SGD(schedule), None, None)
    rates = Rates(rate, "constant", 6, 0.0).for_steps(2, 6)
    np.testing.assert_array_equal(rates, [0.5, 0.5, 0.25, 0.25])


def test_a_keras_schedule_trains_as_the_rates_it_stands_for():
    X = np.random.default_rng(0).normal(size=(12, 6))
    y = np.arange(12) % 2
    settings = {"filters": (2,), "dense_units": (), "epochs": 2, "random_state": 0}
    schedule = keras.optimizers.schedules.CosineDecay(0.1, 2)
    scheduled = CNNClassifier(optimizer=keras.optimizers.SGD(schedule), **settings)
    by_name = CNNClassifier(
        optimizer="sgd",
        learning_rate=0.1,
        learning_rate_schedule="cosine",
        **settings,
    )
    np.testing.assert_allclose(
        scheduled.fit(X, y).predict_proba(X), by_name.fit(X, y).predict_proba(X), 1e-5
    )

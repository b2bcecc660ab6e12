"""Copies of optimizers."""

import keras
import pytest

from skmed._keras.compat.optimizers import (
    copy_optimizer,
    excludes_from_weight_decay,
    inner_optimizer,
    learning_rate_of,
)


class Schedule(keras.optimizers.schedules.LearningRateSchedule):
    """A schedule that isn't registered with Keras."""

    def __call__(self, step):
        return 0.5

    def get_config(self):
        return {}


class Custom(keras.optimizers.SGD):
    """An optimizer that isn't registered with Keras."""


def test_a_placeholder_takes_the_place_of_the_rate():
    given = keras.optimizers.Adam(0.5, beta_1=0.3, clipnorm=1.0, name="mine")
    copied = copy_optimizer(given)
    assert (copied.beta_1, copied.clipnorm, copied.name) == (0.3, 1.0, "adam")
    assert float(copied.learning_rate) == pytest.approx(1e-3)
    assert float(copy_optimizer(given, 0.25).learning_rate) == 0.25
    assert float(copy_optimizer(given, Schedule()).learning_rate) == pytest.approx(1e-3)


def test_an_exact_copy_keeps_rate_schedule_and_name():
    given = keras.optimizers.Adam(0.5, name="mine")
    copied = copy_optimizer(given, exact=True)
    assert copied is not given
    assert (float(copied.learning_rate), copied.name) == (0.5, "mine")
    schedule = Schedule()
    scheduled = copy_optimizer(keras.optimizers.SGD(schedule), exact=True)
    assert learning_rate_of(scheduled) is schedule
    assert type(copy_optimizer(Custom(0.5), exact=True)) is Custom


@pytest.mark.parametrize("exact", [False, True])
def test_state_is_not_copied(exact):
    given = keras.optimizers.Adam(0.5)
    given.build([keras.Variable([1.0])])
    given.iterations.assign(3)
    copied = copy_optimizer(given, exact=exact)
    assert not copied.built
    assert int(copied.iterations) == 0


@pytest.mark.parametrize("exact", [False, True])
def test_weight_decay(exact):
    decayed = keras.optimizers.AdamW(0.5, weight_decay=0.1)
    assert copy_optimizer(decayed, exact=exact).weight_decay == 0.1
    # make_optimizer sets None on an optimizer whose constructor refuses it
    decayed.weight_decay = None
    assert copy_optimizer(decayed, exact=exact).weight_decay is None


def test_exclusion_from_weight_decay():
    given = keras.optimizers.AdamW()
    assert not excludes_from_weight_decay(given)
    given.exclude_from_weight_decay(var_names=["bias"])
    assert excludes_from_weight_decay(given)
    assert excludes_from_weight_decay(copy_optimizer(given, exact=True))


@pytest.mark.parametrize("exact", [False, True])
def test_the_optimizer_inside_a_loss_scale(exact):
    given = keras.optimizers.LossScaleOptimizer(Custom(0.5), initial_scale=8.0)
    copied = copy_optimizer(given, 0.25, exact=exact)
    assert type(copied) is keras.optimizers.LossScaleOptimizer
    assert copied.initial_scale == 8.0
    inner = inner_optimizer(copied)
    assert type(inner) is Custom
    assert inner is not inner_optimizer(given)
    assert float(inner.learning_rate) == (0.5 if exact else 0.25)
    assert inner_optimizer(inner) is inner

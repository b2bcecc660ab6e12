"""Optimizers and learning-rate schedules, with rate and decay as data."""

from dataclasses import dataclass

import keras
import numpy as np

from skmed._keras.compat.global_state import fresh_names
from skmed._keras.compat.optimizers import copy_optimizer, learning_rate_of

NAMES = (
    "adadelta",
    "adagrad",
    "adam",
    "adamax",
    "adamw",
    "lion",
    "nadam",
    "rmsprop",
    "sgd",
)
SCHEDULES = ("constant", "cosine", "one_cycle")


@dataclass(frozen=True)
class Rates:
    """Which learning rate each step of a fit has.

    Parameters
    ----------
    base : float or keras.optimizers.schedules.LearningRateSchedule
        The rate that ``shape`` scales, or Keras's own schedule by steps.
    shape : str
        One of ``SCHEDULES``.
    n_steps : int
        Steps of the whole fit.
    weight_decay : float
        Decoupled decay, as a fraction of the rate.
    """

    base: object
    shape: str
    n_steps: int
    weight_decay: float

    def for_steps(self, first, last, base=None):
        """Return the rates of steps ``first`` to ``last`` (excluded)."""
        steps = np.arange(first, last)
        base = self.base if base is None else base
        if callable(base):
            return np.array([float(base(int(step))) for step in steps])
        return base * _shape(self.shape, steps / max(1, self.n_steps))


def scale_rate(rate, factor):
    """Return a learning rate, or a schedule of them, times a factor."""
    if callable(rate):
        return lambda step: factor * float(rate(step))
    return factor * rate


def _shape(name, t):
    """Return the factor on the rate at the fraction ``t`` of the fit."""
    if name == "cosine":
        # Loshchilov and Hutter, SGDR, 2017
        return 0.5 * (1 + np.cos(np.pi * t))
    if name == "one_cycle":
        # Smith and Topin, Super-Convergence, 2018: up for 30%, then down
        up = 0.04 + 0.96 * 0.5 * (1 - np.cos(np.pi * t / 0.3))
        down = 1e-4 + (1 - 1e-4) * 0.5 * (1 + np.cos(np.pi * (t - 0.3) / 0.7))
        return np.where(t < 0.3, up, down)
    return np.ones_like(t)


def make_optimizer(optimizer, learning_rate, weight_decay, mixed=False):
    """Build an optimizer of a fit's own.

    Parameters
    ----------
    optimizer : str or keras.optimizers.Optimizer
        A name, or an instance whose settings are copied.
    learning_rate, weight_decay : float or None
        None keeps the optimizer's own.
    mixed : bool
        Scale the loss, as half precision needs.

    Returns
    -------
    keras.optimizers.Optimizer
        Unbuilt.
    rate : float or LearningRateSchedule
        Its learning rate.
    weight_decay : float
        Its decay; 0 for none.
    """
    given = optimizer
    if isinstance(optimizer, str):
        with fresh_names():
            given = keras.optimizers.get(optimizer)
    rate = learning_rate_of(given) if learning_rate is None else learning_rate
    if not isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        rate = float(rate)
    decay = given.weight_decay if weight_decay is None else weight_decay
    made = copy_optimizer(given, rate)
    made.weight_decay = decay or None
    if mixed:
        with fresh_names():
            made = keras.optimizers.LossScaleOptimizer(made)
    return made, rate, float(decay or 0.0)

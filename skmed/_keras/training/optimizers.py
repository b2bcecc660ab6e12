"""Optimizers and learning-rate schedules of a fit."""

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
    """Learning rate and weight decay of each step of a fit.

    Parameters
    ----------
    base : float or keras.optimizers.schedules.LearningRateSchedule
        Learning rate that the schedule scales, or Keras's own schedule.
    schedule : str
        One of ``SCHEDULES``.
    n_steps : int
        Number of steps of the fit.
    weight_decay : float
        Decoupled weight decay, as a fraction of the learning rate.
    """

    base: object
    schedule: str
    n_steps: int
    weight_decay: float

    def for_steps(self, first, last, base=None):
        """Return the learning rates of some steps.

        Parameters
        ----------
        first, last : int
            First step, and the step after the last.
        base : float, LearningRateSchedule or None
            Replaces ``base`` of the instance.

        Returns
        -------
        ndarray of shape (n_steps,)
            Learning rates.
        """
        steps = np.arange(first, last)
        base = self.base if base is None else base
        if callable(base):
            return np.array([float(base(int(step))) for step in steps])
        return base * _schedule_factor(self.schedule, steps / max(1, self.n_steps))


def scale_rate(rate, factor):
    """Return a learning rate, or a function of the step, multiplied by a factor."""
    if callable(rate):
        return lambda step: factor * float(rate(step))
    return factor * rate


def _schedule_factor(name, t):
    """Return the factor of the learning rate at the fraction ``t`` of the steps."""
    if name == "cosine":
        # Loshchilov & Hutter, SGDR, 2017
        return 0.5 * (1 + np.cos(np.pi * t))
    if name == "one_cycle":
        # Smith & Topin, Super-Convergence, 2018: up for 30% of the steps, then down
        up = 0.04 + 0.96 * 0.5 * (1 - np.cos(np.pi * t / 0.3))
        down = 1e-4 + (1 - 1e-4) * 0.5 * (1 + np.cos(np.pi * (t - 0.3) / 0.7))
        return np.where(t < 0.3, up, down)
    return np.ones_like(t)


def make_optimizer(optimizer, learning_rate, weight_decay, mixed=False):
    """Create an optimizer from the parameters of an estimator.

    Parameters
    ----------
    optimizer : str or keras.optimizers.Optimizer
        A name, or an instance whose settings are copied.
    learning_rate, weight_decay : float or None
        None for those of the optimizer.
    mixed : bool
        Whether to scale the loss, as mixed precision needs.

    Returns
    -------
    optimizer : keras.optimizers.Optimizer
        A new optimizer, which is not built.
    rate : float or LearningRateSchedule
        Its learning rate.
    weight_decay : float
        Its weight decay; 0 for none.
    """
    given = optimizer
    if isinstance(optimizer, str):
        with fresh_names():
            given = keras.optimizers.get(optimizer)
    rate = learning_rate_of(given) if learning_rate is None else learning_rate
    if not isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        rate = float(rate)
    decay = given.weight_decay if weight_decay is None else weight_decay
    created = copy_optimizer(given, rate)
    created.weight_decay = decay or None
    if mixed:
        with fresh_names():
            created = keras.optimizers.LossScaleOptimizer(created)
    return created, rate, float(decay or 0.0)

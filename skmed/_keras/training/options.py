"""Options of a training: those parameters of an estimator that describe it."""

import dataclasses
import math
from dataclasses import dataclass
from typing import NamedTuple


class MinTraining(NamedTuple):
    """The minimum training of ``epochs="auto"``.

    Parameters
    ----------
    epochs : int
        Passes over the training samples.
    steps : int
        Gradient steps; smaller data sets are trained for more epochs.
    """

    epochs: int
    steps: int


MIN_TRAINING = MinTraining(epochs=10, steps=300)


def count_epochs(epochs, n_samples, batch_size, minimum=MIN_TRAINING):
    """Return the number of passes over the training samples.

    Parameters
    ----------
    epochs : int or "auto"
        The parameter ``epochs``.
    n_samples : int
        Number of training samples.
    batch_size : int
        Samples per step.
    minimum : MinTraining
        The minimum training of "auto".

    Returns
    -------
    int
        Number of epochs, at least one.
    """
    if epochs != "auto":
        return epochs
    n_steps = math.ceil(n_samples / batch_size)
    return max(minimum.epochs, math.ceil(minimum.steps / n_steps))


@dataclass(frozen=True, eq=False)
class TrainingOptions:
    """Parameters of an estimator that describe how its network is trained.

    Parameters
    ----------
    batch_size, optimizer, learning_rate, learning_rate_schedule, weight_decay, tol, \
    n_iter_no_change, callbacks, precision, verbose
        As the estimator's parameters.
    seed : int
        Seed of the fit.
    name : str
        Title of the progress bar.
    """

    batch_size: int
    optimizer: object
    learning_rate: float | None
    learning_rate_schedule: str
    weight_decay: float | None
    tol: float
    n_iter_no_change: int
    callbacks: object
    precision: str
    verbose: int
    seed: int
    name: str

    @classmethod
    def of(cls, estimator, seed):
        """Return the options of an estimator."""
        names = {field.name for field in dataclasses.fields(cls)} - {"seed", "name"}
        options = {name: getattr(estimator, name) for name in names}
        return cls(**options, seed=seed, name=type(estimator).__name__)

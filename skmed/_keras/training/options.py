"""Options of a training, read from the parameters of an estimator."""

import dataclasses
import math
from dataclasses import dataclass
from typing import NamedTuple


class MinTraining(NamedTuple):
    """The least training of ``epochs="auto"``.

    Parameters
    ----------
    epochs : int
        Passes over the training samples.
    steps : int
        Gradient steps, which a small data set reaches with more epochs.
    """

    epochs: int
    steps: int


MIN_TRAINING = MinTraining(epochs=10, steps=300)


def count_epochs(epochs, n_samples, batch_size, minimum=MIN_TRAINING):
    """Return the number of passes over the training samples.

    Parameters
    ----------
    epochs : int or "auto"
        The parameter.
    n_samples, batch_size : int
        Training samples, and samples per step.
    minimum : MinTraining
        The least training of "auto".

    Returns
    -------
    int
        One or more.
    """
    if epochs != "auto":
        return epochs
    n_steps = math.ceil(n_samples / batch_size)
    return max(minimum.epochs, math.ceil(minimum.steps / n_steps))


@dataclass(frozen=True, eq=False)
class TrainingOptions:
    """Parameters of an estimator that say how its network is trained.

    Parameters
    ----------
    batch_size, optimizer, learning_rate, learning_rate_schedule, weight_decay, tol, \
    n_iter_no_change, callbacks, precision, verbose
        As the estimator's parameters.
    seed : int
        Seed of the fit.
    name : str
        Shown beside the progress bar.
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

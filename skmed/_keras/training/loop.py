"""The loop over the epochs of a training."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

from skmed._keras.graphs.augmentation.augmentation import NO_DRAWS
from skmed._keras.graphs.state import Data
from skmed._keras.graphs.train.training_program import TrainingProgram, average_logs

from .callbacks import Callbacks
from .early_stopping import EarlyStopping
from .optimizers import Rates
from .progress import Progress

# number of steps after which moving statistics of batch normalisation have converged
_CONVERGED_STEPS = 100


@dataclass(frozen=True, eq=False)
class Validation:
    """Samples whose loss is evaluated after an epoch.

    Parameters
    ----------
    data : Data
        The samples.
    batch_size : int
        Samples per batch.
    freq : int or collection of int
        Evaluate every ``freq`` epochs, or after the listed epochs, counted from 1.
    """

    data: Data
    batch_size: int
    freq: int | Collection = 1

    def is_due(self, epoch):
        """Return whether to evaluate after an epoch, which is counted from 0."""
        if isinstance(self.freq, int):
            return (epoch + 1) % self.freq == 0
        return epoch + 1 in self.freq


@dataclass(frozen=True, eq=False)
class TrainingLoop:
    """The loop over epochs: training, validation, callbacks and early stopping.

    Parameters
    ----------
    program : TrainingProgram
        Trains for an epoch.
    data : Data
        Training samples.
    order : callable
        Returns the order of the samples of an epoch, given its number; epochs of
        earlier fits are counted.
    batch_size : int
        Samples per step.
    rates : Rates
        Learning rates.
    callbacks : Callbacks
        The user's callbacks.
    progress : Progress
        The progress bar.
    validation : Validation or None
        Samples that are evaluated after each epoch.
    early_stopping : EarlyStopping or None
        Decides when to stop, by the validation loss.
    draws : callable or None
        Returns the draws of augmentation, given the number of an epoch and its number
        of steps.
    updates_batch_norm : bool
        Whether batch normalisation gets the statistics of all training samples after
        training, and before each validation in epochs of few steps.
    """

    program: TrainingProgram
    data: Data
    order: Callable
    batch_size: int
    rates: Rates
    callbacks: Callbacks
    progress: Progress
    validation: Validation | None = None
    early_stopping: EarlyStopping | None = None
    draws: Callable | None = None
    updates_batch_norm: bool = False

    def run(self, state, epochs, history, first_epoch=0):
        """Train for a number of epochs.

        Parameters
        ----------
        state : State
            Initial state.
        epochs : int
            Maximum number of epochs.
        history : dict of list of float
            History of earlier fits of the same network, which is not changed.
        first_epoch : int
            Number of the first epoch for callbacks.

        Returns
        -------
        state : State
            Final state; with early stopping the best one.
        history : dict of list of float
            Loss and metrics by epoch, earlier fits included. Names of those of the
            validation samples begin with ``val_``.
        """
        history = {name: list(values) for name, values in history.items()}
        n_before = len(history.get("loss", ()))
        rate = self.rates.base
        state, rate, _ = self.callbacks.call("on_train_begin", state, rate)
        for i in range(epochs):
            epoch = first_epoch + i
            state, rate, _ = self.callbacks.call(
                "on_epoch_begin", state, rate, epoch, {}
            )
            state, rate, logs = self._train_epoch(state, rate, i, n_before + i)
            check_loss(logs["loss"], n_before + i)
            if self.validation is not None and self.validation.is_due(epoch):
                state, losses = self._evaluate(state)
                logs |= {f"val_{name}": value for name, value in losses.items()}
            for name, value in logs.items():
                history.setdefault(name, []).append(value)
            self.progress.update(logs)
            state, rate, stop = self.callbacks.call(
                "on_epoch_end", state, rate, epoch, dict(logs)
            )
            if self.early_stopping is not None:
                stop |= self.early_stopping.update(logs["val_loss"], state)
            if stop:
                break
        if self.early_stopping is not None:
            state = self.early_stopping.best_state
        state = self._update_batch_norm(state)
        state, _, _ = self.callbacks.call("on_train_end", state, rate, dict(logs))
        return state, history

    @property
    def _n_steps(self):
        return math.ceil(len(self.data) / self.batch_size)

    def _train_epoch(self, state, rate, i, epoch):
        """Train for one epoch; batch by batch if a callback acts on batches."""
        order = self.order(epoch)
        draws = NO_DRAWS if self.draws is None else self.draws(epoch, self._n_steps)
        steps = range(i * self._n_steps, (i + 1) * self._n_steps)
        if self.callbacks.act_on_batches:
            return self._train_by_batch(state, rate, order, steps, draws)
        state, logs, _ = self._train_steps(state, rate, order, steps, draws)
        return state, rate, logs

    def _train_steps(self, state, rate, order, steps, draws):
        return self.program.train(
            state,
            self.data,
            order,
            self.batch_size,
            self.rates.for_steps(steps.start, steps.stop, rate),
            self.rates.weight_decay,
            draws,
        )

    def _train_by_batch(self, state, rate, order, steps, draws):
        all_logs = []
        for batch, step in enumerate(steps):
            samples = order[batch * self.batch_size : (batch + 1) * self.batch_size]
            state, rate, _ = self.callbacks.call(
                "on_train_batch_begin", state, rate, batch, {}
            )
            state, logs, size = self._train_steps(
                state, rate, samples, range(step, step + 1), draws.for_step(batch)
            )
            all_logs.append(({"loss": logs["loss"]}, size))
            state, rate, stop = self.callbacks.call(
                "on_train_batch_end", state, rate, batch, logs
            )
            if stop:
                break
        return state, rate, average_logs(all_logs)[0]

    def _evaluate(self, state):
        if self._n_steps < _CONVERGED_STEPS:
            state = self._update_batch_norm(state)
        losses = self.program.evaluate(
            state, self.validation.data, self.validation.batch_size
        )
        return state, losses

    def _update_batch_norm(self, state):
        if not self.updates_batch_norm:
            return state
        # one order for all fits, as rounding errors depend on it
        return self.program.update_batch_norm(
            state, self.data, self.order(0), self.batch_size
        )


def check_loss(loss, epoch):
    """Raise if a training has diverged.

    Parameters
    ----------
    loss : float
        Training loss of an epoch.
    epoch : int
        Number of the epoch, from 0.

    Raises
    ------
    ValueError
        If the loss isn't finite.
    """
    if not math.isfinite(loss):
        raise ValueError(
            f"The training loss became {loss} in epoch {epoch + 1}; use a lower "
            "learning_rate, or scale X and y."
        )

"""The epochs of a training: order of samples, rates, validation, callbacks."""

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

# after so many steps the moving statistics of batch normalisation have converged
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
        Evaluate every so many epochs, or after the epochs listed, counted from 1.
    """

    data: Data
    batch_size: int
    freq: int | Collection = 1

    def is_due(self, epoch):
        """Return whether to evaluate after an epoch, counted from 0."""
        if isinstance(self.freq, int):
            return (epoch + 1) % self.freq == 0
        return epoch + 1 in self.freq


@dataclass(frozen=True, eq=False)
class TrainingLoop:
    """Runs a program epoch by epoch.

    Parameters
    ----------
    program : TrainingProgram
        Runs an epoch.
    data : Data
        Training samples.
    order : callable
        From the number of an epoch, those of earlier fits included, to the order of
        its samples.
    batch_size : int
        Samples per step.
    rates : Rates
        Learning rates.
    callbacks : Callbacks
        The user's callbacks, or none.
    progress : Progress
        The progress bar.
    validation : Validation or None
        What is evaluated after an epoch.
    early_stopping : EarlyStopping or None
        When to stop.
    draws : callable or None
        From the number of an epoch and its steps to the draws of augmentation.
    updates_batch_norm : bool
        Whether batch normalisation ends with the statistics of all training samples,
        also for a validation after few steps.
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
        """Train.

        Parameters
        ----------
        state : State
            Where to start.
        epochs : int
            Epochs to run at most.
        history : dict of list of float
            What earlier fits of the same network recorded; not changed.
        first_epoch : int
            Number of the first epoch for callbacks.

        Returns
        -------
        state : State
            The last one, or the best with early stopping.
        history : dict of list of float
            ``loss`` and metrics, and the same of the validation samples under names
            that begin with ``val_``, of each epoch.
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
        """Run one epoch, by batch where callbacks act on batches."""
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
        # always the same order, so that a longer fit finds the same statistics
        return self.program.update_batch_norm(
            state, self.data, self.order(0), self.batch_size
        )


def check_loss(loss, epoch):
    """Raise if the training diverged.

    Parameters
    ----------
    loss : float
        The loss of an epoch.
    epoch : int
        Its number, from 0.
    """
    if not math.isfinite(loss):
        raise ValueError(
            f"The training loss became {loss} in epoch {epoch + 1}; use a lower "
            "learning_rate, or scale X and y."
        )

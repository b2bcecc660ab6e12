"""The epochs of one fit: order of rows, rates, validation, stopping, callbacks."""

import math
from typing import NamedTuple

from skmed._keras.compat.seeding import epoch_order
from skmed._keras.graphs.augmentation.options import NO_CHANCE
from skmed._keras.graphs.train.program import mean_of

# after so many steps the moving statistics of batch normalisation have caught up
_SETTLED_STEPS = 100


class Least(NamedTuple):
    """What epochs="auto" makes at least: steps don't collapse with few rows.

    Parameters
    ----------
    epochs : int
        Passes over the training rows.
    steps : int
        Gradient steps.
    """

    epochs: int
    steps: int


LEAST = Least(epochs=10, steps=300)


def count_epochs(epochs, n_rows, batch_size, least=LEAST):
    """Return how many passes over the rows are made.

    Parameters
    ----------
    epochs : int or "auto"
        What a user asked for.
    n_rows, batch_size : int
        How many rows there are to train on, and in a step.
    least : Least
        What "auto" makes at least.

    Returns
    -------
    int
        One or more.
    """
    if epochs != "auto":
        return epochs
    n_steps = math.ceil(n_rows / batch_size)
    return max(least.epochs, math.ceil(least.steps / n_steps))


def train(
    program,
    state,
    data,
    *,
    history,
    epochs,
    batch_size,
    seed,
    rates,
    validation=None,
    stopping=None,
    callbacks,
    progress,
    order=None,
    first_epoch=0,
    validation_batch_size=None,
    validation_freq=1,
    settles=False,
    augmentation=None,
    lengths=None,
):
    """Train epoch by epoch.

    Parameters
    ----------
    program : TrainingProgram
        What runs an epoch.
    state : State
        Where to start.
    data : Data
        Training rows.
    history : dict of list of float
        What earlier fits of the same network recorded; not changed.
    epochs : int
        Epochs to run at most.
    batch_size : int
        Rows per step.
    seed : int
        Seed of the orders in which rows are visited.
    rates : Rates
        Learning rates.
    validation : Data or None
        Rows whose loss is watched.
    stopping : EarlyStopping or None
        When to stop.
    callbacks : Callbacks
        A user's callbacks, or none.
    progress : Progress
        The progress bar.
    order : callable or None
        From the number of an epoch, those of earlier fits included, to the order of
        its rows; None to shuffle by ``seed``.
    first_epoch : int
        The number by which callbacks know the first epoch.
    validation_batch_size : int or None
        Rows of a validation batch; None for ``batch_size``.
    validation_freq : int or collection of int
        Validate in every so many epochs, or in the epochs listed, counted from 1.
    settles : bool
        Leave batch normalisation with the statistics of all rows, also for a
        validation after few steps.
    augmentation : Augmentation or None
        How rows are changed at random.
    lengths : ndarray of int or None
        Steps of each training row, where they are padded sequences.

    Returns
    -------
    state : State
        The last one, or the best where stopping was asked for.
    history : dict of list of float
        With ``loss`` and metrics, and the same of the rows watched under names
        that begin with ``val_``, of each further epoch.
    """
    history = {name: list(values) for name, values in history.items()}
    n_before = len(history.get("loss", ()))
    n_steps = math.ceil(len(data) / batch_size)
    rate = rates.base
    if order is None:

        def order(epoch):
            return epoch_order(seed, epoch, len(data), lengths, batch_size)

    def settle(state):
        # the same order whenever it is, so that a longer fit finds the same
        return program.settle(state, data, order(0), batch_size) if settles else state

    state, rate, _ = callbacks.call("on_train_begin", state, rate)
    for done in range(epochs):
        epoch = first_epoch + done
        state, rate, _ = callbacks.call("on_epoch_begin", state, rate, epoch, {})
        rows = order(n_before + done)
        steps = range(done * n_steps, (done + 1) * n_steps)
        chance = NO_CHANCE
        if augmentation is not None:
            chance = augmentation.chance(seed, n_before + done, n_steps)
        if callbacks.by_batch:
            state, rate, logs = _train_by_batch(
                *(program, state, data, rows, batch_size, rates, rate, steps),
                *(callbacks, chance),
            )
        else:
            state, logs, _ = program.train(
                state,
                data,
                rows,
                batch_size,
                rates.of_steps(steps.start, steps.stop, rate),
                rates.weight_decay,
                chance,
            )
        check_loss(logs["loss"], n_before + done)
        if validation is not None and _validates(epoch, validation_freq):
            if n_steps < _SETTLED_STEPS:
                state = settle(state)
            watched = program.evaluate(
                state, validation, validation_batch_size or batch_size
            )
            logs |= {f"val_{name}": value for name, value in watched.items()}
        for name, value in logs.items():
            history.setdefault(name, []).append(value)
        progress.update(logs)
        state, rate, stop = callbacks.call(
            "on_epoch_end", state, rate, epoch, dict(logs)
        )
        if stopping is not None:
            stop |= stopping.update(logs["val_loss"], state)
        if stop:
            break
    if stopping is not None:
        state = stopping.best_state
    state = settle(state)
    state, _, _ = callbacks.call("on_train_end", state, rate, dict(logs))
    return state, history


def check_loss(loss, epoch):
    """Refuse to go on when training has run away.

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


def _validates(epoch, freq):
    return (epoch + 1) % freq == 0 if isinstance(freq, int) else epoch + 1 in freq


def _train_by_batch(
    program, state, data, order, batch_size, rates, rate, steps, callbacks, chance
):
    """Run the same epoch step by step, for callbacks that act on batches."""
    all_logs = []
    for batch, step in enumerate(steps):
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        state, rate, _ = callbacks.call("on_train_batch_begin", state, rate, batch, {})
        state, logs, size = program.train(
            state,
            data,
            rows,
            batch_size,
            rates.of_steps(step, step + 1, rate),
            rates.weight_decay,
            chance.of_step(batch),
        )
        all_logs.append(({"loss": logs["loss"]}, size))
        state, rate, stop = callbacks.call(
            "on_train_batch_end", state, rate, batch, logs
        )
        if stop:
            break
    return state, rate, mean_of(all_logs)[0]

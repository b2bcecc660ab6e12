"""The epochs of one fit: order of rows, rates, validation, stopping, callbacks."""

import math

import numpy as np

from ._seeding import epoch_order


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

    Returns
    -------
    state : State
        The last one, or the best where stopping was asked for.
    history : dict of list of float
        With ``loss``, and ``val_loss`` where watched, of each further epoch.
    """
    history = {name: list(values) for name, values in history.items()}
    first_epoch = len(history.get("loss", ()))
    n_steps = math.ceil(len(data) / batch_size)
    rate = rates.base

    state, rate, _ = callbacks.call("on_train_begin", state, rate)
    for epoch in range(epochs):
        state, rate, _ = callbacks.call("on_epoch_begin", state, rate, epoch, {})
        order = epoch_order(seed, first_epoch + epoch, len(data))
        steps = range(epoch * n_steps, (epoch + 1) * n_steps)
        if callbacks.by_batch:
            state, rate, loss = _train_by_batch(
                program, state, data, order, batch_size, rates, rate, steps, callbacks
            )
        else:
            state, loss = program.train(
                state,
                data,
                order,
                batch_size,
                rates.of_steps(steps.start, steps.stop, rate),
                rates.weight_decay,
            )
        if not math.isfinite(loss):
            raise ValueError(
                f"The training loss became {loss} in epoch {first_epoch + epoch + 1}; "
                "use a lower learning_rate, or scale X (normalize='channel') and y."
            )
        logs = {"loss": loss}
        if validation is not None:
            logs["val_loss"] = program.evaluate(state, validation, batch_size)
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
    state, _, _ = callbacks.call("on_train_end", state, rate, dict(logs))
    return state, history


def _train_by_batch(
    program, state, data, order, batch_size, rates, rate, steps, callbacks
):
    """Run the same epoch step by step, for callbacks that act on batches."""
    total = total_weight = 0.0
    weights = data.weight.numpy()
    for batch, step in enumerate(steps):
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        state, rate, _ = callbacks.call("on_train_batch_begin", state, rate, batch, {})
        state, loss = program.train(
            state,
            data,
            rows,
            batch_size,
            rates.of_steps(step, step + 1, rate),
            rates.weight_decay,
        )
        weight = float(np.sum(weights[rows]))
        total, total_weight = total + loss * weight, total_weight + weight
        state, rate, stop = callbacks.call(
            "on_train_batch_end", state, rate, batch, {"loss": loss}
        )
        if stop:
            break
    return state, rate, total / total_weight

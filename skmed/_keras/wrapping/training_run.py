"""Training of a wrapped model: by a shared program, or by ``Model.fit``."""

import copy
import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from keras.optimizers.schedules import LearningRateSchedule

from skmed._keras.compat.global_state import fresh_names
from skmed._keras.compat.models import (
    build_losses_and_metrics,
    compiled_metrics,
    resolved_losses,
    resolved_metrics,
)
from skmed._keras.compat.optimizers import inner_optimizer, learning_rate_of
from skmed._keras.compat.scikeras import route_params
from skmed._keras.graphs.fingerprints import NoFingerprint, fingerprint, network_key
from skmed._keras.graphs.programs import training_program
from skmed._keras.graphs.state import (
    Data,
    State,
    get_slots,
    get_values,
    set_slots,
    set_values,
)
from skmed._keras.training.callbacks import Callbacks
from skmed._keras.training.loop import TrainingLoop, Validation, check_loss
from skmed._keras.training.optimizers import Rates
from skmed._keras.training.order import epoch_order
from skmed._keras.training.progress import Progress

from .batches import Batches, count_samples, split_validation
from .building import make_callbacks
from .fallbacks import NO_GRAPH, NOT_CLONABLE, NOT_PURE, training_fallback

# Keras's default
_BATCH_SIZE = 32


@dataclass
class TrainingRun:
    """One training of a compiled model.

    Parameters
    ----------
    model : keras.Model
        The compiled model.
    x, y : ndarray of shape (n_samples, ...), or what else Keras takes
        Inputs and targets as the model takes them.
    sample_weight : ndarray of shape (n_samples,) or None
        Sample weights.
    validation : tuple or None
        Inputs, targets and sample weights (or None) for validation.
    callbacks : list of keras.callbacks.Callback
        A user's callbacks.
    arguments : dict
        Further arguments of ``Model.fit``.
    batch_size : int
        Samples per batch.
    order : callable
        From the number of an epoch, from 0, to the order of its samples.
    epochs : int
        Number of epochs.
    initial_epoch : int
        The number by which callbacks know the first of them.
    name : str
        Title of the progress bar.
    """

    model: keras.Model
    x: object
    y: object
    sample_weight: np.ndarray | None
    validation: tuple | None
    callbacks: list
    arguments: dict
    batch_size: int
    order: Callable[[int], np.ndarray]
    epochs: int
    initial_epoch: int
    name: str

    @functools.cached_property
    def is_built(self):
        """Whether the model, its loss and its metrics could be built without data."""
        batch = [
            keras.KerasTensor((None, *array.shape[1:]), array.dtype.name)
            for array in (self.x, self.y, np.ones(1, np.float32))
        ]
        try:
            build_losses_and_metrics(self.model, *batch)
        except Exception:
            # Model.fit raises Keras's own error
            return False
        return True

    @property
    def losses(self):
        """The losses, each with its weight, as Keras resolved them."""
        return resolved_losses(self.model)

    @property
    def is_comparable(self):
        """Whether all that a program is shared by can be compared."""
        try:
            fingerprint(self.losses[0].loss)
            fingerprint(resolved_metrics(self.model))
        except NoFingerprint:
            return False
        return isinstance(network_key(self.model), tuple)


def fit_arguments(params, names, given):
    """Collect the callbacks and the other arguments of ``Model.fit``.

    Parameters
    ----------
    params : dict
        Parameters of the wrapper, with those routed by a prefix.
    names : set of str
        Parameters that need no prefix.
    given : dict
        Arguments of this call.

    Returns
    -------
    callbacks : list of keras.callbacks.Callback
        Not copied.
    arguments : dict
        Without those that the methods of the wrapper determine.
    """
    callbacks = make_callbacks(params, "fit", given.get("callbacks"))
    arguments = {**route_params(params, "fit", names), **given}
    return callbacks, {
        name: value
        for name, value in arguments.items()
        if not name.startswith("callbacks")
        and name not in ("epochs", "initial_epoch", "sample_weight")
    }


def plan_run(
    model,
    data,
    validation,
    callbacks,
    arguments,
    *,
    epochs,
    initial_epoch,
    seed,
    n_epochs_trained,
    name,
):
    """Collect what one training needs.

    Parameters
    ----------
    model : keras.Model
        The compiled model.
    data : tuple
        Inputs, targets and sample weights (or None).
    validation : tuple, data set or None
        The same for validation; None to split it off if ``validation_split`` is among
        the arguments.
    callbacks : list of keras.callbacks.Callback
        A user's callbacks.
    arguments : dict
        Arguments of ``Model.fit``.
    epochs, initial_epoch : int
        Number of epochs, and the number by which callbacks know the first of them.
    seed : int
        Seed of the order of the samples.
    n_epochs_trained : int
        Epochs that the model was trained before.
    name : str
        Title of the progress bar.

    Returns
    -------
    TrainingRun
        With the arguments that are left.
    """
    arguments = dict(arguments)
    n_samples = count_samples(data[0])
    fraction = arguments.pop("validation_split", 0.0)
    if validation is None and fraction and n_samples is not None:
        data, validation = split_validation(data, fraction)
        n_samples = count_samples(data[0])
    shuffle = arguments.pop("shuffle", True)
    batch_size = arguments.pop("batch_size", None) or _BATCH_SIZE
    if n_samples is not None:
        if batch_size == -1:
            batch_size = n_samples
        if arguments.get("validation_batch_size") == -1 and validation is not None:
            arguments["validation_batch_size"] = count_samples(validation[0])

    def order(epoch):
        if not shuffle:
            return np.arange(n_samples, dtype=np.int32)
        return epoch_order(seed, n_epochs_trained + epoch, n_samples)

    return TrainingRun(
        model,
        *data,
        validation=validation,
        callbacks=callbacks,
        arguments={k: v for k, v in arguments.items() if v is not None},
        batch_size=batch_size,
        order=order,
        epochs=epochs,
        initial_epoch=initial_epoch,
        name=name,
    )


def train(run):
    """Train the model of a run.

    Parameters
    ----------
    run : TrainingRun
        Its model is changed.

    Returns
    -------
    history : dict of list of float
        Loss and metrics by epoch.
    reason : str or None
        Why ``Model.fit`` was called; None if a program trained the model.
    """
    program, reason = _find_program(run)
    history = _by_model_fit(run) if program is None else _by_program(run, program)
    for epoch, loss in enumerate(history.get("loss", ())):
        check_loss(loss, run.initial_epoch + epoch)
    return history, reason


def extend_history(before, history):
    """Return a history with the epochs of both."""
    extended = {name: list(values) for name, values in before.items()}
    for name, values in history.items():
        extended.setdefault(name, []).extend(values)
    return extended


def _find_program(run):
    """Return a program that can train the model, or None and the reason."""
    reason = training_fallback(run)
    if reason is not None:
        return None, reason
    try:
        program = training_program(
            run.model,
            run.losses[0].loss,
            run.model.optimizer,
            run.x.dtype,
            compiled_metrics(run.model),
            tf.TensorSpec((None, *run.y.shape[1:]), run.y.dtype),
        )
        if not program.is_shared:
            return None, NOT_CLONABLE
        is_pure = program.is_pure(evaluates=run.validation is not None)
        return (program, None) if is_pure else (None, NOT_PURE)
    except Exception:
        # Model.fit works, or raises Keras's own error
        return None, NO_GRAPH


def _by_program(run, program):
    if not run.epochs:
        return {}
    model, optimizer, rates = run.model, run.model.optimizer, _rates(run)
    slots = get_slots(optimizer) if optimizer.built else []
    validation = None
    if run.validation is not None:
        x, y, weight = run.validation
        x, y = x.astype(run.x.dtype, copy=False), y.astype(run.y.dtype, copy=False)
        validation = Validation(
            Data.from_arrays(x, y, weight, program.dtype),
            run.arguments.get("validation_batch_size") or run.batch_size,
            run.arguments.get("validation_freq", 1),
        )
    last_epoch = run.initial_epoch + run.epochs
    with Progress(run.arguments.get("verbose"), run.epochs, run.name) as progress:
        loop = TrainingLoop(
            program=program,
            data=Data.from_arrays(run.x, run.y, run.sample_weight, program.dtype),
            order=run.order,
            batch_size=run.batch_size,
            rates=rates,
            callbacks=Callbacks(run.callbacks, model, run.epochs, rates, last_epoch),
            progress=progress,
            validation=validation,
        )
        state = State(get_values(model.variables), slots)
        state, history = loop.run(state, run.epochs, {}, run.initial_epoch)
    set_values(model.variables, state.variables)
    set_slots(optimizer, state.slots)
    return history


def _rates(run):
    optimizer = run.model.optimizer
    schedule = learning_rate_of(optimizer)
    if isinstance(schedule, LearningRateSchedule):
        first_step = int(optimizer.iterations)

        def rate(step):
            return schedule(first_step + step)
    else:
        rate = float(optimizer.learning_rate)
    weight_decay = inner_optimizer(optimizer).weight_decay
    n_steps = run.epochs * math.ceil(len(run.x) / run.batch_size)
    return Rates(rate, "constant", n_steps, float(weight_decay or 0.0))


def _by_model_fit(run):
    arguments = {
        "epochs": run.initial_epoch + run.epochs,
        "initial_epoch": run.initial_epoch,
        "callbacks": copy.deepcopy(run.callbacks),
        "validation_data": run.validation,
        **run.arguments,
    }
    with fresh_names():
        if count_samples(run.x) is None or count_samples(run.y) is None:
            # a data set comes in batches
            return run.model.fit(run.x, run.y, **arguments).history
        data = (run.x, run.y)
        if run.sample_weight is not None:
            data += (run.sample_weight,)
        batches = Batches(data, run.batch_size, run.order)
        arguments.setdefault("validation_batch_size", run.batch_size)
        arguments["callbacks"].append(batches.reorder_callback(run.initial_epoch))
        return run.model.fit(batches, shuffle=False, **arguments).history

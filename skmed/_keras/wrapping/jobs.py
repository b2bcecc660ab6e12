"""Training a model that a user built: by a shared program, or by ``Model.fit``."""

import copy
import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from keras.optimizers.schedules import LearningRateSchedule

from skmed._keras.compat.building import fresh_names
from skmed._keras.graphs.fingerprints import NoFingerprint, fingerprint, network_key
from skmed._keras.graphs.programs import training_program
from skmed._keras.graphs.state import Data, State, read, read_slots, write, write_slots
from skmed._keras.training.callbacks import Callbacks
from skmed._keras.training.loop import TrainingLoop, Validation, check_loss
from skmed._keras.training.optimizers import Rates
from skmed._keras.training.progress import Progress

from .fallbacks import NO_GRAPH, NOT_CLONABLE, NOT_PURE, training_fallback
from .keras_fit import Batches, n_rows


@dataclass
class Job:
    """One training of a compiled model.

    Parameters
    ----------
    model : keras.Model
        The model, compiled.
    x, y : ndarray, or what else Keras takes
        Inputs and targets as the model gets them.
    weight : ndarray or None
        Weights of the rows.
    validation : tuple or None
        The same of the rows to watch, and their weights.
    callbacks : list of keras.callbacks.Callback
        A user's callbacks.
    arguments : dict
        What else ``Model.fit`` would be given.
    batch_size : int
        Rows of a batch.
    order : callable
        From the number of an epoch, from 0, to the order of its rows.
    epochs : int
        Epochs to run.
    first_epoch : int
        The number by which callbacks know the first of them.
    name : str
        What is being fitted.
    """

    model: keras.Model
    x: object
    y: object
    weight: np.ndarray | None
    validation: tuple | None
    callbacks: list
    arguments: dict
    batch_size: int
    order: Callable[[int], np.ndarray]
    epochs: int
    first_epoch: int
    name: str

    @functools.cached_property
    def built(self):
        """Whether the model, its loss and metrics could be built before any data."""
        batch = [
            keras.KerasTensor((None, *array.shape[1:]), array.dtype.name)
            for array in (self.x, self.y, np.ones(1, np.float32))
        ]
        model = self.model
        output = getattr(getattr(model, "_functional", model), "_outputs_struct", None)
        try:
            if model._compile_metrics is None and isinstance(output, keras.KerasTensor):
                # which loss it is follows from shapes; running it, as Keras does, is
                # a third of a small fit
                model._compile_loss.build(batch[1], output)
            model._symbolic_build(data_batch=tuple(batch))
        except Exception:
            # whatever it is, Model.fit says it in Keras's own words
            return False
        return True

    @property
    def losses(self):
        """The losses, with their weights, as Keras resolved them."""
        return self.model._compile_loss._flat_losses

    @property
    def described(self):
        """Whether everything that a program is shared by can be compared."""
        metrics = self.model._compile_metrics
        try:
            fingerprint(self.losses[0].loss)
            fingerprint(
                metrics and [*metrics._flat_metrics, *metrics._flat_weighted_metrics]
            )
        except NoFingerprint:
            return False
        return isinstance(network_key(self.model), tuple)


def run(job):
    """Train the job's model.

    Parameters
    ----------
    job : Job
        Its model is changed.

    Returns
    -------
    history : dict of list
        Loss and metrics by epoch.
    why : str or None
        Why ``Model.fit`` did it; None where a program did.
    """
    program, why = _program_for(job)
    history = _by_model_fit(job) if program is None else _by_program(job, program)
    for epoch, loss in enumerate(history.get("loss", ())):
        check_loss(loss, job.first_epoch + epoch)
    return history, why


def state_of(model):
    """Return what training moves, as a program takes it."""
    optimizer = model.optimizer if model.compiled else None
    slots = read_slots(optimizer) if optimizer is not None and optimizer.built else []
    return State(read(model.variables), slots)


def _program_for(job):
    """Return a program that can do the job; else None, and why not."""
    why = training_fallback(job)
    if why is not None:
        return None, why
    try:
        program = training_program(
            job.model,
            job.losses[0].loss,
            job.model.optimizer,
            job.x.dtype,
            job.model._compile_metrics,
            tf.TensorSpec((None, *job.y.shape[1:]), job.y.dtype),
        )
        if not program.is_shared:
            return None, NOT_CLONABLE
        is_pure = program.is_pure(evaluates=job.validation is not None)
        return (program, None) if is_pure else (None, NOT_PURE)
    except Exception:
        # whatever it is, Model.fit says it in Keras's own words
        return None, NO_GRAPH


def _by_program(job, program):
    if not job.epochs:
        return {}
    model, rates = job.model, _rates(job)
    validation = None
    if job.validation is not None:
        x, y, weight = job.validation
        x, y = x.astype(job.x.dtype, copy=False), y.astype(job.y.dtype, copy=False)
        validation = Validation(
            Data.from_arrays(x, y, weight, program.dtype),
            job.arguments.get("validation_batch_size") or job.batch_size,
            job.arguments.get("validation_freq", 1),
        )
    last_epoch = job.first_epoch + job.epochs
    with Progress(job.arguments.get("verbose"), job.epochs, job.name) as progress:
        loop = TrainingLoop(
            program=program,
            data=Data.from_arrays(job.x, job.y, job.weight, program.dtype),
            order=job.order,
            batch_size=job.batch_size,
            rates=rates,
            callbacks=Callbacks(job.callbacks, model, job.epochs, rates, last_epoch),
            progress=progress,
            validation=validation,
        )
        state, history = loop.run(state_of(model), job.epochs, {}, job.first_epoch)
    write(model.variables, state.variables)
    write_slots(model.optimizer, state.slots)
    return history


def _rates(job):
    optimizer = job.model.optimizer
    schedule = optimizer._learning_rate
    if isinstance(schedule, LearningRateSchedule):
        first_step = int(optimizer.iterations)

        def rate(step):
            return schedule(first_step + step)
    else:
        rate = float(optimizer.learning_rate)
    decay = getattr(optimizer, "inner_optimizer", optimizer).weight_decay
    n_steps = job.epochs * math.ceil(len(job.x) / job.batch_size)
    return Rates(rate, "constant", n_steps, float(decay or 0.0))


def _by_model_fit(job):
    arguments = {
        "epochs": job.first_epoch + job.epochs,
        "initial_epoch": job.first_epoch,
        "callbacks": copy.deepcopy(job.callbacks),
        "validation_data": job.validation,
        **job.arguments,
    }
    with fresh_names():
        if n_rows(job.x) is None or n_rows(job.y) is None:
            # a data set, which has batches of its own
            return job.model.fit(job.x, job.y, **arguments).history
        rows = (job.x, job.y) if job.weight is None else (job.x, job.y, job.weight)
        batches = Batches(rows, job.batch_size, job.order)
        arguments.setdefault("validation_batch_size", job.batch_size)
        arguments["callbacks"].append(batches.follow(job.first_epoch))
        return job.model.fit(batches, shuffle=False, **arguments).history

"""Training of a network in one or more stages."""

import math
from dataclasses import dataclass

from skmed._keras.compat.global_state import fresh_names, variable_dtype
from skmed._keras.graphs.fingerprints import optimizer_key
from skmed._keras.graphs.padding import is_padded, sequence_lengths
from skmed._keras.graphs.programs import training_program
from skmed._keras.graphs.state import Data, State, get_values, set_values
from skmed._validation.memory_maps import MemmapArray

from .callbacks import Callbacks
from .early_stopping import EarlyStopping
from .loop import TrainingLoop, Validation
from .optimizers import Rates, make_optimizer, scale_rate
from .order import epoch_order
from .progress import Progress


@dataclass(frozen=True)
class Stage:
    """A stage of a training, with its own learning-rate schedule.

    Parameters
    ----------
    epochs : int
        Number of epochs.
    learning_rate_factor : float
        Factor on the learning rate.
    prepare : callable or None
        Called with the network before the stage, for example to unfreeze layers.
    """

    epochs: int
    learning_rate_factor: float = 1.0
    prepare: object = None


def train_network(
    network,
    targets,
    samples,
    held_out,
    options,
    *,
    stages,
    history,
    early_stopping,
    augmentation=None,
    trained_part=None,
):
    """Train a network in place.

    Parameters
    ----------
    network : keras.Model
        The network, which is compiled and trained.
    targets : Targets
        Targets, which encode y and define the loss.
    samples : Samples
        Training samples.
    held_out : Samples or None
        Validation samples.
    options : TrainingOptions
        Options of the training.
    stages : list of Stage
        Stages, in their order.
    history : dict of list of float
        Losses of earlier fits, which are not changed.
    early_stopping : bool
        Whether to stop by the validation loss, and keep the best weights.
    augmentation : Augmentation or None
        Random transforms of the training samples.
    trained_part : callable or None
        Given network, samples and validation samples, returns those of the part of the
        network that is trained in a stage. None trains the whole network.

    Returns
    -------
    dict of list of float
        Losses by epoch, earlier fits included.
    """
    callbacks, best_loss = None, math.inf
    n_before = len(history.get("loss", ()))
    n_epochs = sum(stage.epochs for stage in stages)
    with Progress(options.verbose, n_epochs, options.name) as progress:
        for stage in stages:
            if stage.prepare is not None:
                stage.prepare(network)
            trained, train, validation = network, samples, held_out
            if trained_part is not None:
                trained, train, validation = trained_part(network, samples, held_out)
            program, state, rates = _start(
                network, trained, targets, train, options, stage, augmentation
            )
            callbacks = callbacks or Callbacks(
                options.callbacks, network, stage.epochs, rates, last_epoch=n_epochs
            )
            callbacks.set_trained_network(trained)
            stopping = None
            if early_stopping:
                # the state before this stage may be better than all of it
                best = (best_loss, state) if best_loss < math.inf else ()
                stopping = EarlyStopping(options.tol, options.n_iter_no_change, *best)
            loop = TrainingLoop(
                program=program,
                data=_data(program, targets, train),
                order=_order(trained, train, options),
                batch_size=options.batch_size,
                rates=rates,
                callbacks=callbacks,
                progress=progress,
                validation=validation
                and Validation(_data(program, targets, validation), options.batch_size),
                early_stopping=stopping,
                draws=augmentation and augmentation.draw_function(options.seed),
                updates_batch_norm=True,
            )
            first_epoch = len(history.get("loss", ())) - n_before
            state, history = loop.run(state, stage.epochs, history, first_epoch)
            set_values(trained.variables, state.variables)
            set_values(network.optimizer.variables, state.slots)
            if early_stopping:
                best_loss = stopping.best_loss
    return history


def _start(network, trained, targets, samples, options, stage, augmentation):
    """Compile the network; return program, initial state and rates of a stage."""
    loss = targets.keras_loss(variable_dtype(options.precision))
    optimizer, rate, decay = make_optimizer(
        options.optimizer,
        options.learning_rate,
        options.weight_decay,
        mixed=options.precision == "mixed",
    )
    program = training_program(
        trained,
        loss,
        optimizer,
        samples.X.dtype,
        weighted_batch_norm=True,
        augmentations=augmentation.names if augmentation else (),
    )
    slots = program.initial_slots
    if network.compiled and _can_continue(network.optimizer, optimizer, slots):
        slots = get_values(network.optimizer.variables)
    # callbacks, and users who train ``model_`` further, need a compiled network
    network.compile(optimizer, loss, auto_scale_loss=False)
    with fresh_names():
        optimizer.build(network.trainable_variables)
    n_steps = stage.epochs * math.ceil(len(samples) / options.batch_size)
    rate = scale_rate(rate, stage.learning_rate_factor)
    rates = Rates(rate, options.learning_rate_schedule, n_steps, decay)
    return program, State(get_values(trained.variables), slots), rates


def _data(program, targets, samples):
    y = targets.encode(samples.y, program.dtype)
    return Data.from_arrays(samples.X, y, samples.weight, program.dtype)


def _order(network, samples, options):
    """Return a function of the number of an epoch that returns the order of samples."""
    lengths, X = None, samples.X
    if is_padded(network) and not isinstance(X, MemmapArray):
        lengths = sequence_lengths(X, network.inputs[0].dtype)
    n_samples = len(samples)

    def order(epoch):
        return epoch_order(options.seed, epoch, n_samples, lengths, options.batch_size)

    return order


def _can_continue(before, optimizer, slots):
    """Return whether an optimizer can continue from the state of another."""
    return optimizer_key(before) == optimizer_key(optimizer) and [
        tuple(variable.shape) for variable in before.variables
    ] == [tuple(slot.shape) for slot in slots]

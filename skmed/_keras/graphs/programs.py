"""The programs of this process: one per architecture, shared by all estimators."""

import contextlib

import keras

from skmed._keras.compat.building import fresh_names, seeded
from skmed._keras.graphs.recurrent.fusion import fuse, is_fusible
from skmed._keras.graphs.train.program import TrainingProgram
from skmed._keras.training.optimizers import copy_optimizer

from .cache import ProgramCache, network_key, optimizer_key, own_objects
from .identity import UnknownIdentity, identity
from .prediction import PredictionProgram

_training = ProgramCache()
_prediction = ProgramCache()
_sampling = ProgramCache()


def training_program(
    network,
    loss,
    optimizer,
    input_dtype,
    metrics=None,
    target=None,
    weighs_batches=False,
    augments=(),
):
    """Return the program that trains ``network``, compiling it if it is new.

    Parameters
    ----------
    network : keras.Model
        The estimator's own network; only its configuration is read.
    loss : keras.losses.Loss
        What is minimised.
    optimizer : keras.optimizers.Optimizer
        Its settings are copied.
    input_dtype : dtype
        The dtype in which training inputs lie in memory.
    metrics : CompileMetrics or None
        Keras's own collection of metrics, built.
    target : tf.TensorSpec or None
        What encoded targets look like.
    weighs_batches : bool
        Batch normalisation counts rows by their weights.
    augments : tuple of str
        How training rows are changed at random.

    Returns
    -------
    TrainingProgram
        Shared by every estimator with the same configuration.
    """
    key = (
        network_key(network),
        _key_of(loss),
        optimizer_key(optimizer),
        str(input_dtype),
        _key_of(metrics and (metrics._flat_metrics, metrics._flat_weighted_metrics)),
        target,
        weighs_batches,
        augments,
    )

    def compile_for(template, weighs_batches=False):
        made = copy_optimizer(optimizer)
        return TrainingProgram(
            *(template, loss, made, input_dtype, metrics, target),
            *(weighs_batches, augments),
        )

    try:
        return _training.get(
            key, lambda: compile_for(fuse(clone_network(network)), weighs_batches)
        )
    except NotClonable:
        # the program serves this network only, and works on it
        program = compile_for(network)
        program.is_shared = False
        return program


def _key_of(thing):
    try:
        return identity(thing)
    except UnknownIdentity:
        return object()


class NotClonable(Exception):
    """A network has a layer that can't be made again from its configuration."""


def clone_network(network):
    """Return an uncompiled network of the same structure, with weights of its own.

    Parameters
    ----------
    network : keras.Model
        Its configuration is read.

    Returns
    -------
    keras.Model
        Its first weights don't matter.
    """
    objects = keras.saving.custom_object_scope(own_objects(network))
    compiled, network.compiled = network.compiled, False
    try:
        # drawing the weights must not show outside
        with objects, seeded(0), fresh_names():
            return keras.models.clone_model(network)
    except (NotImplementedError, TypeError, ValueError) as error:
        raise NotClonable from error
    finally:
        # else Keras would clone the loss and the optimizer too
        network.compiled = compiled


def prediction_program(network):
    """Return the program that predicts with networks like ``network``."""

    def compile():
        traced = network
        if is_fusible(network):
            # the estimator's own network stays an ordinary one
            with contextlib.suppress(NotClonable):
                traced = fuse(clone_network(network))
        return PredictionProgram(traced)

    return _prediction.get_for(network, network_key, compile)


def sampling_program(network):
    """Return the program that predicts with dropout left on.

    Parameters
    ----------
    network : keras.Model
        Only its configuration is read.

    Returns
    -------
    PredictionProgram
        In which batch normalisation is as in any prediction, so that rows of a
        batch don't meet.
    """

    def compile():
        try:
            template = clone_network(network)
        except NotClonable as error:
            raise ValueError(
                "Samples need a network whose layers can be made again from their "
                "configuration; give your own layers a get_config."
            ) from error
        for layer in template._flatten_layers():
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.trainable = False
        return PredictionProgram(fuse(template), training=True)

    return _sampling.get_for(network, network_key, compile)

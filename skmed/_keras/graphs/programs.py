"""The programs of this process: one per architecture, shared by all estimators."""

import collections
import contextlib
import threading
import weakref

import keras
import tensorflow as tf

from skmed._keras.compat.global_state import fresh_names, seeded
from skmed._keras.compat.models import flat_metrics, flatten_layers
from skmed._keras.compat.optimizers import copy_optimizer
from skmed._keras.graphs.augmentation.augmentation import augmented
from skmed._keras.graphs.recurrent.fusion import fuse, is_fusible
from skmed._keras.graphs.train.training_program import TrainingProgram

from .fingerprints import (
    NoFingerprint,
    custom_objects,
    fingerprint,
    network_key,
    optimizer_key,
)
from .prediction_program import PredictionProgram
from .tracing import Graph

# a program is 5 to 10 MB of graph
_CAPACITY = 32


class ProgramCache:
    """A bounded cache, the least recently used program out first."""

    def __init__(self):
        self._entries = collections.OrderedDict()
        self._of_network = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()

    def get(self, key, make):
        """Return the program of ``key``, compiled once."""
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > _CAPACITY:
                self._entries.popitem(last=False)
        # tracing takes a second or two: only callers that need this program wait
        with entry.lock:
            if entry.program is None:
                entry.program = make()
        return entry.program

    def get_for(self, network, key_of, make):
        """Return a network's program without computing its key again."""
        with self._lock:
            program = self._of_network.get(network)
        if program is None:
            program = self.get(key_of(network), make)
            with self._lock:
                self._of_network[network] = program
        return program


class _Entry:
    def __init__(self):
        self.lock = threading.Lock()
        self.program = None


_training = ProgramCache()
_prediction = ProgramCache()
_sampling = ProgramCache()
_views = ProgramCache()


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
        _key_of(flat_metrics(metrics)),
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
    except CloneError:
        # the program serves this network only, and works on it
        program = compile_for(network)
        program.is_shared = False
        return program


def _key_of(thing):
    try:
        return fingerprint(thing)
    except NoFingerprint:
        return object()


class CloneError(Exception):
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
    objects = keras.saving.custom_object_scope(custom_objects(network))
    compiled, network.compiled = network.compiled, False
    try:
        # drawing the weights must not show outside
        with objects, seeded(0), fresh_names():
            return keras.models.clone_model(network)
    except (NotImplementedError, TypeError, ValueError) as error:
        raise CloneError from error
    finally:
        # else Keras would clone the loss and the optimizer too
        network.compiled = compiled


def prediction_program(network):
    """Return the program that predicts with networks like ``network``."""

    def compile():
        traced = network
        if is_fusible(network):
            # the estimator's own network stays an ordinary one
            with contextlib.suppress(CloneError):
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
        except CloneError as error:
            raise ValueError(
                "Samples need a network whose layers can be made again from their "
                "configuration; give your own layers a get_config."
            ) from error
        for layer in flatten_layers(template):
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.trainable = False
        return PredictionProgram(fuse(template), training=True)

    return _sampling.get_for(network, network_key, compile)


def view_program(names, shape, dtype):
    """Return the program that computes augmented views of samples.

    Parameters
    ----------
    names : tuple of str
        Names of the changes.
    shape : tuple of int
        Shape of a sample.
    dtype : str
        Dtype of the samples.

    Returns
    -------
    Graph
        From samples, strengths and a seed to samples that are changed alike.
    """

    def compile():
        return Graph(
            lambda rows, amounts, seed: augmented(names, amounts, rows, seed, 1),
            tf.TensorSpec((None, *shape), dtype),
            tf.TensorSpec((len(names),), tf.float32),
            tf.TensorSpec((2,), tf.int32),
        )

    return _views.get((names, shape, dtype), compile)

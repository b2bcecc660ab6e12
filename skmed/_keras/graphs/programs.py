"""Compiled programs, one per architecture, which all estimators share."""

import collections
import contextlib
import threading
import weakref

import keras
import tensorflow as tf

from skmed._keras.compat.global_state import fresh_names, seeded
from skmed._keras.compat.models import flat_metrics, flatten_layers
from skmed._keras.compat.optimizers import copy_optimizer
from skmed._keras.graphs.augmentation.augmentation import transform_samples
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

# programs per cache; the graph of a program takes 5 to 10 MB
_CAPACITY = 32


class ProgramCache:
    """A cache of programs that drops the least recently used ones."""

    def __init__(self):
        self._entries = collections.OrderedDict()
        self._by_network = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()

    def get(self, key, make):
        """Return the program of ``key``, which is made at the first call.

        Parameters
        ----------
        key : hashable
            Equal for networks that can share a program.
        make : callable
            Returns a new program.

        Returns
        -------
        object
            The program.
        """
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > _CAPACITY:
                self._entries.popitem(last=False)
        # tracing takes seconds: block only the callers that need this program
        with entry.lock:
            if entry.program is None:
                entry.program = make()
        return entry.program

    def get_for(self, network, make_key, make):
        """Return the program of a network, whose key is computed once.

        Parameters
        ----------
        network : keras.Model
            The network.
        make_key : callable
            Returns the key of the network.
        make : callable
            Returns a new program.

        Returns
        -------
        object
            The program.
        """
        with self._lock:
            program = self._by_network.get(network)
        if program is None:
            program = self.get(make_key(network), make)
            with self._lock:
                self._by_network[network] = program
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
    weighted_batch_norm=False,
    augmentations=(),
):
    """Return the program that trains networks like ``network``.

    Parameters
    ----------
    network : keras.Model
        The network of an estimator; only its configuration is read.
    loss : keras.losses.Loss
        The loss to minimise.
    optimizer : keras.optimizers.Optimizer
        Its settings are copied.
    input_dtype : dtype
        Dtype of the training inputs in memory.
    metrics : CompileMetrics or None
        Keras's collection of the metrics of a compiled model, built.
    target : tf.TensorSpec or None
        Shape and dtype of a batch of encoded targets.
    weighted_batch_norm : bool
        Whether batch normalisation uses sample weights.
    augmentations : tuple of str
        Names of the random transforms of training samples.

    Returns
    -------
    TrainingProgram
        Shared by all estimators with equal arguments.
    """
    key = (
        network_key(network),
        _fingerprint_or_unique(loss),
        optimizer_key(optimizer),
        str(input_dtype),
        _fingerprint_or_unique(flat_metrics(metrics)),
        target,
        weighted_batch_norm,
        augmentations,
    )

    def compile_for(template, weighted_batch_norm=False):
        copied = copy_optimizer(optimizer)
        return TrainingProgram(
            *(template, loss, copied, input_dtype, metrics, target),
            *(weighted_batch_norm, augmentations),
        )

    try:
        return _training.get(
            key, lambda: compile_for(fuse(clone_network(network)), weighted_batch_norm)
        )
    except CloneError:
        # a program for this network only, which works on its variables
        program = compile_for(network)
        program.is_shared = False
        return program


def _fingerprint_or_unique(value):
    try:
        return fingerprint(value)
    except NoFingerprint:
        return object()


class CloneError(Exception):
    """A layer of a network can't be created from its configuration."""


def clone_network(network):
    """Return an uncompiled network of the same structure with new weights.

    Parameters
    ----------
    network : keras.Model
        Only its configuration is read.

    Returns
    -------
    keras.Model
        The clone; its initial weights are arbitrary.

    Raises
    ------
    CloneError
        If a layer can't be created from its configuration.
    """
    objects = keras.saving.custom_object_scope(custom_objects(network))
    compiled, network.compiled = network.compiled, False
    try:
        # drawing initial weights must not change the global random state
        with objects, seeded(0), fresh_names():
            return keras.models.clone_model(network)
    except (NotImplementedError, TypeError, ValueError) as error:
        raise CloneError from error
    finally:
        # an uncompiled model is cloned without its loss and optimizer
        network.compiled = compiled


def prediction_program(network):
    """Return the program that predicts with networks like ``network``."""

    def compile():
        traced = network
        if is_fusible(network):
            # fuse a clone: the network of the estimator stays an ordinary model
            with contextlib.suppress(CloneError):
                traced = fuse(clone_network(network))
        return PredictionProgram(traced)

    return _prediction.get_for(network, network_key, compile)


def sampling_program(network):
    """Return the program that predicts with active dropout.

    Parameters
    ----------
    network : keras.Model
        Only its configuration is read.

    Returns
    -------
    PredictionProgram
        Batch normalisation uses its moving statistics, so that the samples of a batch
        don't affect each other.
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
        Names of the transforms.
    shape : tuple of int
        Shape of a sample.
    dtype : str
        Dtype of the samples.

    Returns
    -------
    Graph
        Takes samples, strengths and a seed, and transforms all samples alike.
    """

    def compile():
        return Graph(
            lambda x, strengths, seed: transform_samples(names, strengths, x, seed, 1),
            tf.TensorSpec((None, *shape), dtype),
            tf.TensorSpec((len(names),), tf.float32),
            tf.TensorSpec((2,), tf.int32),
        )

    return _views.get((names, shape, dtype), compile)

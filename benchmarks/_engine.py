"""All that the benchmarks use of skmed beyond its public names."""

import keras
import numpy as np

from skmed._keras.graphs.programs import prediction_program, training_program
from skmed._keras.graphs.recurrent import cells, steps
from skmed._keras.graphs.recurrent.fusion import fuse, kernel_of
from skmed._keras.graphs.state import Data, State, get_values
from skmed._keras.graphs.train import optimizer_step
from skmed.cnn._architectures import complete_sizes, encode

__all__ = [
    "CompiledEpochs",
    "cells",
    "cnn_network",
    "complete_sizes",
    "fuse",
    "kernel_of",
    "optimizer_step",
    "steps",
]


class CompiledEpochs:
    """The compiled epoch and prediction of skmed's estimators."""

    def __init__(self, network, x, y, batch_size):
        loss = keras.losses.SparseCategoricalCrossentropy(
            reduction="mean_with_sample_weight"
        )
        self._training = training_program(
            network, loss, keras.optimizers.Adam(), "float32", weighted_batch_norm=True
        )
        self._prediction = prediction_program(network)
        self._state = State(get_values(network.variables), self._training.initial_slots)
        self._x, self._batch_size = x, batch_size
        self._data = Data.from_arrays(x, y, None, "float32")
        self._rng = np.random.default_rng(0)

    def train(self):
        """Train an epoch."""
        order = self._rng.permutation(len(self._x)).astype(np.int32)
        rates = np.full(-(-len(order) // self._batch_size), 1e-3)
        self._state, *_ = self._training.train(
            self._state, self._data, order, self._batch_size, rates, 0.0
        )

    def predict(self):
        """Predict all samples."""
        self._prediction(self._state.variables, self._x)


def cnn_network(architecture, shape, n_classes):
    """Return the network of CNNClassifier's defaults, in Keras."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((*shape, 1))
    features = encode(inputs, architecture, {}, "relu", 0.0, 0.0)
    return keras.Model(inputs, keras.layers.Dense(n_classes, "softmax")(features))


def has_fast_path(wrapper):
    """Whether a fitted wrapper was trained by a compiled epoch, not by Model.fit."""
    return wrapper._fast_path

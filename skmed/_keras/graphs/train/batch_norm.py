"""Batch normalisation that is right with weights, and after few steps.

Keras counts every row of a batch alike and forgets what it has seen at a fixed rate.
Here a row of weight two counts as two rows, and when training has ended the moving
statistics give way to those of the training rows, measured with the final weights
(Wu & Johnson, 2021): however few steps there were, what is predicted with is right.
"""

import contextlib
import math
import threading

import keras
import tensorflow as tf

from skmed._keras.compat.models import flatten_layers, replace_moments
from skmed._keras.graphs.padding import inputs_of
from skmed._keras.graphs.tracing import Graph, spec

_here = threading.local()


def layers_of(network):
    """Return a network's batch normalisations that training moves."""
    return [
        layer
        for layer in flatten_layers(network)
        if type(layer) is keras.layers.BatchNormalization and layer.trainable
    ]


# ----- weights -----


def weigh(network):
    """Make a program's own network count rows by the weights that it is given."""
    for layer in layers_of(network):
        replace_moments(layer, _moments)


@contextlib.contextmanager
def row_weights(weight):
    """Give the batch that is traced here the weights of its rows."""
    _here.weight = weight
    try:
        yield
    finally:
        _here.weight = None


def _moments(unweighted, inputs, mask):
    weight = getattr(_here, "weight", None)
    if weight is None or mask is not None:
        return unweighted(inputs, mask)
    weight = tf.cast(weight / tf.reduce_sum(weight), inputs.dtype)
    positions = list(range(1, len(inputs.shape) - 1))

    def mean_of(values):
        by_row = tf.reduce_mean(values, positions) if positions else values
        return tf.linalg.matvec(by_row, weight, transpose_a=True)

    mean = mean_of(inputs)
    # the gradient through this mean is zero
    difference = inputs - tf.stop_gradient(mean)
    return mean, mean_of(difference * difference)


# ----- statistics -----


class BatchStatistics:
    """Measures what batch normalisation keeps for predictions, on given rows.

    Parameters
    ----------
    network : keras.Model
        A template; its variables aren't touched.
    data : tuple of tf.TensorSpec
        Inputs, targets and weights of the rows.
    """

    def __init__(self, network, data):
        self._network = network
        self._layers = layers_of(network)
        self._moving = [
            variable
            for layer in self._layers
            for variable in (layer.moving_mean, layer.moving_variance)
        ]
        order = {id(v): i for i, v in enumerate(network.variables)}
        self._places = [order[id(variable)] for variable in self._moving]
        inputs, _, weight = data
        self._measure = Graph(
            self._graph,
            [spec(v) for v in network.variables],
            inputs,
            weight,
            tf.TensorSpec((None,), tf.int32),
            tf.TensorSpec((), tf.int32),
            tf.TensorSpec((), weight.dtype),
            [spec(v) for v in self._moving],
        )

    def __call__(self, variables, data, order, batch_size):
        """Return the variables with the statistics of the rows in place.

        Parameters
        ----------
        variables : list of tensors
            The values of the network's variables.
        data : Data
            The rows.
        order : ndarray of int32
            In which order they are cut into batches, of about equal size.
        batch_size : int
            The largest.

        Returns
        -------
        list of tensors
            New values; the others are the same tensors.
        """
        if not self._layers:
            return variables
        # cut evenly: a last batch of one row would have no variance
        batch_size = math.ceil(len(order) / math.ceil(len(order) / batch_size))
        total = tf.zeros((), data.weight.dtype)
        moments = [tf.zeros_like(variables[i]) for i in self._places]
        for part, rows in data.parts(order, batch_size):
            total, moments = self._measure(
                variables,
                part.x,
                part.weight,
                tf.constant(rows, tf.int32),
                tf.constant(batch_size, tf.int32),
                total,
                moments,
            )
        variables = list(variables)
        for i, value in zip(self._places, moments, strict=True):
            variables[i] = value
        return variables

    def _graph(self, variables, x, weight, order, batch_size, total, moments):
        network = self._network
        values = {id(v): given for v, given in zip(network.variables, variables)}
        for variable in self._moving:
            # from zero, one step goes the same part of the way to any batch
            values[id(variable)] = tf.zeros(variable.shape, variable.dtype)
        trainable = [values[id(v)] for v in network.trainable_variables]
        fixed = [values[id(v)] for v in network.non_trainable_variables]
        n_rows = tf.shape(order)[0]

        def step(i, total, moments):
            rows = order[i * batch_size : tf.minimum((i + 1) * batch_size, n_rows)]
            batch_weight = tf.gather(weight, rows)
            inputs = inputs_of(network, tf.gather(x, rows))
            with row_weights(batch_weight):
                _, moved = network.stateless_call(
                    trainable, fixed, inputs, training=True
                )
            moved = dict(zip(map(id, network.non_trainable_variables), moved))
            added = tf.reduce_sum(batch_weight)
            merged = []
            for layer, mean, variance in zip(
                self._layers, moments[::2], moments[1::2], strict=True
            ):
                part = 1.0 - layer.momentum
                share = tf.cast(added / (total + added), mean.dtype)
                away = moved[id(layer.moving_mean)] / part - mean
                within = moved[id(layer.moving_variance)] / part
                variance += share * (within - variance)
                variance += share * (1.0 - share) * away * away
                merged += [mean + share * away, variance]
            return i + 1, total + added, merged

        return tf.while_loop(
            lambda i, *_: i * batch_size < n_rows,
            step,
            (tf.constant(0), total, moments),
            parallel_iterations=1,
        )[1:]

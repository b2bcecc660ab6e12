"""Batch normalisation with sample weights, and with statistics of all training samples.

Keras's batch normalisation ignores sample weights, and its moving statistics are those
of the last steps. Here a sample of weight two counts as two samples, and after training
the moving statistics are replaced by those of the training samples under the final
weights (Wu & Johnson, 2021), which are correct after any number of steps.
"""

import contextlib
import math
import threading

import keras
import tensorflow as tf

from skmed._keras.compat.models import flatten_layers, replace_moments
from skmed._keras.graphs.padding import cast_and_trim
from skmed._keras.graphs.tracing import Graph, spec

_thread = threading.local()


def trainable_batch_norms(network):
    """Return the batch normalisation layers of a network that aren't frozen."""
    return [
        layer
        for layer in flatten_layers(network)
        if type(layer) is keras.layers.BatchNormalization and layer.trainable
    ]


# ----- weights -----


def use_sample_weights(network):
    """Let batch normalisation use the weights of `batch_sample_weight`, in place.

    Parameters
    ----------
    network : keras.Model
        The network of a program; its layers are changed.
    """
    for layer in trainable_batch_norms(network):
        replace_moments(layer, _moments)


@contextlib.contextmanager
def batch_sample_weight(weight):
    """Set the sample weights of the batch whose graph is traced inside.

    Parameters
    ----------
    weight : tensor of shape (batch_size,)
        Sample weights.
    """
    _thread.weight = weight
    try:
        yield
    finally:
        _thread.weight = None


def _moments(unweighted, inputs, mask):
    weight = getattr(_thread, "weight", None)
    if weight is None or mask is not None:
        return unweighted(inputs, mask)
    weight = tf.cast(weight / tf.reduce_sum(weight), inputs.dtype)
    positions = list(range(1, len(inputs.shape) - 1))

    def weighted_mean(values):
        by_sample = tf.reduce_mean(values, positions) if positions else values
        return tf.linalg.matvec(by_sample, weight, transpose_a=True)

    mean = weighted_mean(inputs)
    # the gradient of the variance with respect to the mean is zero
    difference = inputs - tf.stop_gradient(mean)
    return mean, weighted_mean(difference * difference)


# ----- statistics -----


class BatchStatistics:
    """Compute the statistics of batch normalisation over given samples.

    Parameters
    ----------
    network : keras.Model
        The network of a program; its variables are not changed.
    data : tuple of tf.TensorSpec
        Inputs, targets and weights of the samples.
    """

    def __init__(self, network, data):
        self._network = network
        self._layers = trainable_batch_norms(network)
        self._moving = [
            variable
            for layer in self._layers
            for variable in (layer.moving_mean, layer.moving_variance)
        ]
        order = {id(v): i for i, v in enumerate(network.variables)}
        self._indices = [order[id(variable)] for variable in self._moving]
        inputs, _, weight = data
        self._compute = Graph(
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
        """Return the values of variables with the statistics of the samples.

        Parameters
        ----------
        variables : list of tensors
            The values of the network's variables.
        data : Data
            The samples.
        order : ndarray of int32, shape (n_samples,)
            Order in which samples are divided into batches.
        batch_size : int
            Samples per batch at most; batches have about equal sizes.

        Returns
        -------
        list of tensors
            Moving means and variances are new, the other values the same tensors.
        """
        if not self._layers:
            return variables
        # of about equal sizes, as the variance of a last batch of one sample is zero
        batch_size = math.ceil(len(order) / math.ceil(len(order) / batch_size))
        total = tf.zeros((), data.weight.dtype)
        moments = [tf.zeros_like(variables[i]) for i in self._indices]
        for chunk, indices in data.chunks(order, batch_size):
            total, moments = self._compute(
                variables,
                chunk.x,
                chunk.weight,
                tf.constant(indices, tf.int32),
                tf.constant(batch_size, tf.int32),
                total,
                moments,
            )
        variables = list(variables)
        for i, value in zip(self._indices, moments, strict=True):
            variables[i] = value
        return variables

    def _graph(self, variables, x, weight, order, batch_size, total, moments):
        network = self._network
        values = {id(v): given for v, given in zip(network.variables, variables)}
        for variable in self._moving:
            # an update from zero is (1 - momentum) times the statistics of the batch
            values[id(variable)] = tf.zeros(variable.shape, variable.dtype)
        trainable = [values[id(v)] for v in network.trainable_variables]
        fixed = [values[id(v)] for v in network.non_trainable_variables]
        n_samples = tf.shape(order)[0]

        def step(i, total, moments):
            indices = order[
                i * batch_size : tf.minimum((i + 1) * batch_size, n_samples)
            ]
            batch_weight = tf.gather(weight, indices)
            inputs = cast_and_trim(network, tf.gather(x, indices))
            with batch_sample_weight(batch_weight):
                _, updated = network.stateless_call(
                    trainable, fixed, inputs, training=True
                )
            updated = dict(zip(map(id, network.non_trainable_variables), updated))
            added = tf.reduce_sum(batch_weight)
            merged = []
            # merge the moments of the batch with those so far (Chan et al., 1979)
            for layer, mean, variance in zip(
                self._layers, moments[::2], moments[1::2], strict=True
            ):
                rate = 1.0 - layer.momentum
                fraction = tf.cast(added / (total + added), mean.dtype)
                difference = updated[id(layer.moving_mean)] / rate - mean
                batch_variance = updated[id(layer.moving_variance)] / rate
                variance += fraction * (batch_variance - variance)
                variance += fraction * (1.0 - fraction) * difference * difference
                merged += [mean + fraction * difference, variance]
            return i + 1, total + added, merged

        return tf.while_loop(
            lambda i, *_: i * batch_size < n_samples,
            step,
            (tf.constant(0), total, moments),
            parallel_iterations=1,
        )[1:]

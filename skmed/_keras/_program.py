"""Compiled training and prediction, one program per architecture, shared by all.

A program holds graphs and nothing of anybody's: weights, optimizer state and
random streams go in with each call and come back out of it, so that any
interleaving of fits and predictions equals running them alone.
"""

import threading
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from ._cache import ProgramCache, network_key, optimizer_key
from ._naming import fresh_names
from ._optimizers import copy_optimizer
from ._seeding import seeded

# numbers in one batch of a prediction: enough to be fast, little enough to be flat
_PREDICT_VALUES = 2**21


@dataclass(frozen=True)
class Data:
    """Rows on the device: inputs, encoded targets and weights."""

    x: tf.Tensor
    y: tf.Tensor
    weight: tf.Tensor

    @classmethod
    def from_arrays(cls, x, y, weight, dtype):
        """Put arrays on the device; ``weight=None`` means one for each row."""
        if weight is None:
            weight = np.ones(len(x))
        return cls(
            tf.convert_to_tensor(x),
            tf.convert_to_tensor(y),
            tf.convert_to_tensor(weight, dtype=dtype),
        )

    def __len__(self):
        return int(self.x.shape[0])


@dataclass(frozen=True)
class State:
    """What training moves: a network's variables and an optimizer's slots."""

    variables: list
    slots: list


class TrainingProgram:
    """A whole pass over the data in one graph.

    Parameters
    ----------
    network : keras.Model
        A template of its own: its variables are where the graph works.
    loss : keras.losses.Loss
        Its per-row values are averaged with the rows' weights.
    optimizer : keras.optimizers.Optimizer
        A template too.
    input_dtype : str
        The dtype in which training inputs lie in memory.
    """

    def __init__(self, network, loss, optimizer, input_dtype):
        self._network = network
        self._loss = loss
        self._optimizer = optimizer
        with fresh_names():
            optimizer.build(network.trainable_variables)
        # what an optimizer starts from, before a fit has moved it
        self.first_slots = read(optimizer.variables)
        self.n_traces = {"train": 0, "evaluate": 0}
        self.dtype = network.outputs[0].dtype
        self._network_dtype = network.inputs[0].dtype
        self._lock = threading.Lock()

        variables = [_spec(v) for v in network.variables]
        data = (
            tf.TensorSpec((None, *network.inputs[0].shape[1:]), input_dtype),
            _target_spec(loss, network.outputs[0]),
            tf.TensorSpec((None,), self.dtype),
        )
        self._train = _Graph(
            self._train_graph,
            variables,
            [_spec(v) for v in optimizer.variables],
            *data,
            tf.TensorSpec((None,), tf.int32),
            tf.TensorSpec((), tf.int32),
            tf.TensorSpec((None,), tf.float32),
            tf.TensorSpec((), tf.float64),
        )
        self._evaluate = _Graph(
            self._evaluate_graph, variables, *data, tf.TensorSpec((), tf.int32)
        )

    def train(self, state, data, order, batch_size, learning_rates, weight_decay):
        """Train over ``data`` in the given order of rows.

        Parameters
        ----------
        state : State
            Where to start; not changed.
        data : Data
            The rows.
        order : ndarray of int32, shape (n_visited,)
            Indices of rows, cut into batches one after the other.
        batch_size : int
            Rows of a batch; the last may be smaller.
        learning_rates : array-like of shape (n_batches,)
            One rate for each step.
        weight_decay : float
            Decoupled decay per step, as a fraction of the learning rate.

        Returns
        -------
        State
            Where the training arrived.
        float
            The weighted mean of the loss over the rows visited.
        """
        # the template's variables serve one call at a time
        with self._lock:
            variables, slots, loss = self._train(
                state.variables,
                state.slots,
                data.x,
                data.y,
                data.weight,
                tf.constant(order, tf.int32),
                tf.constant(batch_size, tf.int32),
                tf.constant(learning_rates, tf.float32),
                tf.constant(weight_decay, tf.float64),
            )
        return State(variables, slots), float(loss)

    def evaluate(self, state, data, batch_size):
        """Return the weighted mean of the loss over ``data``."""
        batch_size = tf.constant(batch_size, tf.int32)
        return float(
            self._evaluate(state.variables, data.x, data.y, data.weight, batch_size)
        )

    def _train_graph(
        self, variables, slots, x, y, weight, order, batch_size, rates, weight_decay
    ):
        self.n_traces["train"] += 1
        network, optimizer = self._network, self._optimizer
        write(network.variables, variables)
        write(optimizer.variables, slots)
        inner = getattr(optimizer, "inner_optimizer", optimizer)
        if inner.weight_decay is not None:
            # a python number would be baked into the graph
            inner.weight_decay = weight_decay
        rate = optimizer.learning_rate
        n_visited = tf.shape(order)[0]

        def step(i, total, total_weight):
            rows = order[i * batch_size : tf.minimum((i + 1) * batch_size, n_visited)]
            batch_weight = tf.gather(weight, rows)
            weight_sum = tf.reduce_sum(batch_weight)
            with tf.GradientTape() as tape:
                inputs = tf.cast(tf.gather(x, rows), self._network_dtype)
                outputs = network(inputs, training=True)
                values = self._loss.call(tf.gather(y, rows), outputs)
                mean = tf.reduce_sum(values * batch_weight) / weight_sum
                # regularisation belongs to the objective and to what is reported
                for extra in network.losses:
                    mean += tf.cast(extra, mean.dtype)
                objective = optimizer.scale_loss(mean)
            trainable = network.trainable_variables
            gradients = tape.gradient(objective, [v.value for v in trainable])
            rate.assign(tf.cast(rates[i], rate.dtype))
            optimizer.apply(gradients, trainable)
            return i + 1, total + mean * weight_sum, total_weight + weight_sum

        zero = tf.zeros((), self.dtype)
        _, total, total_weight = tf.while_loop(
            lambda i, *_: i * batch_size < n_visited,
            step,
            (tf.constant(0), zero, zero),
            parallel_iterations=1,
        )
        return read(network.variables), read(optimizer.variables), total / total_weight

    def _evaluate_graph(self, variables, x, y, weight, batch_size):
        self.n_traces["evaluate"] += 1
        network, n_samples = self._network, tf.shape(x)[0]

        def step(i, total):
            start, stop = i * batch_size, tf.minimum((i + 1) * batch_size, n_samples)
            inputs = tf.cast(x[start:stop], self._network_dtype)
            outputs = _call(network, variables, inputs)
            values = self._loss.call(y[start:stop], outputs)
            return i + 1, total + tf.reduce_sum(values * weight[start:stop])

        _, total = tf.while_loop(
            lambda i, _: i * batch_size < n_samples,
            step,
            (tf.constant(0), tf.zeros((), self.dtype)),
            parallel_iterations=1,
        )
        return total / tf.reduce_sum(weight)


class PredictionProgram:
    """A forward pass that takes its weights as an argument.

    Nothing is shared between calls, so threads neither mix nor wait.

    Parameters
    ----------
    network : keras.Model
        Its structure is traced; its variables aren't touched, nor kept.
    """

    def __init__(self, network):
        self._dtype = network.inputs[0].dtype
        self.n_traces = {"predict": 0}

        def graph(variables, x):
            self.n_traces["predict"] += 1
            return _call(network, variables, x)

        self._predict = _Graph(
            graph,
            [_spec(v) for v in network.variables],
            tf.TensorSpec((None, *network.inputs[0].shape[1:]), self._dtype),
        )
        # traced now, so that the program needs the network no more
        self._predict.trace()

    def __call__(self, weights, x):
        """Predict with the given weights.

        Parameters
        ----------
        weights : list of tensors
            The values of the network's variables.
        x : ndarray of shape (n_samples, ...)
            Inputs of any real dtype, cast batch by batch.

        Returns
        -------
        ndarray of shape (n_samples, ...)
            The network's output.
        """
        rows = max(1, _PREDICT_VALUES // max(1, int(np.prod(x.shape[1:]))))
        parts = []
        for start in range(0, len(x), rows):
            batch = np.ascontiguousarray(x[start : start + rows], self._dtype)
            parts.append(self._predict(weights, tf.constant(batch)).numpy())
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


def read(variables):
    """Copy the values of Keras variables into tensors."""
    return [tf.identity(v.value) for v in variables]


def write(variables, values):
    """Give Keras variables the values of tensors or arrays."""
    for variable, value in zip(variables, values, strict=True):
        # an optimizer's own counters follow Keras's global dtype, which may change
        variable.value.assign(tf.cast(value, variable.dtype))


class _Graph:
    """A function traced once, at its first call.

    TensorFlow's own function traces again for an input it has not met, and
    counts the traces of all programs together, only to warn of them.
    """

    def __init__(self, function, *signature):
        self._function = function
        self._signature = signature
        self._concrete = None
        self._lock = threading.Lock()

    def trace(self):
        with self._lock:
            if self._concrete is None:
                self._concrete = tf.function(
                    self._function, input_signature=self._signature, autograph=False
                ).get_concrete_function()
                # the graph is all that is needed from here on
                self._function = None
        return self._concrete

    def __call__(self, *arguments):
        return (self._concrete or self.trace())(*arguments)


def _spec(variable):
    return tf.TensorSpec(variable.shape, variable.dtype)


def _target_spec(loss, output):
    if isinstance(loss, keras.losses.SparseCategoricalCrossentropy):
        return tf.TensorSpec((None,), tf.int32)
    # an autoencoder's target is one zero per row, broadcast over its outputs
    return tf.TensorSpec((None,) * len(output.shape), output.dtype)


def _call(network, variables, x):
    """Run a network on given weights without touching its variables."""
    value = {
        id(v): given for v, given in zip(network.variables, variables, strict=True)
    }
    outputs, _ = network.stateless_call(
        [value[id(v)] for v in network.trainable_variables],
        [value[id(v)] for v in network.non_trainable_variables],
        x,
        training=False,
    )
    return outputs


# ----- the programs of this process -----

_training = ProgramCache()
_prediction = ProgramCache()


def training_program(network, loss, optimizer, input_dtype):
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

    Returns
    -------
    TrainingProgram
        Shared by every estimator with the same configuration.
    """
    key = (
        network_key(network),
        type(loss).__name__,
        repr(sorted(loss.get_config().items())),
        optimizer_key(optimizer),
        str(input_dtype),
    )
    return _training.get(
        key,
        lambda: TrainingProgram(
            _template(network), loss, copy_optimizer(optimizer), input_dtype
        ),
    )


def _template(network):
    """Return a network of the same structure for a graph to work on."""
    try:
        # its first weights don't matter, but drawing them must not show outside
        with seeded(0), fresh_names():
            return keras.models.clone_model(network)
    except (NotImplementedError, TypeError, ValueError):
        # a layer that can't describe itself: the program serves this network only
        return network


def prediction_program(network):
    """Return the program that predicts with networks like ``network``."""
    return _prediction.get_for(network, network_key, lambda: PredictionProgram(network))

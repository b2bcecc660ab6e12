"""A compiled epoch of training.

A program has no state of its own: weights, optimizer state and random seeds are
arguments and results of each call, so that estimators of the same architecture can
share a program and be trained in turn or in several threads.
"""

import math
import threading

import keras
import numpy as np
import tensorflow as tf

from skmed._keras.compat.global_state import fresh_names
from skmed._keras.graphs.augmentation.augmentation import NO_DRAWS, augment_batch
from skmed._keras.graphs.padding import cast_and_trim
from skmed._keras.graphs.state import State, get_values, set_values
from skmed._keras.graphs.tracing import Graph, call, single, spec

from .batch_norm import BatchStatistics, batch_sample_weight, use_sample_weights
from .optimizer_step import apply_gradients


class TrainingProgram:
    """A graph of a whole epoch of training, and one of an evaluation.

    Parameters
    ----------
    network : keras.Model
        A network that only this program uses: the graph works on its variables.
    loss : keras.losses.Loss
        The loss, with its reduction over samples.
    optimizer : keras.optimizers.Optimizer
        An optimizer that only this program uses.
    input_dtype : str
        Dtype of the training inputs in memory.
    metrics : keras.Metric or None
        Metrics that are reported with the loss; their result is a dict. Their state is
        not changed.
    target : tf.TensorSpec or None
        Shape and dtype of a batch of encoded targets; None for those of skmed's losses.
    weighted_batch_norm : bool
        Whether batch normalisation and embeddings use sample weights, which Keras's
        ignore.
    augmentations : tuple of str
        Names of the random transforms of training samples.

    Attributes
    ----------
    initial_slots : list of tensors
        The state of an optimizer before its first step.
    n_traces : dict of str to int
        How often each graph was traced.
    is_shared : bool
        Whether other networks of the same structure may use the program.
    dtype : str
        Dtype of losses and sample weights.
    """

    def __init__(
        self,
        network,
        loss,
        optimizer,
        input_dtype,
        metrics=None,
        target=None,
        weighted_batch_norm=False,
        augmentations=(),
    ):
        self._network = network
        self._augmentations = augmentations
        self._weighted_batch_norm = weighted_batch_norm
        if weighted_batch_norm:
            use_sample_weights(network)
        self._loss = loss
        self._optimizer = optimizer
        self._metrics = metrics
        self._is_weighted_mean = loss.reduction == "mean_with_sample_weight"
        with fresh_names():
            optimizer.build(network.trainable_variables)
        self.initial_slots = get_values(optimizer.variables)
        self.n_traces = {"train": 0, "evaluate": 0}
        self.is_shared = True
        self.dtype = loss_dtype(network)
        self._lock = threading.Lock()

        variables = [spec(v) for v in network.variables]
        data = (
            tf.TensorSpec((None, *network.inputs[0].shape[1:]), input_dtype),
            target or _target_spec(loss, network.outputs[0]),
            tf.TensorSpec((None,), self.dtype),
        )
        self._train = Graph(
            self._train_graph,
            variables,
            [spec(v) for v in optimizer.variables],
            *data,
            tf.TensorSpec((None,), tf.int32),
            tf.TensorSpec((), tf.int32),
            tf.TensorSpec((None,), tf.float32),
            tf.TensorSpec((), tf.float64),
            tf.TensorSpec((None, 2), tf.int32),
            tf.TensorSpec((len(augmentations),), tf.float32),
        )
        self._evaluate = Graph(
            self._evaluate_graph, variables, *data, tf.TensorSpec((), tf.int32)
        )
        self._statistics = BatchStatistics(network, data)

    def train(
        self,
        state,
        data,
        order,
        batch_size,
        learning_rates,
        weight_decay,
        draws=NO_DRAWS,
    ):
        """Train for an epoch, or for some of its batches.

        Parameters
        ----------
        state : State
            State before training, which is not changed.
        data : Data
            Training samples.
        order : ndarray of int32, shape (n_visited,)
            Indices of samples, divided into consecutive batches.
        batch_size : int
            Samples per batch; the last batch may be smaller.
        learning_rates : array-like of shape (n_batches,)
            Learning rate of each step.
        weight_decay : float
            Decoupled weight decay per step, as a fraction of the learning rate.
        draws : Draws
            Seeds and strengths of augmentation.

        Returns
        -------
        State
            State after training.
        dict
            Mean loss over the visited samples, and metrics.
        float
            Denominator of that mean: the total weight of these samples, after mixup.
        """
        first, logs = 0, []
        for chunk, indices in data.chunks(order, batch_size):
            steps = slice(first, first + math.ceil(len(indices) / batch_size))
            # calls share the variables of the network
            with self._lock:
                variables, slots, *results = self._train(
                    state.variables,
                    state.slots,
                    chunk.x,
                    chunk.y,
                    chunk.weight,
                    tf.constant(indices, tf.int32),
                    tf.constant(batch_size, tf.int32),
                    tf.constant(learning_rates[steps], tf.float32),
                    tf.constant(weight_decay, tf.float64),
                    tf.constant(draws.seeds[steps], tf.int32),
                    tf.constant(draws.strengths, tf.float32),
                )
            state, first = State(variables, slots), steps.stop
            logs.append(_to_floats(*results))
        return state, *average_logs(logs)

    def evaluate(self, state, data, batch_size):
        """Return the mean loss and the metrics of samples.

        Parameters
        ----------
        state : State
            State to evaluate.
        data : Data
            Samples.
        batch_size : int
            Samples per batch.

        Returns
        -------
        dict
            Mean loss and metrics.
        """
        batch = tf.constant(batch_size, tf.int32)
        logs = []
        for chunk, _ in data.chunks(np.arange(len(data)), batch_size):
            results = self._evaluate(
                state.variables, chunk.x, chunk.y, chunk.weight, batch
            )
            logs.append(_to_floats(*results))
        return average_logs(logs)[0]

    def update_batch_norm(self, state, data, order, batch_size):
        """Return the state with statistics of batch normalisation over ``data``."""
        return State(
            self._statistics(state.variables, data, order, batch_size), state.slots
        )

    def is_pure(self, evaluates):
        """Return whether the graphs use no other state than their arguments.

        Parameters
        ----------
        evaluates : bool
            Whether `evaluate` will be called; otherwise its graph isn't traced.

        Returns
        -------
        bool
            False if a layer, a loss or a metric has state elsewhere.
        """
        own = [*self._network.variables, *self._optimizer.variables]
        pure = self._train.captures_only(own)
        return pure and (not evaluates or self._evaluate.captures_only([]))

    def _train_graph(
        self,
        variables,
        slots,
        x,
        y,
        weight,
        order,
        batch_size,
        rates,
        weight_decay,
        seeds,
        strengths,
    ):
        self.n_traces["train"] += 1
        network, optimizer = self._network, self._optimizer
        set_values(network.variables, variables)
        set_values(optimizer.variables, slots)
        inner = getattr(optimizer, "inner_optimizer", optimizer)
        if inner.weight_decay is not None:
            # a Python number would become a constant of the graph
            inner.weight_decay = weight_decay
        rate = optimizer.learning_rate
        n_visited = tf.shape(order)[0]

        def step(i, totals):
            indices = order[
                i * batch_size : tf.minimum((i + 1) * batch_size, n_visited)
            ]
            batch_y, batch_weight = tf.gather(y, indices), tf.gather(weight, indices)
            inputs = cast_and_trim(network, tf.gather(x, indices))
            if self._augmentations:
                inputs, batch_y, batch_weight = augment_batch(
                    self._augmentations,
                    strengths,
                    inputs,
                    batch_y,
                    batch_weight,
                    seeds[i],
                )
            with tf.GradientTape() as tape:
                with batch_sample_weight(batch_weight):
                    outputs = single(network(inputs, training=True))
                mean = self._loss(batch_y, outputs, batch_weight)
                # the reported loss includes regularisation, as in Keras
                for layer_loss in network.losses:
                    mean += tf.cast(tf.reduce_sum(layer_loss), mean.dtype)
                objective = optimizer.scale_loss(mean)
            trainable = network.trainable_variables
            gradients = tape.gradient(objective, [v.value for v in trainable])
            if self._weighted_batch_norm:
                gradients = [_dense_gradient(gradient) for gradient in gradients]
            rate.assign(tf.cast(rates[i], rate.dtype))
            batch_fraction = tf.size(inputs) / (batch_size * tf.size(x[0]))
            apply_gradients(optimizer, gradients, trainable, batch_fraction)
            return i + 1, self._accumulate(totals, mean, batch_y, outputs, batch_weight)

        totals = self._over_batches(step, n_visited, batch_size)
        return (
            get_values(network.variables),
            get_values(optimizer.variables),
            *self._logs(totals),
        )

    def _evaluate_graph(self, variables, x, y, weight, batch_size):
        self.n_traces["evaluate"] += 1
        n_samples = tf.shape(x)[0]

        def step(i, totals):
            start, stop = i * batch_size, tf.minimum((i + 1) * batch_size, n_samples)
            inputs = cast_and_trim(self._network, x[start:stop])
            outputs, losses = call(self._network, variables, inputs)
            batch_y, batch_weight = y[start:stop], weight[start:stop]
            mean = self._loss(batch_y, outputs, batch_weight)
            for layer_loss in losses:
                mean += tf.cast(tf.reduce_sum(layer_loss), mean.dtype)
            return i + 1, self._accumulate(totals, mean, batch_y, outputs, batch_weight)

        return self._logs(self._over_batches(step, n_samples, batch_size))

    # ----- logs -----

    def _over_batches(self, step, n_samples, batch_size):
        """Run ``step`` for all batches; return the totals of losses and metrics."""
        zero = tf.zeros((), self.dtype)
        state = [] if self._metrics is None else self._metrics.stateless_reset_state()
        totals = (zero, zero, [tf.convert_to_tensor(value) for value in state])
        return tf.while_loop(
            lambda i, _: i * batch_size < n_samples,
            step,
            (tf.constant(0), totals),
            parallel_iterations=1,
        )[1]

    def _accumulate(self, totals, mean, y, outputs, weight):
        """Add a batch to the totals: its mean loss times its number or weight."""
        total, divisor, state = totals
        mean = tf.cast(mean, self.dtype)
        indices = tf.cast(tf.shape(weight)[0], self.dtype)
        size = tf.reduce_sum(weight) if self._is_weighted_mean else indices
        if self._metrics is not None:
            updated = self._metrics.stateless_update_state(
                state, y, outputs, sample_weight=weight
            )
            # some metrics of Keras 3.9 lose static shapes, which tf.while_loop needs
            state = [
                tf.ensure_shape(new, old.shape)
                for new, old in zip(updated, state, strict=True)
            ]
        return total + mean * size, divisor + size, state

    def _logs(self, totals):
        total, divisor, state = totals
        logs = {"loss": total / divisor}
        if self._metrics is not None:
            logs |= self._metrics.stateless_result(state)
        return logs, divisor


def loss_dtype(network):
    """Return the dtype of a network's losses and sample weights."""
    return "float64" if network.outputs[0].dtype == "float64" else "float32"


def _to_floats(logs, size):
    """Convert the scalar tensors of logs to floats."""
    values = keras.tree.map_structure(lambda tensor: tensor.numpy(), logs)
    logs = {k: float(v) if np.ndim(v) == 0 else v for k, v in values.items()}
    return logs, float(size)


def average_logs(logs):
    """Average the logs of batches or chunks.

    Parameters
    ----------
    logs : list of tuple of (dict, float)
        Means, and their denominator.

    Returns
    -------
    dict
        Means over all samples.
    float
        Their denominator.
    """
    if len(logs) == 1:
        return logs[0]
    means, sizes = zip(*logs)
    averages = {
        name: float(np.average([each[name] for each in means], weights=sizes))
        for name in means[0]
    }
    return averages, sum(sizes)


def _dense_gradient(gradient):
    """Return the gradient of an embedding as a dense tensor.

    Keras's optimizers square each of the sparse gradients of a word before they are
    added, so that a sample of weight two would not equal a repeated sample.
    """
    if isinstance(gradient, tf.IndexedSlices):
        return tf.convert_to_tensor(gradient)
    return gradient


def _target_spec(loss, output):
    if isinstance(loss, keras.losses.SparseCategoricalCrossentropy):
        return tf.TensorSpec((None,), tf.int32)
    # the target of an autoencoder is one zero per sample, broadcast over its outputs
    return tf.TensorSpec((None,) * len(output.shape), output.dtype)

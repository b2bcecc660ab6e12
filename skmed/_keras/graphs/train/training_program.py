"""A compiled pass over the training data.

A program holds graphs and nothing of anybody's: weights, optimizer state and
random streams go in with each call and come back out of it, so that any
interleaving of fits and predictions equals running them alone.
"""

import math
import threading

import keras
import numpy as np
import tensorflow as tf

from skmed._keras.compat.global_state import fresh_names
from skmed._keras.graphs.augmentation.augmentation import NO_DRAWS, augmented_batch
from skmed._keras.graphs.padding import inputs_of
from skmed._keras.graphs.state import State, read, write
from skmed._keras.graphs.tracing import Graph, call, single, spec

from .batch_norm import BatchStatistics, row_weights, weigh
from .optimizer_step import apply_gradients


class TrainingProgram:
    """A whole pass over the data in one graph.

    Parameters
    ----------
    network : keras.Model
        A template of its own: its variables are where the graph works.
    loss : keras.losses.Loss
        Reduces the rows' values and weights to one number in its own way.
    optimizer : keras.optimizers.Optimizer
        A template too.
    input_dtype : str
        The dtype in which training inputs lie in memory.
    metrics : keras.Metric or None
        Reported beside the loss; its result is a dict. Its state is not touched.
    target : tf.TensorSpec or None
        What encoded targets look like; None for what skmed's own losses ask for.
    weighs_batches : bool
        Batch normalisation and embeddings count rows by their weights, which Keras's
        don't.
    augments : tuple of str
        How training rows are changed at random.
    """

    def __init__(
        self,
        network,
        loss,
        optimizer,
        input_dtype,
        metrics=None,
        target=None,
        weighs_batches=False,
        augments=(),
    ):
        self._network = network
        self._augments = augments
        self._weighs_batches = weighs_batches
        if weighs_batches:
            weigh(network)
        self._loss = loss
        self._optimizer = optimizer
        self._metrics = metrics
        self._by_weight = loss.reduction == "mean_with_sample_weight"
        with fresh_names():
            optimizer.build(network.trainable_variables)
        # what an optimizer starts from, before a fit has moved it
        self.first_slots = read(optimizer.variables)
        self.n_traces = {"train": 0, "evaluate": 0}
        # whether other networks of the same structure may use it
        self.is_shared = True
        self.dtype = full_dtype(network)
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
            tf.TensorSpec((len(augments),), tf.float32),
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
        draws : Draws
            Seeds and strengths of augmentation.

        Returns
        -------
        State
            Where the training arrived.
        dict
            The mean of the loss over the rows visited, and the metrics.
        float
            What that mean was divided by: the weight of those rows, as mixed.
        """
        step, logs = 0, []
        for part, rows in data.parts(order, batch_size):
            steps = slice(step, step + math.ceil(len(rows) / batch_size))
            # the template's variables serve one call at a time
            with self._lock:
                variables, slots, *numbers = self._train(
                    state.variables,
                    state.slots,
                    part.x,
                    part.y,
                    part.weight,
                    tf.constant(rows, tf.int32),
                    tf.constant(batch_size, tf.int32),
                    tf.constant(learning_rates[steps], tf.float32),
                    tf.constant(weight_decay, tf.float64),
                    tf.constant(draws.seeds[steps], tf.int32),
                    tf.constant(draws.amounts, tf.float32),
                )
            state, step = State(variables, slots), steps.stop
            logs.append(_numbers(*numbers))
        return state, *mean_of(logs)

    def evaluate(self, state, data, batch_size):
        """Return the mean of the loss over ``data``, and the metrics, as a dict."""
        batch = tf.constant(batch_size, tf.int32)
        logs = []
        for part, _ in data.parts(np.arange(len(data)), batch_size):
            numbers = self._evaluate(
                state.variables, part.x, part.y, part.weight, batch
            )
            logs.append(_numbers(*numbers))
        return mean_of(logs)[0]

    def update_batch_norm(self, state, data, order, batch_size):
        """Return the state with batch normalisation's statistics of ``data``."""
        return State(
            self._statistics(state.variables, data, order, batch_size), state.slots
        )

    def is_pure(self, evaluates):
        """Tell whether an epoch depends on nothing but what it is given.

        Parameters
        ----------
        evaluates : bool
            Whether it ends with validation rows; what is not used isn't traced.
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
        amounts,
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

        def step(i, tally):
            rows = order[i * batch_size : tf.minimum((i + 1) * batch_size, n_visited)]
            batch_y, batch_weight = tf.gather(y, rows), tf.gather(weight, rows)
            inputs = inputs_of(network, tf.gather(x, rows))
            if self._augments:
                inputs, batch_y, batch_weight = augmented_batch(
                    self._augments, amounts, inputs, batch_y, batch_weight, seeds[i]
                )
            with tf.GradientTape() as tape:
                with row_weights(batch_weight):
                    outputs = single(network(inputs, training=True))
                mean = self._loss(batch_y, outputs, batch_weight)
                # regularisation belongs to the objective and to what is reported
                for extra in network.losses:
                    mean += tf.cast(tf.reduce_sum(extra), mean.dtype)
                objective = optimizer.scale_loss(mean)
            trainable = network.trainable_variables
            gradients = tape.gradient(objective, [v.value for v in trainable])
            if self._weighs_batches:
                gradients = [_summed(gradient) for gradient in gradients]
            rate.assign(tf.cast(rates[i], rate.dtype))
            share = tf.size(inputs) / (batch_size * tf.size(x[0]))
            apply_gradients(optimizer, gradients, trainable, share)
            return i + 1, self._count(tally, mean, batch_y, outputs, batch_weight)

        tally = self._over_batches(step, n_visited, batch_size)
        return read(network.variables), read(optimizer.variables), *self._logs(tally)

    def _evaluate_graph(self, variables, x, y, weight, batch_size):
        self.n_traces["evaluate"] += 1
        n_samples = tf.shape(x)[0]

        def step(i, tally):
            start, stop = i * batch_size, tf.minimum((i + 1) * batch_size, n_samples)
            inputs = inputs_of(self._network, x[start:stop])
            outputs, losses = call(self._network, variables, inputs)
            batch_y, batch_weight = y[start:stop], weight[start:stop]
            mean = self._loss(batch_y, outputs, batch_weight)
            for extra in losses:
                mean += tf.cast(tf.reduce_sum(extra), mean.dtype)
            return i + 1, self._count(tally, mean, batch_y, outputs, batch_weight)

        return self._logs(self._over_batches(step, n_samples, batch_size))

    # ----- what is reported -----

    def _over_batches(self, step, n_rows, batch_size):
        """Run ``step`` batch by batch; return the tally of all of them."""
        zero = tf.zeros((), self.dtype)
        state = [] if self._metrics is None else self._metrics.stateless_reset_state()
        tally = (zero, zero, [tf.convert_to_tensor(value) for value in state])
        return tf.while_loop(
            lambda i, _: i * batch_size < n_rows,
            step,
            (tf.constant(0), tally),
            parallel_iterations=1,
        )[1]

    def _count(self, tally, mean, y, outputs, weight):
        """Add one batch, which counts as much as its mean was divided by."""
        total, divisor, state = tally
        mean = tf.cast(mean, self.dtype)
        rows = tf.cast(tf.shape(weight)[0], self.dtype)
        size = tf.reduce_sum(weight) if self._by_weight else rows
        if self._metrics is not None:
            updated = self._metrics.stateless_update_state(
                state, y, outputs, sample_weight=weight
            )
            # a loop asks for shapes that some metrics of Keras 3.9 forget
            state = [
                tf.ensure_shape(new, old.shape)
                for new, old in zip(updated, state, strict=True)
            ]
        return total + mean * size, divisor + size, state

    def _logs(self, tally):
        total, divisor, state = tally
        logs = {"loss": total / divisor}
        if self._metrics is not None:
            logs |= self._metrics.stateless_result(state)
        return logs, divisor


def full_dtype(network):
    """Return the dtype in which a network's losses and weights are summed."""
    return "float64" if network.outputs[0].dtype == "float64" else "float32"


def _numbers(logs, size):
    """Turn the scalars of a graph's logs into floats."""
    values = keras.tree.map_structure(lambda tensor: tensor.numpy(), logs)
    logs = {k: float(v) if np.ndim(v) == 0 else v for k, v in values.items()}
    return logs, float(size)


def mean_of(logs):
    """Average logs of parts of the data, given with the size of each part.

    Parameters
    ----------
    logs : list of tuple of (dict, float)
        Means, and what each was divided by.

    Returns
    -------
    dict
        The means over all parts.
    float
        The size of all parts.
    """
    if len(logs) == 1:
        return logs[0]
    parts, sizes = zip(*logs)
    means = {
        name: float(np.average([part[name] for part in parts], weights=sizes))
        for name in parts[0]
    }
    return means, sum(sizes)


def _summed(gradient):
    """Return the gradient of an embedding as a table.

    Keras's optimizers square each of a word's gradients by itself, so that a weight of
    two would not equal a repeated row.
    """
    if isinstance(gradient, tf.IndexedSlices):
        return tf.convert_to_tensor(gradient)
    return gradient


def _target_spec(loss, output):
    if isinstance(loss, keras.losses.SparseCategoricalCrossentropy):
        return tf.TensorSpec((None,), tf.int32)
    # an autoencoder's target is one zero per row, broadcast over its outputs
    return tf.TensorSpec((None,) * len(output.shape), output.dtype)

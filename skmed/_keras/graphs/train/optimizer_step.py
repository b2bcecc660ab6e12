"""Optimizer steps that go through the weights once.

Keras writes Adam as a dozen operations, each of which reads and writes all weights or
as many slots. XLA makes one of them. A graph of few weights gains nothing by it: to
start compiled code takes longer than those operations.
"""

import math

import keras
import tensorflow as tf

from skmed._keras.compat.tensorflow import can_compile

# number of weights from which it is faster: see benchmarks/speed/optimizer_step.py
MANY_WEIGHTS = 100_000

_KINDS = (
    keras.optimizers.Adadelta,
    keras.optimizers.Adagrad,
    keras.optimizers.Adam,
    keras.optimizers.Adamax,
    keras.optimizers.AdamW,
    keras.optimizers.Lion,
    keras.optimizers.Nadam,
    keras.optimizers.RMSprop,
    keras.optimizers.SGD,
)


def apply_gradients(optimizer, gradients, variables, share):
    """Do ``optimizer.apply``, with the same result.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
        Built for these variables.
    gradients : list of tensors, tf.IndexedSlices or None
        One for each variable.
    variables : list of keras.Variable
        What is moved.
    share : float64 tensor
        Size of this batch, as a part of that of the largest.
    """
    if not _pays(optimizer, variables):
        optimizer.apply(gradients, variables)
        return
    gradients = [_of_full_batch(g, share) for g in gradients]

    def optimizer_step(*gradients):
        optimizer.apply(list(gradients), variables)

    tf.function(optimizer_step, jit_compile=True, autograph=False)(*gradients)


def _pays(optimizer, variables):
    return (
        sum(math.prod(v.shape) for v in variables) >= MANY_WEIGHTS
        # a subclass, or a user's constraint, may do what XLA can't
        and type(optimizer) in _KINDS
        and all(v.constraint is None for v in variables)
        and can_compile()
    )


def _of_full_batch(gradient, share):
    """Fill the rows of a table that a batch looked up with zeros for its first row.

    A smaller batch, or one of shorter sequences, would be compiled again; a power of
    two serves data of about the same length too.
    """
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    values, indices = gradient.values, gradient.indices
    n_rows = tf.shape(indices)[0]
    largest = tf.maximum(
        n_rows, tf.cast(tf.round(tf.cast(n_rows, share.dtype) / share), tf.int32)
    )
    powers = tf.constant([2**i for i in range(31)])
    more = powers[tf.searchsorted(powers, [largest])[0]] - n_rows
    ranks = [[0, 0]] * (len(values.shape) - 1)
    return tf.IndexedSlices(
        tf.pad(values, [[0, more], *ranks]),
        tf.pad(indices, [[0, more]]),
        gradient.dense_shape,
    )

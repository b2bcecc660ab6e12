"""Optimizer steps compiled by XLA, which read and write the weights once.

Keras's Adam is a dozen operations, each of which reads and writes all weights or slots.
XLA fuses them into one. For few weights the overhead of calling compiled code is larger
than the gain.
"""

import math

import keras
import tensorflow as tf

from skmed._keras.compat.tensorflow import can_compile

# number of weights from which it is faster: see benchmarks/speed/optimizer_step.py
MANY_WEIGHTS = 100_000

# optimizers whose steps XLA compiles
_OPTIMIZERS = (
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


def apply_gradients(optimizer, gradients, variables, batch_fraction):
    """Apply gradients as ``optimizer.apply`` does, compiled where that is faster.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
        An optimizer built for these variables.
    gradients : list of tensors, tf.IndexedSlices or None
        One gradient per variable.
    variables : list of keras.Variable
        Variables that are updated.
    batch_fraction : float64 tensor
        Size of this batch as a fraction of the size of the largest batch.
    """
    if not _is_worth_compiling(optimizer, variables):
        optimizer.apply(gradients, variables)
        return
    gradients = [_pad_gradient(g, batch_fraction) for g in gradients]

    def optimizer_step(*gradients):
        optimizer.apply(list(gradients), variables)

    tf.function(optimizer_step, jit_compile=True, autograph=False)(*gradients)


def _is_worth_compiling(optimizer, variables):
    return (
        sum(math.prod(v.shape) for v in variables) >= MANY_WEIGHTS
        # XLA may not support a subclass, or a user's constraint
        and type(optimizer) in _OPTIMIZERS
        and all(v.constraint is None for v in variables)
        and can_compile()
    )


def _pad_gradient(gradient, batch_fraction):
    """Pad the gradient of an embedding with zeros to a power of two of rows.

    XLA compiles for each number of rows. Smaller batches and shorter sequences get the
    number of the largest batch, and a power of two also serves other data of about the
    same length.

    Parameters
    ----------
    gradient : tensor, tf.IndexedSlices or None
        Gradients other than ``tf.IndexedSlices`` are returned as they are.
    batch_fraction : float64 tensor
        Size of this batch as a fraction of the size of the largest batch.

    Returns
    -------
    tensor, tf.IndexedSlices or None
        The same gradient; the added rows of zeros have index zero.
    """
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    values, indices = gradient.values, gradient.indices
    n_rows = tf.shape(indices)[0]
    largest = tf.maximum(
        n_rows,
        tf.cast(
            tf.round(tf.cast(n_rows, batch_fraction.dtype) / batch_fraction), tf.int32
        ),
    )
    powers = tf.constant([2**i for i in range(31)])
    n_added = powers[tf.searchsorted(powers, [largest])[0]] - n_rows
    no_padding = [[0, 0]] * (len(values.shape) - 1)
    return tf.IndexedSlices(
        tf.pad(values, [[0, n_added], *no_padding]),
        tf.pad(indices, [[0, n_added]]),
        gradient.dense_shape,
    )

"""Inputs and outputs of training programs: samples, weights and optimizer state."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from skmed._keras.compat.optimizers import learning_rate_of
from skmed._keras.compat.tensorflow import to_tensor
from skmed._validation.memory_maps import MemmapArray

# index of the learning rate among the variables of an optimizer
_RATE_INDEX = 1


@dataclass(frozen=True)
class Data:
    """Samples on the device: inputs, encoded targets and sample weights.

    A memory map stays on disk and is copied to the device in chunks.

    Parameters
    ----------
    x : tensor or MemmapArray of shape (n_samples, ...)
        Inputs.
    y : tensor of shape (n_samples, ...)
        Encoded targets.
    weight : tensor of shape (n_samples,)
        Sample weights.
    """

    x: tf.Tensor | MemmapArray
    y: tf.Tensor
    weight: tf.Tensor

    @classmethod
    def from_arrays(cls, x, y, weight, dtype):
        """Copy arrays to the device; ``weight=None`` gives each sample weight one."""
        if weight is None:
            weight = np.ones(len(x))
        return cls(
            x if isinstance(x, MemmapArray) else to_tensor(x),
            tf.convert_to_tensor(y),
            tf.convert_to_tensor(weight, dtype=dtype),
        )

    def __len__(self):
        return int(self.x.shape[0])

    def chunks(self, order, batch_size):
        """Yield the samples in chunks that fit into memory.

        Parameters
        ----------
        order : ndarray of int, shape (n_visited,)
            Indices of samples.
        batch_size : int
            Samples per batch; only the last chunk may end with a smaller batch.

        Yields
        ------
        chunk : Data
            Samples in memory.
        order : ndarray of int
            Order in which the samples of the chunk are visited.
        """
        if not isinstance(self.x, MemmapArray):
            yield self, order
            return
        size = max(1, self.x.rows_per_chunk() // batch_size) * batch_size
        orders = [order[start : start + size] for start in range(0, len(order), size)]
        # read the next chunk while this one is used
        with ThreadPoolExecutor(1) as reader:
            pending = reader.submit(self._read_chunk, orders[0])
            for order in orders[1:]:
                chunk = pending.result()
                pending = reader.submit(self._read_chunk, order)
                yield chunk
            yield pending.result()

    def _read_chunk(self, indices):
        # sorted indices are read sequentially
        sorting = np.argsort(indices)
        indices = indices[sorting]
        chunk = Data(
            to_tensor(self.x[indices]),
            tf.gather(self.y, indices),
            tf.gather(self.weight, indices),
        )
        return chunk, np.argsort(sorting).astype(np.int32)


@dataclass(frozen=True)
class State:
    """What a training step changes.

    Parameters
    ----------
    variables : list of tensors
        The values of a network's variables.
    slots : list of tensors
        The values of an optimizer's variables.
    """

    variables: list
    slots: list


def get_values(variables):
    """Return the values of Keras variables as tensors."""
    return [tf.convert_to_tensor(v.value) for v in variables]


def set_values(variables, values):
    """Assign tensors or arrays to Keras variables."""
    for variable, value in zip(variables, values, strict=True):
        # the counters of an optimizer have Keras's global dtype, which may have changed
        variable.value.assign(tf.cast(value, variable.dtype))


def copy_weights(source, target):
    """Copy weights between networks with layers of the same names.

    Parameters
    ----------
    source : keras.Model
        Has all layers of the target, and maybe more.
    target : keras.Model
        Its weights are set.

    Returns
    -------
    keras.Model
        The target.
    """
    for layer in target.layers:
        if layer.weights:
            values = get_values(source.get_layer(layer.name).weights)
            set_values(layer.weights, values)
    return target


def get_slots(optimizer):
    """Return the state of an optimizer in the form that programs take."""
    values = get_values(optimizer.variables)
    if _has_schedule(optimizer):
        # programs have a variable for the rate, an optimizer with a schedule has none
        values.insert(_RATE_INDEX, tf.zeros((), keras.config.floatx()))
    return values


def set_slots(optimizer, values):
    """Set the state of an optimizer from the form that programs return."""
    values = list(values)
    if _has_schedule(optimizer):
        del values[_RATE_INDEX]
    set_values(optimizer.variables, values)


def _has_schedule(optimizer):
    schedule = keras.optimizers.schedules.LearningRateSchedule
    return isinstance(learning_rate_of(optimizer), schedule)

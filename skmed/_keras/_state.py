"""What goes into a program and comes out of it: rows, weights, optimizer slots."""

from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

# where an optimizer keeps its rate among its variables
_RATE = 1


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


def read(variables):
    """Copy the values of Keras variables into tensors."""
    return [tf.identity(v.value) for v in variables]


def write(variables, values):
    """Give Keras variables the values of tensors or arrays."""
    for variable, value in zip(variables, values, strict=True):
        # an optimizer's own counters follow Keras's global dtype, which may change
        variable.value.assign(tf.cast(value, variable.dtype))


def read_slots(optimizer):
    """Copy an optimizer's state, in the form that a program's optimizer has it."""
    values = read(optimizer.variables)
    if _is_scheduled(optimizer):
        # a schedule is no variable; programs get the rate of each step
        values.insert(_RATE, tf.zeros((), keras.config.floatx()))
    return values


def write_slots(optimizer, values):
    """Give an optimizer a state, in the form that a program's optimizer has it."""
    values = list(values)
    if _is_scheduled(optimizer):
        del values[_RATE]
    write(optimizer.variables, values)


def _is_scheduled(optimizer):
    schedule = keras.optimizers.schedules.LearningRateSchedule
    return isinstance(getattr(optimizer, "_learning_rate", None), schedule)

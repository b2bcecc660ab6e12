"""What goes into a program and comes out of it: rows, weights, optimizer slots."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from skmed._keras.compat.tensorflow import to_tensor
from skmed._validation.memory_maps import MemmapArray

# where an optimizer keeps its rate among its variables
_RATE = 1


@dataclass(frozen=True)
class Data:
    """Rows on the device: inputs, encoded targets and weights.

    Inputs that stay in a file are brought there part by part.
    """

    x: tf.Tensor | MemmapArray
    y: tf.Tensor
    weight: tf.Tensor

    @classmethod
    def from_arrays(cls, x, y, weight, dtype):
        """Put arrays on the device; ``weight=None`` means one for each row."""
        if weight is None:
            weight = np.ones(len(x))
        return cls(
            x if isinstance(x, MemmapArray) else to_tensor(x),
            tf.convert_to_tensor(y),
            tf.convert_to_tensor(weight, dtype=dtype),
        )

    def __len__(self):
        return int(self.x.shape[0])

    def parts(self, order, batch_size):
        """Go through rows in the given order, as many at once as memory allows.

        Parameters
        ----------
        order : ndarray of int, shape (n_visited,)
            Indices of rows.
        batch_size : int
            A part holds whole batches, but for the last.

        Yields
        ------
        part : Data
            With all that it has on the device.
        order : ndarray of int
            Of the rows of that part.
        """
        if not isinstance(self.x, MemmapArray):
            yield self, order
            return
        size = max(1, self.x.rows_per_chunk() // batch_size) * batch_size
        pieces = [order[start : start + size] for start in range(0, len(order), size)]
        with ThreadPoolExecutor(1) as reader:
            ahead = reader.submit(self._part, pieces[0])
            for piece in pieces[1:]:
                part = ahead.result()
                ahead = reader.submit(self._part, piece)
                yield part
            yield ahead.result()

    def _part(self, rows):
        # a file is read from its beginning to its end
        sorting = np.argsort(rows)
        rows = rows[sorting]
        part = Data(
            to_tensor(self.x[rows]),
            tf.gather(self.y, rows),
            tf.gather(self.weight, rows),
        )
        return part, np.argsort(sorting).astype(np.int32)


@dataclass(frozen=True)
class State:
    """What training moves: a network's variables and an optimizer's slots."""

    variables: list
    slots: list


def read(variables):
    """Copy the values of Keras variables into tensors."""
    return [tf.convert_to_tensor(v.value) for v in variables]


def write(variables, values):
    """Give Keras variables the values of tensors or arrays."""
    for variable, value in zip(variables, values, strict=True):
        # an optimizer's own counters follow Keras's global dtype, which may change
        variable.value.assign(tf.cast(value, variable.dtype))


def copy_weights(source, target):
    """Give a network the weights of another that has layers of the same names.

    Parameters
    ----------
    source : keras.Model
        Has all layers of the other, and maybe more.
    target : keras.Model
        Written to.

    Returns
    -------
    keras.Model
        The target.
    """
    for layer in target.layers:
        if layer.weights:
            write(layer.weights, read(source.get_layer(layer.name).weights))
    return target


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

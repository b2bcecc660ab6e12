"""Forward and backward computation of one time step of a recurrent cell.

``forward`` takes the pre-activations of the four gates, side by side, and the states.
It returns the new states and factors: first the derivatives with respect to the
pre-activations, then those of the states with respect to each other. ``backward`` takes
the factors and the gradients with respect to the new states. It returns the gradient
with respect to the pre-activations, and the gradients with respect to the old states,
without what reaches them through the gates.
"""

from collections.abc import Callable
from typing import NamedTuple

import keras
import tensorflow as tf


def _lstm_forward(gates, h, c):
    i, f, g, o = tf.split(gates, 4, axis=1)
    i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
    new_c = f * c + i * g
    tanh_c = tf.tanh(new_c)
    new_h = o * tanh_c
    factors = (
        g * i * (1 - i),
        c * f * (1 - f),
        i * (1 - g * g),
        new_h * (1 - o),
        o * (1 - tanh_c * tanh_c),
        f,
    )
    return (new_h, new_c), factors


def _lstm_backward(factors, dh, dc):
    size = 4 * tf.shape(dh)[1]
    c_by_h, c_by_c = tf.split(factors[:, size:], 2, axis=1)
    dc += dh * c_by_h
    gates = factors[:, :size] * tf.concat([dc, dc, dc, dh], axis=1)
    return gates, (tf.zeros_like(dh), dc * c_by_c)


def _gru_forward(gates, h):
    z, r, x, m = tf.split(gates, 4, axis=1)
    z, r = tf.sigmoid(z), tf.sigmoid(r)
    g = tf.tanh(x + r * m)
    by_g = (1 - z) * (1 - g * g)
    factors = (h - g) * z * (1 - z), by_g * m * r * (1 - r), by_g, by_g * r, z
    return (z * h + (1 - z) * g,), factors


def _gru_backward(factors, dh):
    size = 4 * tf.shape(dh)[1]
    return factors[:, :size] * tf.tile(dh, [1, 4]), (dh * factors[:, size:],)


class Cell(NamedTuple):
    """A recurrent cell.

    Parameters
    ----------
    n_states : int
        Number of states.
    n_factors : int
        Number of factors that ``forward`` returns.
    forward, backward : callable
        One time step, and its gradient.
    """

    n_states: int
    n_factors: int
    forward: Callable
    backward: Callable


CELLS = {
    keras.layers.LSTM: Cell(2, 6, _lstm_forward, _lstm_backward),
    keras.layers.GRU: Cell(1, 5, _gru_forward, _gru_backward),
}

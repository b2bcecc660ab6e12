"""Recurrent layers whose loop over time is compiled as a whole.

Keras runs the loop of an LSTM or a GRU one small operation after the other, and
TensorFlow takes its gradient by recording each of them. Here XLA compiles the loop, and
the gradient is written by hand: the way forward keeps the factors by which the way back
multiplies, which leaves one matrix product per step.

A step of each cell is in ``_rnn_cells.py``, the loop over steps in ``_rnn_steps.py``,
and the blocks in which rows go through it in ``_rnn_blocks.py``.
"""

import functools

import keras
import tensorflow as tf

from skmed._keras.compat.tensorflow import can_compile

from .blocks import over_time
from .cells import CELLS


def fuse(network):
    """Make the recurrent layers of a network run compiled, in place.

    Configuration, weights and results stay as they are. A layer that does more than
    the compiled loop can is left alone.

    Parameters
    ----------
    network : keras.Model
        A private copy: its layers get other loops.

    Returns
    -------
    keras.Model
        The same network.
    """
    for layer in _eligible_layers(network):
        layer.inner_loop = functools.partial(_inner_loop, layer)
    return network


def is_fusible(network):
    """Tell whether ``fuse`` would change anything.

    Parameters
    ----------
    network : keras.Model
        Only looked at.

    Returns
    -------
    bool
        Whether there is a layer that can run compiled.
    """
    return any(_eligible_layers(network))


def _eligible_layers(network):
    layers = [layer for layer in _recurrent_layers(network) if _is_eligible(layer)]
    return layers if layers and can_compile() else []


def _recurrent_layers(layer):
    """Walk through models within models and layers within wrappers."""
    if isinstance(layer, keras.layers.RNN):
        yield layer
    inner = [*getattr(layer, "layers", ())]
    for name in ("layer", "forward_layer", "backward_layer"):
        inner.append(getattr(layer, name, None))
    for one in inner:
        if isinstance(one, keras.layers.Layer):
            yield from _recurrent_layers(one)


def _is_eligible(layer):
    # a subclass may have changed anything
    if type(layer) not in CELLS:
        return False
    cell = layer.cell
    return (
        cell.activation is keras.activations.tanh
        and cell.recurrent_activation is keras.activations.sigmoid
        and getattr(cell, "reset_after", True)
        and not cell.recurrent_dropout
        # the other implementation draws a mask for each gate
        and (not cell.dropout or cell.implementation == 2)
        and not layer.stateful
        and not layer.unroll
        and cell.compute_dtype in ("float32", "float64")
    )


def _inner_loop(layer, sequences, initial_state, mask, training=False):
    """Do what the method of a recurrent layer does."""
    cell = layer.cell
    if isinstance(mask, list | tuple):
        mask = mask[0]
    if mask is not None:
        mask = tf.reshape(tf.cast(mask, tf.bool), tf.shape(sequences)[:2])
    if training and cell.dropout:
        # one for all steps; the layer has drawn it
        sequences *= tf.expand_dims(cell.get_dropout_mask(sequences[:, 0, :]), 1)
    if layer.go_backwards:
        sequences = tf.reverse(sequences, [1])
        mask = None if mask is None else tf.reverse(mask, [1])

    states, outputs = over_time(
        CELLS[type(layer)],
        layer.return_sequences,
        bool(training),
        sequences,
        mask,
        kernel_of(cell),
        tf.nest.flatten(initial_state),
    )
    if mask is None:
        return states[0], states[0] if outputs is None else outputs, states
    counts = tf.cast(mask, tf.int32)
    # without a step there is no output, whatever the state
    shown = mask if layer.zero_output_for_mask else tf.cumsum(counts, axis=1) > 0
    if outputs is None:
        last = tf.where(shown[:, -1:], states[0], tf.zeros_like(states[0]))
        return last, last, states
    # the loop ends with the last step of a block
    ended = tf.cumsum(counts, axis=1, reverse=True) == 0
    outputs = tf.where(ended[..., tf.newaxis], tf.expand_dims(states[0], 1), outputs)
    outputs = tf.where(shown[..., tf.newaxis], outputs, tf.zeros_like(outputs))
    return outputs[:, -1], outputs, states


def kernel_of(cell):
    """Return what multiplies an input, a one and a state: four gates side by side."""
    of_input = keras.ops.convert_to_tensor(cell.kernel)
    of_state = keras.ops.convert_to_tensor(cell.recurrent_kernel)
    n_biases = 1 if isinstance(cell, keras.layers.LSTMCell) else 2
    if cell.use_bias:
        bias = tf.reshape(keras.ops.convert_to_tensor(cell.bias), [n_biases, -1])
    else:
        bias = tf.zeros([n_biases, of_state.shape[1]], of_state.dtype)
    if n_biases == 1:
        return tf.concat([of_input, bias, of_state], axis=0)
    # a reset gate multiplies what a state gives to the candidate, so that this
    # has a place of its own
    size = 2 * cell.units
    of_input = tf.pad(
        tf.concat([of_input, bias[:1]], axis=0), [[0, cell.units], [0, 0]]
    )
    of_state = tf.concat([bias[1:], of_state], axis=0)
    of_state = tf.pad(of_state, [[cell.kernel.shape[0], 0], [0, 0]])
    return tf.concat(
        [
            of_input[:, :size] + of_state[:, :size],
            of_input[:, size:],
            of_state[:, size:],
        ],
        axis=1,
    )

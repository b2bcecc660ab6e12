"""Recurrent layers whose loop over time steps is compiled by XLA.

Keras runs the loop of an LSTM or a GRU as many small operations, and TensorFlow records
each of them for the gradient. Here XLA compiles the loop, and its gradient is written
by hand: the forward pass keeps the factors of the backward pass, which then needs one
matrix product per time step.

``cells.py`` computes a time step, ``steps.py`` loops over time steps, and ``blocks.py``
over blocks of samples.
"""

import functools

import keras
import tensorflow as tf

from skmed._keras.compat.tensorflow import can_compile

from .blocks import run_blocks
from .cells import CELLS


def fuse(network):
    """Replace the loops of a network's recurrent layers by compiled ones, in place.

    Configuration, weights and outputs don't change. Layers with options that the
    compiled loop doesn't support are skipped.

    Parameters
    ----------
    network : keras.Model
        A copy that only programs use; its layers are changed.

    Returns
    -------
    keras.Model
        The same network.
    """
    for layer in _eligible_layers(network):
        layer.inner_loop = functools.partial(_inner_loop, layer)
    return network


def is_fusible(network):
    """Return whether `fuse` would change a network.

    Parameters
    ----------
    network : keras.Model
        The network, which is not changed.

    Returns
    -------
    bool
        True if one of its layers supports the compiled loop.
    """
    return any(_eligible_layers(network))


def _eligible_layers(network):
    layers = [layer for layer in _recurrent_layers(network) if _is_eligible(layer)]
    return layers if layers and can_compile() else []


def _recurrent_layers(layer):
    """Yield the recurrent layers, also those of nested models and wrapper layers."""
    if isinstance(layer, keras.layers.RNN):
        yield layer
    inner = [*getattr(layer, "layers", ())]
    for name in ("layer", "forward_layer", "backward_layer"):
        inner.append(getattr(layer, name, None))
    for nested in inner:
        if isinstance(nested, keras.layers.Layer):
            yield from _recurrent_layers(nested)


def _is_eligible(layer):
    # a subclass may override any method
    if type(layer) not in CELLS:
        return False
    cell = layer.cell
    return (
        cell.activation is keras.activations.tanh
        and cell.recurrent_activation is keras.activations.sigmoid
        and getattr(cell, "reset_after", True)
        and not cell.recurrent_dropout
        # implementation 1 draws a dropout mask for each gate
        and (not cell.dropout or cell.implementation == 2)
        and not layer.stateful
        and not layer.unroll
        and cell.compute_dtype in ("float32", "float64")
    )


def _inner_loop(layer, sequences, initial_state, mask, training=False):
    """Compute what ``keras.layers.RNN.inner_loop`` does, with a compiled loop."""
    cell = layer.cell
    if isinstance(mask, list | tuple):
        mask = mask[0]
    if mask is not None:
        mask = tf.reshape(tf.cast(mask, tf.bool), tf.shape(sequences)[:2])
    if training and cell.dropout:
        # the layer has drawn one mask for all time steps
        sequences *= tf.expand_dims(cell.get_dropout_mask(sequences[:, 0, :]), 1)
    if layer.go_backwards:
        sequences = tf.reverse(sequences, [1])
        mask = None if mask is None else tf.reverse(mask, [1])

    states, outputs = run_blocks(
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
    # before the first unmasked time step the output is zero, also with an initial state
    has_output = mask if layer.zero_output_for_mask else tf.cumsum(counts, axis=1) > 0
    if outputs is None:
        last = tf.where(has_output[:, -1:], states[0], tf.zeros_like(states[0]))
        return last, last, states
    # the loop ends with the last unmasked time step of a block
    ended = tf.cumsum(counts, axis=1, reverse=True) == 0
    outputs = tf.where(ended[..., tf.newaxis], tf.expand_dims(states[0], 1), outputs)
    outputs = tf.where(has_output[..., tf.newaxis], outputs, tf.zeros_like(outputs))
    return outputs[:, -1], outputs, states


def kernel_of(cell):
    """Return one kernel for input, bias and state of a recurrent cell.

    Parameters
    ----------
    cell : keras.layers.LSTMCell or keras.layers.GRUCell
        The built cell.

    Returns
    -------
    tensor of shape (n_channels + 1 + n_units, 4 * n_units)
        Multiplied with the concatenated input, one and state, it gives the
        pre-activations of the four gates.
    """
    input_kernel = keras.ops.convert_to_tensor(cell.kernel)
    state_kernel = keras.ops.convert_to_tensor(cell.recurrent_kernel)
    n_biases = 1 if isinstance(cell, keras.layers.LSTMCell) else 2
    if cell.use_bias:
        bias = tf.reshape(keras.ops.convert_to_tensor(cell.bias), [n_biases, -1])
    else:
        bias = tf.zeros([n_biases, state_kernel.shape[1]], state_kernel.dtype)
    if n_biases == 1:
        return tf.concat([input_kernel, bias, state_kernel], axis=0)
    # the reset gate multiplies the state's part of the candidate, so that this part
    # has its own columns
    size = 2 * cell.units
    input_kernel = tf.pad(
        tf.concat([input_kernel, bias[:1]], axis=0), [[0, cell.units], [0, 0]]
    )
    state_kernel = tf.concat([bias[1:], state_kernel], axis=0)
    state_kernel = tf.pad(state_kernel, [[cell.kernel.shape[0], 0], [0, 0]])
    return tf.concat(
        [
            input_kernel[:, :size] + state_kernel[:, :size],
            input_kernel[:, size:],
            state_kernel[:, size:],
        ],
        axis=1,
    )

"""Recurrent layers whose loop over time is compiled as a whole.

Keras runs the loop of an LSTM or a GRU one small operation after the other, and
TensorFlow takes its gradient by recording each of them. Here XLA compiles the loop, and
the gradient is written by hand: the way forward keeps the factors by which the way back
multiplies, which leaves one matrix product per step.

Rows go in blocks of a fixed size: a block stays in the cache of a core, several cores
work at once, and a new number of rows compiles nothing.
"""

import functools
from collections.abc import Callable
from typing import NamedTuple

import keras
import tensorflow as tf

from ._xla import can_compile

# of a block: more rows are no faster, but many go in fewer and larger blocks
_ROWS, _MANY_ROWS = 16, 64

# blocks under way at once: enough for the cores, few enough for the memory
_PARALLEL_BLOCKS = 16


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
    if type(layer) not in _CELLS:
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


# ----- a layer -----


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

    states, outputs = _over_time(
        _CELLS[type(layer)],
        layer.return_sequences,
        bool(training),
        sequences,
        mask,
        _kernel(cell),
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


def _kernel(cell):
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


# ----- a step of a cell -----
#
# ``step`` takes the inputs of the four gates, side by side, and the states. It returns
# new states and factors: first those between the gates' inputs and the states, then
# those between new and old states. ``back`` takes the factors and the gradient by the
# new states, and returns that by the gates' inputs, and what reaches the old states
# other than through the gates.


def _lstm_step(gates, h, c):
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


def _lstm_back(factors, dh, dc):
    size = 4 * tf.shape(dh)[1]
    c_by_h, c_by_c = tf.split(factors[:, size:], 2, axis=1)
    dc += dh * c_by_h
    gates = factors[:, :size] * tf.concat([dc, dc, dc, dh], axis=1)
    return gates, (tf.zeros_like(dh), dc * c_by_c)


def _gru_step(gates, h):
    z, r, x, m = tf.split(gates, 4, axis=1)
    z, r = tf.sigmoid(z), tf.sigmoid(r)
    g = tf.tanh(x + r * m)
    by_g = (1 - z) * (1 - g * g)
    factors = (h - g) * z * (1 - z), by_g * m * r * (1 - r), by_g, by_g * r, z
    return (z * h + (1 - z) * g,), factors


def _gru_back(factors, dh):
    size = 4 * tf.shape(dh)[1]
    return factors[:, :size] * tf.tile(dh, [1, 4]), (dh * factors[:, size:],)


class _Cell(NamedTuple):
    n_states: int
    n_factors: int
    step: Callable
    back: Callable


_CELLS = {
    keras.layers.LSTM: _Cell(2, 6, _lstm_step, _lstm_back),
    keras.layers.GRU: _Cell(1, 5, _gru_step, _gru_back),
}


# ----- all steps of a block of rows -----


def _forward(cell, sequences, keep, n_steps, kernel, mask, x, *states):
    """Go through the first steps of ``x`` (rows, steps, channels).

    Returns the last states, the outputs of all steps if ``sequences``, and what the
    way back needs if ``keep``: the inputs of the matrix products, and the factors.
    """
    n_rows, length = tf.shape(x)[0], tf.shape(x)[1]
    units = tf.shape(states[0])[1]
    one = tf.ones([n_rows, 1], x.dtype)
    widths = [units] * sequences + [tf.shape(kernel)[0], cell.n_factors * units] * keep
    stores = [_Store(length, n_rows, width, x.dtype) for width in widths]

    def step(t, now, states, handles):
        inputs = tf.concat([tf.gather(x, t, axis=1), one, states[0]], axis=1)
        new, factors = cell.step(tf.matmul(inputs, kernel), *states)
        states = _where(now, new, states)
        values = [states[0]] * sequences + [inputs, tf.concat(factors, axis=1)] * keep
        handles = [
            store.put(handle, t, value)
            for store, handle, value in zip(stores, handles, values)
        ]
        return t + 1, _at(mask, t + 1), states, handles

    _, _, states, handles = tf.while_loop(
        lambda t, *_: t < n_steps,
        step,
        (0, _at(mask, 0), list(states), [store.handle for store in stores]),
    )
    stored = [store.stack(handle) for store, handle in zip(stores, handles)]
    if sequences:
        stored[0] = tf.transpose(stored[0], [1, 0, 2])
    return *states, *stored


def _backward(cell, sequences, n_steps, kernel, mask, inputs, factors, *gradients):
    """Take the gradients by the last states, and by the outputs if ``sequences``.

    Returns those by ``x``, by the kernel and by the first states.
    """
    states, outputs = list(gradients[: cell.n_states]), gradients[cell.n_states :]
    n_rows, units = tf.shape(states[0])[0], tf.shape(states[0])[1]
    length, width = tf.shape(inputs)[0], tf.shape(inputs)[2]
    by_state = tf.transpose(kernel[-units:])
    store = _Store(length, n_rows, 4 * units, kernel.dtype)

    def step(t, now, states, handle):
        if sequences:
            states = [states[0] + tf.gather(outputs[0], t, axis=1), *states[1:]]
        gates, new = cell.back(tf.gather(factors, t), *states)
        gates, *_ = _where(now, [gates], [tf.zeros_like(gates)])
        new = [new[0] + tf.matmul(gates, by_state), *new[1:]]
        earlier = tf.maximum(t - 1, 0)
        return (
            t - 1,
            _at(mask, earlier),
            _where(now, new, states),
            store.put(handle, t, gates),
        )

    last = n_steps - 1
    _, _, states, handle = tf.while_loop(
        lambda t, *_: t >= 0,
        step,
        (last, _at(mask, tf.maximum(last, 0)), states, store.handle),
    )
    # what no step waits for: all of them are one long matrix
    gates = tf.reshape(store.stack(handle), [-1, 4 * units])
    by_kernel = tf.matmul(tf.reshape(inputs, [-1, width]), gates, transpose_a=True)
    by_x = tf.matmul(gates, kernel[: -1 - units], transpose_b=True)
    by_x = tf.reshape(by_x, [length, n_rows, -1])
    return tf.transpose(by_x, [1, 0, 2]), by_kernel, *states


def _at(mask, t):
    """Return the mask of one step, if there is a mask.

    It's read a step ahead: what XLA reads where it computes, it computes one by one.
    """
    if mask is None:
        return []
    return [tf.gather(mask, tf.minimum(t, tf.shape(mask)[1] - 1), axis=1)]


def _where(now, new, old):
    if not now:
        return list(new)
    return [tf.where(tf.expand_dims(now[0], 1), a, b) for a, b in zip(new, old)]


class _Store:
    """A tensor (steps, rows, width) that a loop fills.

    A TensorArray wants its shape before it is known how many rows there are.
    """

    def __init__(self, length, n_rows, width, dtype):
        self._shape, self._dtype = tf.stack([n_rows, width]), dtype
        self.handle = tf.raw_ops.TensorListReserve(
            element_shape=self._shape, num_elements=length, element_dtype=dtype
        )

    def put(self, handle, t, value):
        return tf.raw_ops.TensorListSetItem(input_handle=handle, index=t, item=value)

    def stack(self, handle):
        return tf.raw_ops.TensorListStack(
            input_handle=handle, element_shape=self._shape, element_dtype=self._dtype
        )


@functools.cache
def _compiled(cell, sequences, way, masked, dtype):
    """Return a way through time: "predict", "keep" (what is needed for) or "back".

    All programs share it, so that XLA compiles it once for each size.
    """
    matrix = tf.TensorSpec((None, None), dtype)
    cube = tf.TensorSpec((None, None, None), dtype)
    signature = [tf.TensorSpec((), tf.int32), matrix]
    signature += [tf.TensorSpec((None, None), tf.bool)] * masked
    if way == "back":
        function = functools.partial(_backward, cell, sequences)
        signature += [cube, cube, *[matrix] * cell.n_states, *[cube] * sequences]
    else:
        function = functools.partial(_forward, cell, sequences, way == "keep")
        signature += [cube, *[matrix] * cell.n_states]

    def graph(n_steps, kernel, *rest):
        mask = rest[0] if masked else None
        return function(n_steps, kernel, mask, *rest[masked:])

    # its graph would otherwise belong to the one that asks first
    with tf.init_scope():
        return tf.function(
            graph, input_signature=signature, jit_compile=True, autograph=False
        ).get_concrete_function()


# ----- all blocks -----


def _over_time(cell, sequences, training, x, mask, kernel, states):
    """Return the last states, and the outputs of all steps if ``sequences``.

    Outputs are right up to the last step of a row that counts.
    """
    n_rows, length, known_length = tf.shape(x)[0], tf.shape(x)[1], x.shape[1]
    size = _ROWS
    if not training:
        size = tf.where(n_rows < 4 * _MANY_ROWS, _ROWS, _MANY_ROWS)
    n_blocks = tf.maximum(1, (n_rows + size - 1) // size)
    more_rows = n_blocks * size - n_rows
    # the loop leaves them out; they spare XLA from compiling for each length
    more_steps = _rounded(length) - length
    x = tf.pad(x, [[0, more_rows], [0, more_steps], [0, 0]])
    states = [tf.pad(state, [[0, more_rows], [0, 0]]) for state in states]
    if mask is not None:
        mask = tf.pad(mask, [[0, more_rows], [0, more_steps]])

    def of_block(i, *tensors):
        return [tensor[i * size : (i + 1) * size] for tensor in tensors]

    def start(i):
        """Return the number of steps of a block, and its mask if there is one."""
        if mask is None:
            return length, []
        (block,) = of_block(i, mask)
        used = tf.reduce_any(block, axis=0)
        steps = tf.range(1, tf.shape(used)[0] + 1)
        return tf.reduce_max(tf.where(used, steps, 0)), [block]

    def through(way, n_results, kernel, arguments):
        function = _compiled(cell, sequences, way, mask is not None, x.dtype)

        def block(i):
            n_steps, masks = start(i)
            return function(n_steps, kernel, *masks, *arguments(i))

        return _each(n_blocks, block, n_results, x.dtype)

    n_returned = cell.n_states + sequences

    @tf.custom_gradient
    def run(*tensors):
        # a tape that isn't a graph's would look into it
        x, kernel, *states = (tf.stop_gradient(tensor) for tensor in tensors)

        def forward(way):
            n_results = n_returned + 2 * (way == "keep")
            return through(way, n_results, kernel, lambda i: of_block(i, x, *states))

        done = forward("keep" if training else "predict")

        def gradient(*gradients):
            kept = (done if training else forward("keep"))[n_returned:]

            def arguments(i):
                return [a.read(i) for a in kept] + of_block(i, *gradients)

            by_x, by_kernel, *by_states = through(
                "back", 2 + cell.n_states, kernel, arguments
            )
            by_kernel = tf.reduce_sum(by_kernel.stack(), axis=0)
            return (
                tf.ensure_shape(by_x.concat(), x.shape),
                tf.ensure_shape(by_kernel, kernel.shape),
                *[by_state.concat() for by_state in by_states],
            )

        return [array.concat() for array in done[:n_returned]], gradient

    results = [result[:n_rows] for result in run(x, kernel, *states)]
    units = kernel.shape[1] // 4
    states = [tf.ensure_shape(a, (None, units)) for a in results[: cell.n_states]]
    if not sequences:
        return states, None
    outputs = results[-1][:, :length]
    return states, tf.ensure_shape(outputs, (None, known_length, units))


def _each(n, function, n_results, dtype):
    """Call a function with 0 ... n - 1, several at once; return arrays of results."""
    arrays = [
        tf.TensorArray(dtype, size=n, infer_shape=False, clear_after_read=False)
        for _ in range(n_results)
    ]

    def step(i, *arrays):
        return i + 1, *[a.write(i, b) for a, b in zip(arrays, function(i))]

    return tf.while_loop(
        lambda i, *_: i < n, step, (0, *arrays), parallel_iterations=_PARALLEL_BLOCKS
    )[1:]


def _rounded(length):
    """Round up to one of few lengths, by less than an eighth where it matters."""
    log = tf.math.log(tf.cast(length, tf.float32)) / tf.math.log(2.0)
    step = tf.maximum(16, tf.cast(2 ** (tf.floor(log) - 3), tf.int32))
    return (length + step - 1) // step * step

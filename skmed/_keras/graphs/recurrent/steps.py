"""All steps of a block of rows, compiled as one loop."""

import functools

import tensorflow as tf


def forward(cell, sequences, keep, n_steps, kernel, mask, x, *states):
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


def backward(cell, sequences, n_steps, kernel, mask, inputs, factors, *gradients):
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
def compiled(cell, sequences, way, masked, dtype):
    """Return a way through time: "predict", "keep" (what is needed for) or "back".

    All programs share it, so that XLA compiles it once for each size.
    """
    matrix = tf.TensorSpec((None, None), dtype)
    cube = tf.TensorSpec((None, None, None), dtype)
    signature = [tf.TensorSpec((), tf.int32), matrix]
    signature += [tf.TensorSpec((None, None), tf.bool)] * masked
    if way == "back":
        function = functools.partial(backward, cell, sequences)
        signature += [cube, cube, *[matrix] * cell.n_states, *[cube] * sequences]
    else:
        function = functools.partial(forward, cell, sequences, way == "keep")
        signature += [cube, *[matrix] * cell.n_states]

    def graph(n_steps, kernel, *rest):
        mask = rest[0] if masked else None
        return function(n_steps, kernel, mask, *rest[masked:])

    # its graph would otherwise belong to the one that asks first
    with tf.init_scope():
        return tf.function(
            graph, input_signature=signature, jit_compile=True, autograph=False
        ).get_concrete_function()

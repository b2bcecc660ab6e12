"""The time steps of a block of samples, compiled as one loop."""

import functools

import tensorflow as tf


def forward(cell, sequences, keep, n_steps, kernel, mask, x, *states):
    """Run a recurrent cell over the first time steps of a block.

    Parameters
    ----------
    cell : Cell
        The recurrent cell.
    sequences : bool
        Whether to return the outputs of all time steps.
    keep : bool
        Whether to return what `backward` needs.
    n_steps : int tensor
        Number of time steps.
    kernel : tensor of shape (n_channels + 1 + n_units, 4 * n_units)
        From `kernel_of`.
    mask : bool tensor of shape (n_samples, n_steps), or None
        Time steps that are not skipped.
    x : tensor of shape (n_samples, n_steps, n_channels)
        Sequences.
    *states : tensor of shape (n_samples, n_units)
        Initial states.

    Returns
    -------
    tuple of tensors
        Final states; the outputs of all time steps if ``sequences``; if ``keep``, the
        inputs of the matrix products and the factors of `Cell.forward`.
    """
    n_samples, length = tf.shape(x)[0], tf.shape(x)[1]
    units = tf.shape(states[0])[1]
    one = tf.ones([n_samples, 1], x.dtype)
    widths = [units] * sequences + [tf.shape(kernel)[0], cell.n_factors * units] * keep
    buffers = [_StepBuffer(length, n_samples, width, x.dtype) for width in widths]

    def step(t, step_mask, states, handles):
        inputs = tf.concat([tf.gather(x, t, axis=1), one, states[0]], axis=1)
        new, factors = cell.forward(tf.matmul(inputs, kernel), *states)
        states = _where(step_mask, new, states)
        values = [states[0]] * sequences + [inputs, tf.concat(factors, axis=1)] * keep
        handles = [
            buffer.set(handle, t, value)
            for buffer, handle, value in zip(buffers, handles, values)
        ]
        return t + 1, _mask_of_step(mask, t + 1), states, handles

    _, _, states, handles = tf.while_loop(
        lambda t, *_: t < n_steps,
        step,
        (
            0,
            _mask_of_step(mask, 0),
            list(states),
            [buffer.handle for buffer in buffers],
        ),
    )
    stored = [buffer.stack(handle) for buffer, handle in zip(buffers, handles)]
    if sequences:
        stored[0] = tf.transpose(stored[0], [1, 0, 2])
    return *states, *stored


def backward(cell, sequences, n_steps, kernel, mask, inputs, factors, *gradients):
    """Compute the gradient of `forward` by backpropagation through time.

    Parameters
    ----------
    cell, sequences, n_steps, kernel, mask
        As in `forward`.
    inputs : tensor of shape (n_steps, n_samples, n_channels + 1 + n_units)
        Inputs of the matrix products that `forward` kept.
    factors : tensor of shape (n_steps, n_samples, n_factors * n_units)
        Factors that `forward` kept.
    *gradients : tensor
        Gradients with respect to the final states, and with respect to the outputs if
        ``sequences``.

    Returns
    -------
    tuple of tensors
        Gradients with respect to ``x``, the kernel and the initial states.
    """
    states, outputs = list(gradients[: cell.n_states]), gradients[cell.n_states :]
    n_samples, units = tf.shape(states[0])[0], tf.shape(states[0])[1]
    length, width = tf.shape(inputs)[0], tf.shape(inputs)[2]
    by_state = tf.transpose(kernel[-units:])
    buffer = _StepBuffer(length, n_samples, 4 * units, kernel.dtype)

    def step(t, step_mask, states, handle):
        if sequences:
            states = [states[0] + tf.gather(outputs[0], t, axis=1), *states[1:]]
        gates, new = cell.backward(tf.gather(factors, t), *states)
        gates, *_ = _where(step_mask, [gates], [tf.zeros_like(gates)])
        new = [new[0] + tf.matmul(gates, by_state), *new[1:]]
        previous = tf.maximum(t - 1, 0)
        return (
            t - 1,
            _mask_of_step(mask, previous),
            _where(step_mask, new, states),
            buffer.set(handle, t, gates),
        )

    last = n_steps - 1
    _, _, states, handle = tf.while_loop(
        lambda t, *_: t >= 0,
        step,
        (last, _mask_of_step(mask, tf.maximum(last, 0)), states, buffer.handle),
    )
    # these gradients need no recurrence: one matrix product for all time steps
    gates = tf.reshape(buffer.stack(handle), [-1, 4 * units])
    by_kernel = tf.matmul(tf.reshape(inputs, [-1, width]), gates, transpose_a=True)
    by_x = tf.matmul(gates, kernel[: -1 - units], transpose_b=True)
    by_x = tf.reshape(by_x, [length, n_samples, -1])
    return tf.transpose(by_x, [1, 0, 2]), by_kernel, *states


def _mask_of_step(mask, t):
    """Return a list with the mask of a time step; empty without a mask.

    The loops read it one step ahead: XLA would fuse a mask that is read in the step
    that uses it into each element-wise operation, and compute that element by element.
    """
    if mask is None:
        return []
    return [tf.gather(mask, tf.minimum(t, tf.shape(mask)[1] - 1), axis=1)]


def _where(step_mask, new, old):
    if not step_mask:
        return list(new)
    return [tf.where(tf.expand_dims(step_mask[0], 1), a, b) for a, b in zip(new, old)]


class _StepBuffer:
    """A tensor of shape (n_steps, n_samples, width) that a loop fills step by step.

    A TensorArray needs a static shape, but the number of samples is dynamic.
    """

    def __init__(self, length, n_samples, width, dtype):
        self._shape, self._dtype = tf.stack([n_samples, width]), dtype
        self.handle = tf.raw_ops.TensorListReserve(
            element_shape=self._shape, num_elements=length, element_dtype=dtype
        )

    def set(self, handle, t, value):
        return tf.raw_ops.TensorListSetItem(input_handle=handle, index=t, item=value)

    def stack(self, handle):
        return tf.raw_ops.TensorListStack(
            input_handle=handle, element_shape=self._shape, element_dtype=self._dtype
        )


@functools.cache
def compile_pass(cell, sequences, kind, masked, dtype):
    """Return a compiled pass over the time steps of a block.

    All programs share it, so that XLA compiles it once for each size.

    Parameters
    ----------
    cell : Cell
        The recurrent cell.
    sequences : bool
        Whether the layer returns the outputs of all time steps.
    kind : {"predict", "keep", "backward"}
        `forward` without and with what `backward` needs, or `backward`.
    masked : bool
        Whether there is a mask.
    dtype : tf.DType
        Dtype of all tensors.

    Returns
    -------
    tensorflow concrete function
        Its arguments are ``n_steps``, ``kernel``, the mask if ``masked``, and the
        further arguments of `forward` or `backward`.
    """
    matrix = tf.TensorSpec((None, None), dtype)
    cube = tf.TensorSpec((None, None, None), dtype)
    signature = [tf.TensorSpec((), tf.int32), matrix]
    signature += [tf.TensorSpec((None, None), tf.bool)] * masked
    if kind == "backward":
        function = functools.partial(backward, cell, sequences)
        signature += [cube, cube, *[matrix] * cell.n_states, *[cube] * sequences]
    else:
        function = functools.partial(forward, cell, sequences, kind == "keep")
        signature += [cube, *[matrix] * cell.n_states]

    def graph(n_steps, kernel, *rest):
        mask = rest[0] if masked else None
        return function(n_steps, kernel, mask, *rest[masked:])

    # not inside of the graph that first uses it, which may be released
    with tf.init_scope():
        return tf.function(
            graph, input_signature=signature, jit_compile=True, autograph=False
        ).get_concrete_function()

"""Blocks of samples that run through a compiled recurrent loop in parallel.

A block fits into the cache of a core. All blocks have the same number of samples, so
that XLA compiles once for all batch sizes.
"""

import tensorflow as tf

from .steps import compile_pass

# samples per block: more are no faster, except in predictions of many samples
_BLOCK_SIZE, _LARGE_BLOCK_SIZE = 16, 64

# blocks that run at once: enough for all cores, within a limited amount of memory
_PARALLEL_BLOCKS = 16


def run_blocks(cell, sequences, training, x, mask, kernel, states):
    """Run a recurrent cell over the time steps of all samples.

    Parameters
    ----------
    cell : Cell
        The recurrent cell.
    sequences : bool
        Whether to return the outputs of all time steps.
    training : bool
        Whether gradients will be needed.
    x : tensor of shape (n_samples, n_steps, n_channels)
        Sequences.
    mask : bool tensor of shape (n_samples, n_steps), or None
        Time steps that are not skipped.
    kernel : tensor of shape (n_channels + 1 + n_units, 4 * n_units)
        From `kernel_of`.
    states : list of tensors of shape (n_samples, n_units)
        Initial states.

    Returns
    -------
    states : list of tensors of shape (n_samples, n_units)
        Final states.
    outputs : tensor of shape (n_samples, n_steps, n_units), or None
        Outputs of all time steps if ``sequences``. After the last unmasked time step
        of a sample they are undefined.
    """
    n_samples, length, static_length = tf.shape(x)[0], tf.shape(x)[1], x.shape[1]
    size = _BLOCK_SIZE
    if not training:
        size = tf.where(
            n_samples < 4 * _LARGE_BLOCK_SIZE, _BLOCK_SIZE, _LARGE_BLOCK_SIZE
        )
    n_blocks = tf.maximum(1, (n_samples + size - 1) // size)
    more_samples = n_blocks * size - n_samples
    # the loop ends before the added time steps; they save compiling for each length
    more_steps = _round_up(length) - length
    x = tf.pad(x, [[0, more_samples], [0, more_steps], [0, 0]])
    states = [tf.pad(state, [[0, more_samples], [0, 0]]) for state in states]
    if mask is not None:
        mask = tf.pad(mask, [[0, more_samples], [0, more_steps]])

    def take_block(i, *tensors):
        return [tensor[i * size : (i + 1) * size] for tensor in tensors]

    def count_steps(i):
        """Return the number of time steps of a block, and a list with its mask."""
        if mask is None:
            return length, []
        (block,) = take_block(i, mask)
        used = tf.reduce_any(block, axis=0)
        steps = tf.range(1, tf.shape(used)[0] + 1)
        return tf.reduce_max(tf.where(used, steps, 0)), [block]

    def run_pass(kind, n_results, kernel, arguments):
        function = compile_pass(cell, sequences, kind, mask is not None, x.dtype)

        def run_block(i):
            n_steps, masks = count_steps(i)
            return function(n_steps, kernel, *masks, *arguments(i))

        return _parallel_map(n_blocks, run_block, n_results, x.dtype)

    n_returned = cell.n_states + sequences

    @tf.custom_gradient
    def run(*tensors):
        # an eager gradient tape would record the operations inside
        x, kernel, *states = (tf.stop_gradient(tensor) for tensor in tensors)

        def run_forward(kind):
            n_results = n_returned + 2 * (kind == "keep")
            return run_pass(
                kind, n_results, kernel, lambda i: take_block(i, x, *states)
            )

        results = run_forward("keep" if training else "predict")

        def gradient(*gradients):
            kept = (results if training else run_forward("keep"))[n_returned:]

            def arguments(i):
                return [a.read(i) for a in kept] + take_block(i, *gradients)

            by_x, by_kernel, *by_states = run_pass(
                "backward", 2 + cell.n_states, kernel, arguments
            )
            by_kernel = tf.reduce_sum(by_kernel.stack(), axis=0)
            return (
                tf.ensure_shape(by_x.concat(), x.shape),
                tf.ensure_shape(by_kernel, kernel.shape),
                *[by_state.concat() for by_state in by_states],
            )

        return [array.concat() for array in results[:n_returned]], gradient

    results = [result[:n_samples] for result in run(x, kernel, *states)]
    units = kernel.shape[1] // 4
    states = [tf.ensure_shape(a, (None, units)) for a in results[: cell.n_states]]
    if not sequences:
        return states, None
    outputs = results[-1][:, :length]
    return states, tf.ensure_shape(outputs, (None, static_length, units))


def _parallel_map(n, function, n_results, dtype):
    """Call a function with 0, ..., n - 1 in parallel; return arrays of its results."""
    arrays = [
        tf.TensorArray(dtype, size=n, infer_shape=False, clear_after_read=False)
        for _ in range(n_results)
    ]

    def step(i, *arrays):
        return i + 1, *[a.write(i, b) for a, b in zip(arrays, function(i))]

    return tf.while_loop(
        lambda i, *_: i < n, step, (0, *arrays), parallel_iterations=_PARALLEL_BLOCKS
    )[1:]


def _round_up(length):
    """Round up to one of few lengths: by less than 16 steps, or by less than 1/8."""
    log = tf.math.log(tf.cast(length, tf.float32)) / tf.math.log(2.0)
    step = tf.maximum(16, tf.cast(2 ** (tf.floor(log) - 3), tf.int32))
    return (length + step - 1) // step * step

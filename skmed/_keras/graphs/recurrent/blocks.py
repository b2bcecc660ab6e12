"""All rows, a block at a time.

A block stays in the cache of a core, several cores work at once, and a new number of
rows compiles nothing.
"""

import tensorflow as tf

from .steps import compiled

# of a block: more rows are no faster, but many go in fewer and larger blocks
_ROWS, _MANY_ROWS = 16, 64

# blocks under way at once: enough for the cores, few enough for the memory
_PARALLEL_BLOCKS = 16


def over_time(cell, sequences, training, x, mask, kernel, states):
    """Return the last states, and the outputs of all steps if ``sequences``.

    Outputs are right up to the last step of a row that counts.
    """
    n_rows, length, known_length = tf.shape(x)[0], tf.shape(x)[1], x.shape[1]
    size = _ROWS
    if not training:
        size = tf.where(n_rows < 4 * _MANY_ROWS, _ROWS, _MANY_ROWS)
    depth = tf.maximum(1, (n_rows + size - 1) // size)
    more_rows = depth * size - n_rows
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
        function = compiled(cell, sequences, way, mask is not None, x.dtype)

        def block(i):
            n_steps, masks = start(i)
            return function(n_steps, kernel, *masks, *arguments(i))

        return _each(depth, block, n_results, x.dtype)

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

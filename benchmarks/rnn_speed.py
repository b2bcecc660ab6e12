"""How fast do recurrent layers train and predict, next to plain Keras and PyTorch?

One network in three libraries: a recurrent layer, a softmax on its last output, Adam.
They take turns, in one run, with the same number of threads. Below, the ways to run a
recurrent layer inside TensorFlow that skmed chose from.
"""

import keras
import numpy as np
import tensorflow as tf
from _epochs import (
    HEADINGS,
    KERAS,
    OURS,
    THREADS,
    Keras,
    Ours,
    Peer,
    in_turn,
    pytorch,
    race,
    seconds,
)
from _report import environment, markdown_table, parse_arguments, publish, say

from skmed._keras.graphs.recurrent import cells, steps
from skmed._keras.graphs.recurrent.fusion import fuse, kernel_of

SEQUENCES, UNITS, CLASSES, BATCH_SIZE = 500, 64, 2, 32
CELLS, LENGTHS = ("LSTM", "GRU"), (140, 1000)


def torch(python, cell, length, threads):
    """Return the same network in another process."""
    settings = {
        "cell": cell,
        "length": length,
        "threads": threads,
        "sequences": SEQUENCES,
        "units": UNITS,
        "classes": CLASSES,
        "batch_size": BATCH_SIZE,
    }
    return Peer(python, "_peer_torch_rnn.py", settings)


def build(cell, length, masked):
    """Return the network, in Keras."""
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((length, 1)),
            *[keras.layers.Masking()] * masked,
            getattr(keras.layers, cell)(UNITS),
            keras.layers.Dense(CLASSES, "softmax"),
        ]
    )


def rows(length, masked=False):
    """Return sequences and classes; what they are doesn't change the time."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(SEQUENCES, length, 1)).astype(np.float32)
    if masked:
        lengths = rng.integers(length // 2, length + 1, SEQUENCES)
        x[np.arange(length) >= lengths[:, np.newaxis]] = 0
    return x, rng.integers(0, CLASSES, SEQUENCES).astype(np.int32)


# ----- measuring -----


def rivals_of(cell, length, masked, torch_python):
    """Return all that train one network, by name; PyTorch where nothing is masked."""
    rivals = {
        name: rival(build(cell, length, masked), *rows(length, masked), BATCH_SIZE)
        for name, rival in ((OURS, Ours), (KERAS, Keras))
    }
    for threads in (THREADS, 1) if torch_python and not masked else ():
        name = f"torch, {threads} thread{'s' * (threads > 1)}"
        rivals[name] = torch(torch_python, cell, length, threads)
    return rivals


# ----- the ways to run one layer -----


def kernels(cell, length, rounds):
    """Return rows: microseconds of a step, forward and back, of one batch."""
    layer = getattr(keras.layers, cell)(UNITS)
    layer.build((None, length, 1))
    x = tf.constant(rows(length)[0][:BATCH_SIZE])
    variables = [v.value for v in layer.trainable_variables]
    fused = fuse(keras.Sequential([keras.layers.Masking(), layer])).layers[1]
    fused_loop = vars(fused).pop("inner_loop")

    def gradient(call):
        with tf.GradientTape() as tape:
            total = tf.reduce_sum(call(x, training=True))
        return tape.gradient(total, variables)

    def keras_loop():
        return gradient(layer)

    def ours():
        layer.inner_loop = fused_loop
        try:
            return gradient(layer)
        finally:
            del layer.inner_loop

    ways = {
        "Keras's loop, TensorFlow's gradient": tf.function(keras_loop),
        "the same, compiled by XLA": tf.function(keras_loop, jit_compile=True),
        "gradient by hand, not compiled": tf.function(by_hand(layer, x)),
        "gradient by hand, compiled by XLA, in blocks of rows (chosen)": tf.function(
            ours
        ),
    }
    if cell == "LSTM":
        ways["`BlockLSTMV2` and `BlockLSTMGradV2`"] = tf.function(block_lstm(layer, x))
    if length < 200:
        unrolled = type(layer).from_config({**layer.get_config(), "unroll": True})
        unrolled.build(x.shape)
        unrolled.set_weights(layer.get_weights())
        values = [v.value for v in unrolled.trainable_variables]

        def all_steps():
            with tf.GradientTape() as tape:
                total = tf.reduce_sum(unrolled(x))
            return tape.gradient(total, values)

        ways["all steps unrolled, TensorFlow's gradient"] = tf.function(all_steps)

    first = {name: seconds(way) for name, way in ways.items()}
    measured = in_turn(ways, rounds)
    table = []
    for name, values in measured.items():
        least, middle, most = (
            1e6 / length * f(values) for f in (np.min, np.median, np.max)
        )
        cells = [f"{middle:.0f} ({least:.0f} to {most:.0f})", f"{first[name]:.1f}"]
        table.append([f"{cell}, {length} steps: {name}", *cells])
        say(" | ".join(table[-1]))
    return table


def by_hand(layer, x):
    """Return the chosen way without its compiler, on one block of all rows."""
    cell = cells.CELLS[type(layer)]
    n_steps = tf.constant(x.shape[1])
    states = [tf.zeros((len(x), UNITS))] * cell.n_states
    by_states = [tf.ones_like(states[0]), *map(tf.zeros_like, states[1:])]

    def both():
        kernel = kernel_of(layer.cell)
        *_, inputs, factors = steps.forward(
            cell, False, True, n_steps, kernel, None, x, *states
        )
        return steps.backward(
            cell, False, n_steps, kernel, None, inputs, factors, *by_states
        )

    return both


def block_lstm(layer, x):
    """Return TensorFlow's own operation, which has single precision only."""
    x = tf.transpose(x, [1, 0, 2])
    nothing, zeros = tf.zeros(UNITS), tf.zeros((x.shape[1], UNITS))
    fixed = {
        "seq_len_max": tf.constant(x.shape[0], tf.int64),
        "x": x,
        "cs_prev": zeros,
        "h_prev": zeros,
        **dict.fromkeys(("wci", "wcf", "wco"), nothing),
        "use_peephole": False,
    }
    by_h = tf.concat([tf.zeros((x.shape[0] - 1, *zeros.shape)), [zeros + 1]], axis=0)

    def both():
        # its gates come in the order of BlockLSTM, i c f o, and V2's i f c o is Keras's
        cell = layer.cell
        w = tf.concat([cell.kernel.value, cell.recurrent_kernel.value], axis=0)
        weights = {"w": w, "b": cell.bias.value}
        done = tf.raw_ops.BlockLSTMV2(**fixed, **weights)
        return tf.raw_ops.BlockLSTMGradV2(
            **fixed,
            **weights,
            **done._asdict(),
            cs_grad=tf.zeros_like(by_h),
            h_grad=by_h,
        )[3]

    return both


def main():
    """Measure and publish."""
    options = parse_arguments(
        __doc__,
        rounds={"type": int, "default": 5, "help": "of taking turns; default: 5"},
        torch_python={"help": "a Python with PyTorch; without, it is left out"},
    )
    passes, facts = [], []
    peers = []
    cases = [(length, False) for length in LENGTHS] + [(LENGTHS[0], True)]
    for cell in CELLS:
        for length, masked in cases:
            rivals = rivals_of(cell, length, masked, options.torch_python)
            label = f"{cell}, {length} steps" + ", masked" * masked
            table, fact = race(label, rivals, options.rounds)
            peers += rivals.values()
            passes += table
            facts.append(fact)
    steps = [
        row
        for cell in CELLS
        for length in LENGTHS
        for row in kernels(cell, length, options.rounds)
    ]
    publish(
        __file__,
        "\n\n".join(
            [
                f"{SEQUENCES} sequences of 1 channel, {UNITS} units, batches of "
                f"{BATCH_SIZE}, {THREADS} threads. Medians of {options.rounds} rounds "
                "in which all took turns (least to greatest). Tracing and compiling "
                "come on top, once for an architecture. Masked: sequences end after "
                f"half of the steps or later.{pytorch(peers)}",
                environment("skmed", "tensorflow", "keras", "numpy"),
                markdown_table([HEADINGS, *passes]),
                "\n".join(facts),
                "### Ways to run one layer",
                "One batch, forward and back: microseconds per step, and the seconds "
                "of the first call.",
                markdown_table(
                    [["way", "µs per step", "first call, s"], *steps],
                ),
            ]
        ),
        write=options.write,
    )


if __name__ == "__main__":
    main()

"""How fast do recurrent networks train and predict, next to Keras and PyTorch?

One network in three libraries: a recurrent layer, a softmax on its last output, Adam.
They take turns, in one run, with the same number of threads. Then the ways to run a
recurrent layer inside TensorFlow that skmed chose from.
"""

# first, since it sets the number of threads
from ._epochs import THREADS, time_epochs  # isort: skip

import keras
import numpy as np
import tensorflow as tf

from benchmarks._engine import cells, fuse, kernel_of, steps
from benchmarks._measure import in_turn, seconds
from benchmarks._run import Run, parse_arguments, peer_option, say

UNITS, CLASSES, BATCH_SIZE = 64, 2, 32
CELLS, LENGTHS = ("LSTM", "GRU"), (140, 1000)


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


def samples(n, length, masked=False):
    """Return sequences and classes; their values don't change the time."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, length, 1)).astype(np.float32)
    if masked:
        lengths = rng.integers(length // 2, length + 1, n)
        x[np.arange(length) >= lengths[:, np.newaxis]] = 0
    return x, np.arange(n, dtype=np.int32) % CLASSES


def epochs(run, cell, length, masked, options):
    """Time epochs of one network; of PyTorch where nothing is masked."""
    peer = None
    if options.torch_python and not masked:
        arguments = {"cell": cell, "units": UNITS, "n_classes": CLASSES}
        settings = {
            "network": "recurrent",
            "arguments": arguments,
            "shape": (length, 1),
        }
        peer = options.torch_python, settings
    case = f"{cell}, {length} steps" + ", masked" * masked
    networks = [build(cell, length, masked) for _ in range(2)]
    data = samples(run.settings["n_samples"], length, masked)
    rounds = run.settings["rounds"]
    time_epochs(run, case, networks, data, BATCH_SIZE, rounds, peer)


# ----- the ways to run one layer -----


def layers(run, cell, length):
    """Time a step, forward and backward, of one batch."""
    layer = getattr(keras.layers, cell)(UNITS)
    layer.build((None, length, 1))
    x = tf.constant(samples(BATCH_SIZE, length)[0])
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
        "gradient by hand, compiled by XLA, in blocks of samples (chosen)": tf.function(
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
    measured = in_turn(ways, run.settings["rounds"])
    for name, values in measured.items():
        run.add(f"{cell}, {length} steps", name, first_call=first[name])
        for value in values:
            run.add(f"{cell}, {length} steps", name, step=1e6 / length * value)


def by_hand(layer, x):
    """Return the chosen way without XLA, on one block of all samples."""
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


def main(argv=None):
    """Measure epochs of networks, and single layers."""
    options = parse_arguments(
        __doc__,
        argv,
        rounds={"type": int, "default": 5, "help": "turns of each; default: 5"},
        torch_python=peer_option("torch", "PyTorch"),
    )
    if not options.torch_python:
        say("PyTorch is left out: it needs --torch-python.")
    lengths = (4,) if options.smoke else LENGTHS
    settings = {
        "n_samples": 40 if options.smoke else 500,
        "units": UNITS,
        "batch_size": BATCH_SIZE,
        "threads": THREADS,
        "rounds": 1 if options.smoke else options.rounds,
    }
    packages = ("tensorflow", "keras", "numpy")
    of_epochs, of_layers = (
        Run("speed/rnn", part, packages, **settings) for part in ("epochs", "layers")
    )
    cases = [(length, False) for length in lengths] + [(lengths[0], True)]
    used = CELLS[:1] if options.smoke else CELLS
    for cell in used:
        for length, masked in cases:
            epochs(of_epochs, cell, length, masked, options)
    of_epochs.publish(options)
    for cell in used:
        for length in lengths:
            layers(of_layers, cell, length)
    of_layers.publish(options)


if __name__ == "__main__":
    main()

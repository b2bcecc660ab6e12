"""From how many weights on does compiling the optimizer's step pay?

One step of Adam on a dense layer, and on an embedding of which a batch looks up some
rows: as Keras runs it, and as one function compiled by XLA, in turn, within a loop as
in training.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

from benchmarks._engine import optimizer_step
from benchmarks._measure import in_turn, seconds
from benchmarks._run import Run, parse_arguments

from ._views.optimizer_step import COMPILED, KERAS

WIDTH, STEPS, ROUNDS = 64, 100, 7
# words that a batch of 32 notes looks up
N_LOOKUPS = 3200
N_WEIGHTS = (3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000)
# the number of weights from which on a step is compiled
THRESHOLDS = {KERAS: 10**12, COMPILED: 0}


def loop(n_weights, is_table, threshold):
    """Return a function that makes many steps, and the seconds of its first call."""
    rng = np.random.default_rng(0)
    rows = n_weights // WIDTH
    variables = [keras.Variable(rng.normal(size=(rows, WIDTH)), dtype="float32")]
    variables += [keras.Variable(np.zeros(WIDTH), dtype="float32") for _ in range(3)]
    optimizer = keras.optimizers.Adam()
    optimizer.build(variables)
    gradients = [tf.constant(rng.normal(size=v.shape), tf.float32) for v in variables]
    if is_table:
        gradients[0] = tf.IndexedSlices(
            tf.constant(rng.normal(size=(N_LOOKUPS, WIDTH)), tf.float32),
            # as words are: few of them often
            tf.constant((rows * rng.random(N_LOOKUPS) ** 4).astype(np.int32)),
            tf.constant([rows, WIDTH]),
        )

    def step(i):
        optimizer_step.apply_gradients(
            optimizer, gradients, variables, tf.constant(1, tf.float64)
        )
        return i + 1

    @tf.function(autograph=False)
    def steps():
        tf.while_loop(lambda i: i < STEPS, step, [0], parallel_iterations=1)

    usual, optimizer_step.MANY_WEIGHTS = optimizer_step.MANY_WEIGHTS, threshold
    try:
        return steps, seconds(steps)
    finally:
        optimizer_step.MANY_WEIGHTS = usual


def main(argv=None):
    """Measure all sizes."""
    options = parse_arguments(__doc__, argv)
    rounds = 1 if options.smoke else ROUNDS
    run = Run(
        "speed/optimizer_step",
        "all",
        ("tensorflow", "keras"),
        width=WIDTH,
        n_lookups=N_LOOKUPS,
        rounds=rounds,
        steps=STEPS,
        threshold=optimizer_step.MANY_WEIGHTS,
    )
    for is_table in (False, True):
        for n_weights in N_WEIGHTS[:1] if options.smoke else N_WEIGHTS:
            case = f"{n_weights:,}, {'looked up' if is_table else 'dense'}"
            loops = {}
            for name, threshold in THRESHOLDS.items():
                loops[name], first = loop(n_weights, is_table, threshold)
                run.add(case, name, first_call=first)
            for name, values in in_turn(loops, rounds).items():
                for value in values:
                    run.add(case, name, step=1e6 * value / STEPS)
    run.publish(options)


if __name__ == "__main__":
    main()

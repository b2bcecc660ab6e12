"""From how many weights on does it pay to compile the optimizer's step?

One step of Adam on a dense layer, and on a table of which a batch looks up some rows:
as Keras runs it, and as one function compiled by XLA, in turns, within a loop as in
training.
"""

import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from _report import environment, markdown_table, parse_arguments, publish, say

from skmed._keras.graphs.train import optimizer_step

WIDTH, STEPS, ROUNDS = 64, 100, 7
# words that a batch of 32 notes looks up
LOOKED_UP = 3200
N_WEIGHTS = (3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000)
WAYS = {"Keras": 10**12, "compiled": 0}


def loop(n_weights, is_table, least):
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
            tf.constant(rng.normal(size=(LOOKED_UP, WIDTH)), tf.float32),
            # as words are: few of them often
            tf.constant((rows * rng.random(LOOKED_UP) ** 4).astype(np.int32)),
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

    usual, optimizer_step.MANY_WEIGHTS = optimizer_step.MANY_WEIGHTS, least
    start = time.perf_counter()
    steps()
    optimizer_step.MANY_WEIGHTS = usual
    return steps, time.perf_counter() - start


def main():
    """Measure and publish."""
    options = parse_arguments(__doc__)
    table = [["weights", "Keras, µs", "compiled, µs", "more for the first call, s"]]
    for is_table in (False, True):
        for n_weights in N_WEIGHTS:
            made = [loop(n_weights, is_table, least) for least in WAYS.values()]
            seconds = np.empty((ROUNDS, len(WAYS)))
            for i in range(ROUNDS):
                for j, (steps, _) in enumerate(made):
                    start = time.perf_counter()
                    steps()
                    seconds[i, j] = time.perf_counter() - start
            times = 1e6 * np.median(seconds, axis=0) / STEPS
            first = made[1][1] - made[0][1]
            kind = "looked up" if is_table else "dense"
            table.append(
                [f"{n_weights:,}, {kind}", *(f"{t:.0f}" for t in times), f"{first:.2f}"]
            )
            say(" | ".join(table[-1]))
    text = (
        f"Adam, one matrix {WIDTH} wide and three biases; looked up: {LOOKED_UP} rows "
        f"per step, some of them often. Medians of {ROUNDS} loops of {STEPS} steps. "
        f"skmed compiles from {optimizer_step.MANY_WEIGHTS:,} weights on."
    )
    sections = [
        text,
        environment("skmed", "tensorflow", "keras"),
        markdown_table(table),
    ]
    publish(__file__, "\n\n".join(sections), write=options.write)


if __name__ == "__main__":
    main()

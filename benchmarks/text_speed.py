"""How many notes a second does the bag train on, beside scikeras and skorch?

The same network (vectors of 64 numbers, average without padding, 128 dense units), the
same rows of numbers, Adam and batches, on the sentences of the ADE corpus. The peers
get rows padded to 64 numbers; skmed cuts each batch to its longest row and lets rows of
similar length meet. The second fit of a process is timed: a search has compiled what it
needs. skmed is also timed from raw text, which the others don't take. All have both
cores.

Then the fits of a cross-validation, each of which has a vocabulary of its own: what is
compiled for the first fold should do for the others.
"""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import keras
import numpy as np
from _data import adverse_effects
from _report import (
    Figures,
    Stopwatch,
    environment,
    parse_arguments,
    publish,
)
from scikeras.wrappers import KerasClassifier
from sklearn.model_selection import GroupKFold, cross_validate

from skmed.text import TextClassifier, TokenSequencer

EPOCHS, BATCH_SIZE, MAX_LENGTH = 2, 32, 64
N_FOLDS, N_NOTES = 5, 3000


def second_fit(make, X, y):
    """Return the seconds of the second of two fits."""
    for _ in range(2):
        with Stopwatch() as clock:
            make().fit(X, y)
    return clock.seconds


def numbers(note):
    """Take words that are numbers already apart."""
    return note.split()


def bag_of(n_ids):
    """Return a function that builds the network in plain Keras."""

    def build():
        layers = [
            keras.Input((None,)),
            keras.layers.Embedding(n_ids, 64, mask_zero=True),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(2, activation="softmax"),
        ]
        return keras.Sequential(layers)

    return build


def by_skorch(python, X, y, n_ids):
    """Return the seconds of skorch's second fit, in an environment of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "data.npz")
        np.savez(path, X=X, y=y, n_ids=n_ids)
        script = Path(__file__).with_name("_peer_torch_bag.py")
        arguments = [path, EPOCHS, BATCH_SIZE, os.cpu_count()]
        done = subprocess.run(
            [python, script, *map(str, arguments)],
            check=True,
            capture_output=True,
            text=True,
        )
    return json.loads(done.stdout.splitlines()[-1])


def folds(notes, y, groups):
    """Return the seconds of the first fit of a cross-validation, and of the others."""
    figures = Figures()
    for architecture in ("bag", "cnn", "rnn", "transformer"):
        model = TextClassifier(architecture=architecture, epochs=1, random_state=0)
        first, *others = cross_validate(
            model, notes, y, groups=groups, cv=GroupKFold(N_FOLDS)
        )["fit_time"]
        figures.add(architecture, fold_1=first)
        for seconds in others:
            figures.add(architecture, others=seconds)
    return figures.table(
        "architecture",
        fold_1=("seconds, first fold", 2),
        others=("each of the others", 2),
    )


def main():
    """Measure, and publish."""
    options = parse_arguments(
        __doc__,
        torch_python={"required": True, "help": "a Python that has torch and skorch"},
        repeats={"type": int, "default": 3},
    )
    notes, y, groups = adverse_effects()
    sequencer = TokenSequencer(max_length=MAX_LENGTH).fit(notes)
    X = sequencer.transform(notes)
    # the same numbers as words, so that only the training is compared
    as_words = [" ".join(map(str, row[row > 0])) for row in X]
    n_ids = sequencer.n_ids_
    setting = {
        "epochs": EPOCHS,
        "batch_size": BATCH_SIZE,
        "embedding_dim": 64,
        "dense_units": (128,),
        "subword_range": None,
        "random_state": 0,
    }
    fits = {
        "skmed, from numbers": lambda: second_fit(
            lambda: TextClassifier(**setting, tokenizer=numbers, min_df=1),
            as_words,
            y,
        ),
        "skmed, from raw text": lambda: second_fit(
            lambda: TextClassifier(**setting, max_length=MAX_LENGTH), notes, y
        ),
        "scikeras": lambda: second_fit(
            lambda: KerasClassifier(
                bag_of(n_ids),
                loss="sparse_categorical_crossentropy",
                optimizer="adam",
                epochs=EPOCHS,
                batch_size=BATCH_SIZE,
                random_state=0,
                verbose=0,
            ),
            X,
            y,
        ),
        "skorch": lambda: by_skorch(options.torch_python, X, y, n_ids),
    }
    figures = Figures()
    for _ in range(options.repeats):
        for row, fit in fits.items():
            seconds = fit()
            figures.add(row, seconds=seconds, speed=EPOCHS * len(y) / seconds)
    text = "\n\n".join(
        [
            f"{len(y)} notes, {EPOCHS} epochs, batches of {BATCH_SIZE}; "
            f"{options.repeats} rounds in turn, mean (least to greatest).",
            environment("skmed", "tensorflow", "keras", "scikeras", "numpy"),
            figures.table(
                first="fit",
                seconds=("seconds per fit", 2),
                speed=("notes per second", 0),
            ),
            f"Cross-validation in {N_FOLDS} folds of {N_NOTES} notes, one epoch each, "
            "of `TextClassifier` with its other defaults, one after the other:",
            folds(notes[:N_NOTES], y[:N_NOTES], groups[:N_NOTES]),
        ]
    )
    publish(__file__, text, write=options.write)


if __name__ == "__main__":
    main()

"""How many notes a second does a bag of words train on, next to scikeras and skorch?

The same network (embeddings of 64 numbers, average without padding, 128 dense units),
ids, Adam and batches, on the sentences of the ADE corpus. The peers get ids padded to
64; skmed cuts each batch to its longest sample and groups samples of similar length.
The second fit of a process is timed: a search has compiled what it needs. skmed is also
timed from raw text, which the others don't take. All have both cores.

Then the fits of a cross-validation, each of which has a vocabulary of its own: what is
compiled for the first fold is used for the others.
"""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from sklearn.model_selection import GroupKFold, cross_validate

from benchmarks._data import adverse_effects
from benchmarks._measure import seconds
from benchmarks._run import Run, parse_arguments, peer_option, say
from benchmarks.peers.keras_wrappers import padded_bag_classifier
from benchmarks.peers.process import PeerProcess
from skmed.text import TextClassifier, TokenSequencer

from ._views.text import FIRST, FITS, OTHERS

EPOCHS, BATCH_SIZE, MAX_LENGTH = 2, 32, 64
N_FOLDS, N_NOTES = 5, 3000
ARCHITECTURES = ("bag", "cnn", "rnn", "transformer")


def second_fit(make, X, y):
    """Return the seconds of the second of two fits."""
    make().fit(X, y)
    return seconds(lambda: make().fit(X, y))


def split_ids(note):
    """Split ids that are written as words."""
    return note.split()


def fits(run, notes, y, options):
    """Time fits of the same network, in turn."""
    sequencer = TokenSequencer(max_length=MAX_LENGTH).fit(notes)
    X = sequencer.transform(notes)
    # the same ids as words, so that only the training is compared
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
    timed = {
        "skmed, from numbers": lambda: second_fit(
            lambda: TextClassifier(**setting, tokenizer=split_ids, min_df=1),
            as_words,
            y,
        ),
        "skmed, from raw text": lambda: second_fit(
            lambda: TextClassifier(**setting, max_length=MAX_LENGTH), notes, y
        ),
        "scikeras": lambda: second_fit(
            lambda: padded_bag_classifier(n_ids, EPOCHS, BATCH_SIZE), X, y
        ),
    }
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        if options.torch_python:
            path = Path(folder, "data.npz")
            np.savez(path, X=X, y=y, n_ids=n_ids)
            settings = {
                "data": str(path),
                "epochs": EPOCHS,
                "batch_size": BATCH_SIZE,
                "threads": os.cpu_count(),
            }
            peer = PeerProcess(options.torch_python, "skorch_bag", settings)
            stack.enter_context(peer)
            run.peers |= peer.greeting["packages"]
            timed["skorch"] = lambda: peer.ask("fit")
        else:
            say("skorch is left out: it needs --torch-python.")
        for _ in range(run.settings["rounds"]):
            for name, fit in timed.items():
                took = fit()
                run.add(FITS, name, seconds=took, speed=EPOCHS * len(y) / took)


def folds(run, notes, y, groups, smoke):
    """Time the fits of a cross-validation."""
    architectures = ARCHITECTURES[:2] if smoke else ARCHITECTURES
    for architecture in architectures:
        model = TextClassifier(architecture=architecture, epochs=1, random_state=0)
        folds = GroupKFold(run.settings["n_folds"])
        first, *others = cross_validate(model, notes, y, groups=groups, cv=folds)[
            "fit_time"
        ]
        run.add(architecture, FIRST, seconds=first)
        for value in others:
            run.add(architecture, OTHERS, seconds=value)


def main(argv=None):
    """Measure both."""
    options = parse_arguments(
        __doc__,
        argv,
        rounds={"type": int, "default": 3, "help": "turns of each; default: 3"},
        torch_python=peer_option("torch", "PyTorch and skorch"),
    )
    notes, y, groups = adverse_effects(options.smoke)
    n_notes = min(N_NOTES, len(notes))
    run = Run(
        "speed/text",
        "all",
        ("tensorflow", "keras", "scikeras", "numpy"),
        n_samples=len(y),
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        rounds=1 if options.smoke else options.rounds,
        n_folds=2 if options.smoke else N_FOLDS,
        n_notes=n_notes,
    )
    fits(run, notes, y, options)
    folds(run, notes[:n_notes], y[:n_notes], groups[:n_notes], options.smoke)
    run.publish(options)


if __name__ == "__main__":
    main()

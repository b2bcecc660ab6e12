"""How accurate is one setting for all signals, beside MiniRocket and a random forest?

Sets of the UCR archive with their published split, and heartbeats of nine people, early
ones to train on and late ones to recognise them by. Test signals give the figures and
nothing else.

The setting was chosen by 3-fold cross-validation inside training signals, one network
each (accuracy of ECG200, ECGFiveDays, DistalPhalanxOutlineAgeGroup, MedicalImages; mean
log loss): this one .910, .914, .86, .75; .405; without augmentation .915, .979, .82,
.74; .414; residual networks .840, .783, .82, .70; .591; MiniRocket .905, 1.000, .84,
.79. Twice as many filters, modules or steps gained nothing, attention lost.

Sets can be measured one by one: accuracy_signals.json keeps what was measured.
"""

import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from _data import heartbeats, signals
from _report import (
    Figures,
    Stopwatch,
    by_environment,
    dot_plot,
    environment,
    keep,
    markdown_table,
    parse_arguments,
    publish,
    spread,
)
from sklearn.ensemble import RandomForestClassifier

from skmed.cnn import CNNClassifier

# one setting for all signals
SETTING = {
    "architecture": "inception",
    "augment": {"shift": 0.03, "warp": 0.03, "noise": 0.05, "mixup": 0.2},
    "label_smoothing": 0.1,
    "optimizer": "adamw",
    "weight_decay": 0.05,
    "learning_rate": 2e-3,
    "learning_rate_schedule": "one_cycle",
    "batch_size": 16,
    "n_ensemble": 3,
}
HEARTBEATS = "heartbeats of nine people"
# set -> the accuracy that is aimed at
SETS = {
    "ECG200": 0.91,
    "ECGFiveDays": 0.99,
    "ToeSegmentation1": 0.95,
    "DistalPhalanxOutlineAgeGroup": 0.74,
    "MedicalImages": 0.77,
    HEARTBEATS: 0.90,
}
OURS, ROCKET, FOREST = "skmed", "MiniRocket and ridge (aeon)", "random forest"


def by_minirocket(python, train, test, seed):
    """Return what MiniRocket predicts, in an environment of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "data.npz")
        np.savez(path, X_train=train[0], y_train=train[1], X_test=test[0])
        script = Path(__file__).with_name("_peer_minirocket.py")
        done = subprocess.run(
            [python, script, path, str(seed)],
            check=True,
            capture_output=True,
            text=True,
        )
    return np.array(json.loads(done.stdout.splitlines()[-1]))


def measure(name, seeds, aeon_python):
    """Train on a set's training signals, and judge by its test signals."""
    train, test = heartbeats() if name == HEARTBEATS else signals(name)
    figures = Figures()
    for seed in seeds:
        with Stopwatch() as clock:
            network = CNNClassifier(random_state=seed, **SETTING).fit(*train)
            ours = network.predict(test[0])
        forest = RandomForestClassifier(random_state=seed).fit(*train)
        predictions = {
            OURS: ours,
            ROCKET: by_minirocket(aeon_python, train, test, seed),
            FOREST: forest.predict(test[0]),
        }
        for row, predicted in predictions.items():
            figures.add(row, accuracy=np.mean(predicted == test[1]))
        figures.add(OURS, seconds=clock.seconds)
    return {
        "environment": environment(
            "skmed", "tensorflow", "keras", "scikit-learn", "numpy"
        ),
        "seeds": seeds,
        "n_train": len(train[1]),
        "n_test": len(test[1]),
        "cells": figures.cells(),
    }


def table(records):
    """Write all sets as one table."""
    head = ["set", "signals to train on, to test", OURS, ROCKET, FOREST]
    rows = [[*head, "skmed less MiniRocket", "goal", "seconds"]]
    for name, record in records.items():
        figures = Figures(record["cells"])
        gap = figures.mean(OURS, "accuracy") - figures.mean(ROCKET, "accuracy")
        rows.append(
            [
                name,
                f"{record['n_train']}, {record['n_test']}",
                *(
                    spread(figures.of(row, "accuracy"))
                    for row in (OURS, ROCKET, FOREST)
                ),
                f"{gap:+.3f}",
                f"{SETS[name]:.2f}",
                spread(figures.of(OURS, "seconds"), 0),
            ]
        )
    return markdown_table(rows)


def headline(records):
    """Write the table of the project's README."""
    rows = [["test accuracy", FOREST, "MiniRocket", OURS]]
    for name, record in records.items():
        figures = Figures(record["cells"])
        measured = (figures.mean(row, "accuracy") for row in (FOREST, ROCKET, OURS))
        rows.append([name, *(f"{accuracy:.3f}" for accuracy in measured)])
    return markdown_table(rows)


def main():
    """Measure the sets asked for, and publish all that were measured."""
    options = parse_arguments(
        __doc__,
        aeon_python={"required": True, "help": "a Python that has aeon"},
        sets={"nargs": "+", "choices": SETS, "default": list(SETS)},
    )
    for name in options.sets:
        record = measure(name, options.seeds, options.aeon_python)
        records = keep(__file__, name, record) if options.write else {name: record}
        records = {name: records[name] for name in SETS if name in records}
        sections = [
            f"Seeds {', '.join(map(str, options.seeds))}: test accuracy, mean (least "
            "to greatest); seconds of one fit and prediction of skmed's.",
            by_environment(records),
            table(records),
        ]
        if options.write:
            panels = [
                (name, Figures(record["cells"]), "accuracy")
                for name, record in records.items()
            ]
            sections.insert(2, dot_plot(__file__, panels, ours=OURS))
        publish(
            __file__,
            "\n\n".join(sections),
            write=options.write,
            headline=headline(records),
        )


if __name__ == "__main__":
    main()

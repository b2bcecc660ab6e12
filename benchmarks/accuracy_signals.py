"""How accurate is one setting for all signals, beside MiniRocket and a random forest?

Sets of the UCR archive with their published split, and heartbeats of nine people, early
ones to train on and late ones to recognise them by. The setting is that of images
without what is for images; nothing in it was chosen on these sets. Test signals give
the figures and nothing else.
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
    environment,
    markdown_table,
    parse_arguments,
    publish,
    spread,
)
from sklearn.ensemble import RandomForestClassifier

from skmed.cnn import CNNClassifier

# one setting for all signals
SETTING = {
    "architecture": "resnet",
    "optimizer": "adamw",
    "weight_decay": 0.05,
    "learning_rate": 2e-3,
    "learning_rate_schedule": "one_cycle",
    "label_smoothing": 0.1,
    "batch_size": 16,
}
SETS = {
    "ECG200": 0.91,
    "ECGFiveDays": 0.99,
    "ToeSegmentation1": 0.95,
    "DistalPhalanxOutlineAgeGroup": 0.74,
    "MedicalImages": 0.77,
    "heartbeats of nine people": 0.90,
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


def main():
    """Measure every set, and publish."""
    options = parse_arguments(
        __doc__,
        aeon_python={"required": True, "help": "a Python that has aeon"},
        sets={"nargs": "+", "choices": SETS, "default": list(SETS)},
    )
    accuracy, seconds = Figures(), Figures()
    for name in options.sets:
        train, test = signals(name) if name != list(SETS)[-1] else heartbeats()
        for seed in options.seeds:
            fits = {}
            with Stopwatch() as clock:
                network = CNNClassifier(random_state=seed, **SETTING).fit(*train)
                fits[OURS] = network.predict(test[0])
            forest = RandomForestClassifier(random_state=seed).fit(*train)
            fits[FOREST] = forest.predict(test[0])
            fits[ROCKET] = by_minirocket(options.aeon_python, train, test, seed)
            for row, predicted in fits.items():
                accuracy.add(name, **{row: np.mean(predicted == test[1])})
            seconds.add(name, **{OURS: clock.seconds})
    head = ["set", "training signals", OURS, ROCKET, FOREST, "goal", "seconds"]
    rows = [head]
    for name in options.sets:
        train, _ = signals(name) if name != list(SETS)[-1] else heartbeats()
        measured = [spread(accuracy.of(name, row)) for row in (OURS, ROCKET, FOREST)]
        took = f"{seconds.mean(name, OURS):.0f}"
        rows.append([name, str(len(train[1])), *measured, f"{SETS[name]:.2f}", took])
    text = "\n\n".join(
        [
            f"Seeds {', '.join(map(str, options.seeds))}: test accuracy, mean (least "
            "to greatest); seconds of one fit and prediction of skmed's.",
            environment("skmed", "tensorflow", "keras", "scikit-learn", "numpy"),
            markdown_table(rows),
        ]
    )
    publish(__file__, text, write=options.write)


if __name__ == "__main__":
    main()

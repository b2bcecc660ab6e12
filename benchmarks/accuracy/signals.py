"""How accurate is one setting for all signals, next to MiniRocket and a random forest?

Sets of the UCR archive with their published split, and heartbeats of nine people: early
ones to train on, late ones to test. Test signals give the scores and nothing else.

The setting was chosen by 3-fold cross-validation inside training signals, one network
each (accuracy of ECG200, ECGFiveDays, DistalPhalanxOutlineAgeGroup, MedicalImages; mean
log loss): this one .910, .914, .86, .75; .405; without augmentation .915, .979, .82,
.74; .414; residual networks .840, .783, .82, .70; .591; MiniRocket .905, 1.000, .84,
.79. Twice as many filters, modules or steps gained nothing; attention was worse.
"""

import tempfile
from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from benchmarks._data import heartbeats, signals
from benchmarks._measure import Stopwatch
from benchmarks._run import Run, parse_arguments, peer_option, say
from benchmarks.accuracy._views.signals import FOREST, HEARTBEATS, OURS, ROCKET
from benchmarks.peers.process import PeerProcess
from skmed.cnn import CNNClassifier

PACKAGES = ("tensorflow", "keras", "scikit-learn", "numpy")
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
    "n_estimators": 3,
}
SMOKE = {"filters": (4,), "epochs": 1, "n_estimators": 2}
SETS = (
    "ECG200",
    "ECGFiveDays",
    "ToeSegmentation1",
    "DistalPhalanxOutlineAgeGroup",
    "MedicalImages",
    HEARTBEATS,
)


def minirocket(run, python, train, test, seeds):
    """Return what MiniRocket predicts for each seed, in an environment of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "data.npz")
        np.savez(path, X_train=train[0], y_train=train[1], X_test=test[0])
        with PeerProcess(python, "minirocket", {"data": str(path)}) as peer:
            run.peers |= peer.greeting["packages"]
            return [np.array(peer.ask(seed)) for seed in seeds]


def measure(name, options):
    """Train on a set's training signals, and score on its test signals."""
    smoke = options.smoke
    train, test = heartbeats(smoke) if name == HEARTBEATS else signals(name, smoke)
    run = Run(
        "accuracy/signals",
        name,
        PACKAGES,
        seeds=options.seeds,
        n_train=len(train[1]),
        n_test=len(test[1]),
    )

    def score(method, predicted, **more):
        run.add(name, method, accuracy=np.mean(predicted == test[1]), **more)

    setting = SETTING | SMOKE if smoke else SETTING
    for seed in options.seeds:
        with Stopwatch() as clock:
            network = CNNClassifier(random_state=seed, **setting).fit(*train)
            predicted = network.predict(test[0])
        score(OURS, predicted, seconds=clock.seconds)
    if options.aeon_python:
        for predicted in minirocket(
            run, options.aeon_python, train, test, options.seeds
        ):
            score(ROCKET, predicted)
    else:
        say("MiniRocket is left out: it needs --aeon-python.")
    for seed in options.seeds:
        forest = RandomForestClassifier(random_state=seed).fit(*train)
        score(FOREST, forest.predict(test[0]))
    run.publish(options)


def main(argv=None):
    """Measure the sets asked for."""
    options = parse_arguments(
        __doc__, argv, parts=SETS, aeon_python=peer_option("aeon", "aeon")
    )
    sets = ("ECG200", HEARTBEATS) if options.smoke else options.parts
    for name in sets:
        measure(name, options)


if __name__ == "__main__":
    main()

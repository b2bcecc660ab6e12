"""How accurate are recurrent networks, and what does a sample of a stream cost?

Exercises on a smartwatch are recognised for people that were not trained on, vowels by
their speaker on the published split, heartbeats as in accuracy_signals.py. One setting
for each kind of data, chosen by cross-validation inside training parts: of the
smartwatch inside that of the first fold. Test sets give the figures and nothing else.
"""

import numpy as np
from _data import heartbeats, signals
from _data_sequences import exercises, vowels
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
from sklearn.model_selection import GroupKFold

from skmed.rnn import RNNClassifier

_SHARED = {
    "cell": "gru",
    "bidirectional": True,
    "pooling": "mean",
    "dropout": 0.3,
    "optimizer": "adamw",
    "weight_decay": 0.05,
    "learning_rate": 3e-3,
    "learning_rate_schedule": "one_cycle",
    "label_smoothing": 0.1,
    "batch_size": 16,
}
WATCH = {**_SHARED, "conv_filters": (32, 64), "pool_size": 3, "epochs": 30}
SPEECH = {**_SHARED, "epochs": 60}
HEART = {**_SHARED, "conv_filters": (64, 64), "kernel_size": 7}
SETS = {
    "exercises, by person": (WATCH, 0.92),
    "JapaneseVowels": (SPEECH, 0.98),
    "ECG200": (HEART, 0.88),
    "ECGFiveDays": (HEART, 0.97),
    "heartbeats of nine people": (HEART, 0.85),
}
N_FOLDS = 5


def summaries(X):
    """Describe each channel of each sequence by a few numbers."""
    if isinstance(X, np.ndarray):
        # signals of one length: their values, in their order
        return X
    parts = (np.mean, np.std, np.min, np.max, np.median)
    return np.stack([np.concatenate([f(x, axis=0) for f in parts]) for x in X])


def splits(name, python):
    """Yield training and test rows with labels, of each fold."""
    if name == "exercises, by person":
        X, y, people = exercises()
        for parts in GroupKFold(N_FOLDS).split(y, groups=people):
            yield [([X[i] for i in part], y[part]) for part in parts]
    elif name == "JapaneseVowels":
        yield vowels(python)
    else:
        yield heartbeats() if name.startswith("heart") else signals(name)


def cost_per_sample(rng, n_before, n_timed=200):
    """Return the milliseconds that a sample takes after so many others."""
    X = rng.normal(size=(8, 50, 6))
    classifier = RNNClassifier(cell="gru", epochs=1, random_state=0)
    stream = classifier.fit(X, np.arange(8) % 2).stream()
    for _ in range(n_before):
        stream.update(rng.normal(size=6))
    samples = rng.normal(size=(n_timed, 6))
    with Stopwatch() as clock:
        for sample in samples:
            stream.update(sample)
    return 1000 * clock.seconds / n_timed


def main():
    """Measure every set and the stream, and publish."""
    options = parse_arguments(
        __doc__,
        aeon_python={"required": True, "help": "a Python that has aeon"},
        sets={"nargs": "+", "choices": SETS, "default": list(SETS)},
    )
    ours, forest = Figures(), Figures()
    for name in options.sets:
        setting, _ = SETS[name]
        folds = list(splits(name, options.aeon_python))
        for seed in options.seeds:
            right, by_forest = [], []
            with Stopwatch() as clock:
                for train, test in folds:
                    network = RNNClassifier(random_state=seed, **setting).fit(*train)
                    right.append(network.predict(test[0]) == test[1])
            for (X, y), test in folds:
                trees = RandomForestClassifier(random_state=seed).fit(summaries(X), y)
                by_forest.append(trees.predict(summaries(test[0])) == test[1])
            accuracy = np.mean(np.concatenate(right))
            ours.add(name, accuracy=accuracy, seconds=clock.seconds / len(folds))
            forest.add(name, accuracy=np.mean(np.concatenate(by_forest)))
    rows = [["set", "RNNClassifier", "random forest", "goal", "seconds per fit"]]
    for name in options.sets:
        accuracies = [
            spread(figures.of(name, "accuracy")) for figures in (ours, forest)
        ]
        seconds = f"{ours.mean(name, 'seconds'):.0f}"
        rows.append([name, *accuracies, f"{SETS[name][1]:.2f}", seconds])
    rng = np.random.default_rng(0)
    stream = [["samples before", "milliseconds per sample"]]
    for n_before in (10, 1000, 10000):
        stream.append([str(n_before), f"{cost_per_sample(rng, n_before):.2f}"])
    text = "\n\n".join(
        [
            f"Seeds {', '.join(map(str, options.seeds))}: accuracy, mean (least to "
            f"greatest). Exercises: {N_FOLDS} folds of other people, the forest on "
            "mean, deviation, minimum, maximum and median of each channel, as for "
            "vowels; else it has the values themselves.",
            environment("skmed", "tensorflow", "keras", "scikit-learn", "numpy"),
            markdown_table(rows),
            "A stream of six channels through 64 GRU units, one sample at a time:",
            markdown_table(stream),
        ]
    )
    publish(__file__, text, write=options.write)


if __name__ == "__main__":
    main()

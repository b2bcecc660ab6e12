"""Exercises on a smartwatch: which one is it, of people not seen before?"""

from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.model_selection import GroupKFold, GroupShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skmed.datasets import load_physiotherapy
from skmed.preprocessing import Resampler
from skmed.rnn import RNNClassifier

from ._compare import compare_each
from ._examples import Plot, Result

SCORE = "accuracy"
BASELINE, NETWORK = "random forest on summaries", "RNNClassifier"
SUMMARIES = (np.mean, np.std, np.min, np.max, np.median)
# steps per second of the recordings, and of what the network reads
WATCH, SLOWER = 50.0, 12.5


@dataclass(frozen=True)
class Size:
    """How much the example does."""

    people: int = 10
    folds: int = 3
    trees: tuple = (100, 300)
    dropouts: tuple = (0.3, 0.5)
    epochs: int = 40
    filters: tuple = (32, 64)
    units: tuple = (64,)


FULL = Size()
QUICK = Size(people=6, folds=2, trees=(100,), dropouts=(0.3,), epochs=30)


def run(*, n_jobs=None, quick=False, random_state=0, say=print, size=None):
    """Run the example and return its `Result`."""
    size = size or (QUICK if quick else FULL)
    X, y, groups, names, source, real = _load(size, random_state)
    say(f"Data: {source}.")
    train, test = next(
        GroupShuffleSplit(1, test_size=0.3, random_state=random_state).split(
            X, groups=groups
        )
    )
    forest = make_pipeline(
        FunctionTransformer(summaries),
        RandomForestClassifier(random_state=random_state),
    )
    network = make_pipeline(
        Resampler(new_sampling_rate=SLOWER, sampling_rate=WATCH),
        RNNClassifier(
            cell="gru",
            units=size.units,
            bidirectional=True,
            pooling="max",
            filters=size.filters,
            kernel_size=9,
            pool_size=3,
            epochs=size.epochs,
            batch_size=16,
            optimizer="adamw",
            weight_decay=0.05,
            learning_rate=3e-3,
            learning_rate_schedule="one_cycle",
            label_smoothing=0.1,
            random_state=random_state,
        ),
    )
    families = {
        BASELINE: (forest, {"randomforestclassifier__n_estimators": list(size.trees)}),
        NETWORK: (network, {"rnnclassifier__dropout": list(size.dropouts)}),
    }
    say(f"Learning from {len(train)} recordings ...")
    rows, models, chosen = compare_each(
        families,
        (X[train], y[train]),
        (X[test], y[test]),
        measure=SCORE,
        cv=GroupKFold(size.folds),
        groups=groups[train],
        n_jobs=n_jobs,
    )
    return Result(
        title="Exercises on a smartwatch, of other people",
        source=source,
        rows=rows,
        notes=_notes(size, groups, train, test, real),
        exhibits=[_confusions(names, y[test], models[chosen].predict(X[test]), chosen)],
    )


def summaries(X):
    """Describe each channel of each recording by a few numbers."""
    return np.stack([np.concatenate([f(x, axis=0) for f in SUMMARIES]) for x in X])


def _load(size, random_state):
    """Return recordings, exercises, people, names, what they are, and if real."""
    try:
        watch = load_physiotherapy()
    except ImportError:
        X, y, groups = _made_up(size.people, random_state)
        names = ["up and down", "round", "shaking"]
        source = (
            "made-up recordings (the package seglearn is missing: pip install "
            "'skmed[demo]'); the figures say nothing about exercises"
        )
        return _as_objects(X), y, groups, names, source, False
    some = np.flatnonzero(np.isin(watch.groups, np.unique(watch.groups)[: size.people]))
    X = _as_objects([watch.data[i] for i in some])
    source = "recordings of shoulder exercises, from the package seglearn"
    y, groups = watch.target[some], watch.groups[some]
    return X, y, groups, watch.target_names, source, True


def _as_objects(X):
    return np.fromiter(X, dtype=object, count=len(X))


def _made_up(n_people, random_state, n_each=4):
    """Make movements that differ by their channels, of people that differ by pace."""
    rng = np.random.default_rng(random_state)
    rows = []
    for person in range(n_people):
        pace = rng.uniform(0.3, 0.6)
        for exercise in range(3):
            for _ in range(n_each):
                seconds = np.arange(0, rng.uniform(8, 12), 1 / WATCH)
                angle = 2 * np.pi * pace * (1 + 2 * (exercise == 2)) * seconds
                x = 0.3 * rng.normal(size=(len(seconds), 6))
                x[:, 0] += np.sin(angle + rng.uniform(0, 6))
                x[:, 1] += (exercise == 1) * np.cos(angle)
                rows.append((x, exercise, person))
    X, y, groups = zip(*rows)
    return X, np.array(y), np.array(groups)


def _confusions(names, y, predicted, chosen):
    def draw(axes):
        ConfusionMatrixDisplay.from_predictions(
            y,
            predicted,
            labels=range(len(names)),
            display_labels=names,
            cmap="Blues",
            colorbar=False,
            xticks_rotation=35,
            ax=axes,
        )
        for label in axes.get_xticklabels():
            label.set_horizontalalignment("right")
        # long names leave less height than width
        axes.set_aspect("auto")

    return Plot(
        f"Recordings of other people: the exercise, and what the {chosen} says",
        "confusion matrix of exercises",
        draw,
    )


def _notes(size, groups, train, test, real):
    people = len(np.unique(groups[train])), len(np.unique(groups[test]))
    notes = [
        f"{len(train)} recordings of {people[0]} people to learn from, and {len(test)} "
        f"of {people[1]} others to test.",
        f"Each family went through GridSearchCV with {size.folds}-fold "
        "cross-validation that keeps a person in one fold; the highest mean accuracy "
        "chose.",
        f"RNNClassifier reads whole recordings of unequal length, at {SLOWER:g} steps "
        "per second; the forest is given mean, deviation, minimum, maximum and median "
        "of each channel.",
        "Seconds: for cross-validation, all fits and scores of the family; for the "
        "test set, one fit and its score.",
    ]
    if real:
        notes.append(
            "The recordings are from seglearn (Burns et al., Physiological Measurement "
            "39, 075007, 2018)."
        )
    return notes

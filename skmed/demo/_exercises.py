"""Example: shoulder exercises from smartwatch recordings of new people."""

from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skmed.datasets import load_physiotherapy
from skmed.preprocessing import Resampler
from skmed.rnn import RNNClassifier

from ._compare import SECONDS_NOTE, compare_by_group, describe_search, split_by_group
from ._results import Plot, Result

METRIC = "accuracy"
BASELINE, NETWORK = "random forest on statistics", "RNNClassifier"
STATISTICS = (np.mean, np.std, np.min, np.max, np.median)
# Hz, of the recordings and of the input of the network
SAMPLING_RATE, NEW_SAMPLING_RATE = 50.0, 12.5


@dataclass(frozen=True)
class Settings:
    """Size and parameter grids of the example."""

    people: int = 10
    folds: int = 3
    trees: tuple = (100, 300)
    dropouts: tuple = (0.3, 0.5)
    epochs: int = 40
    filters: tuple = (32, 64)
    units: tuple = (64,)


FULL = Settings()
QUICK = Settings(people=6, folds=2, trees=(100,), dropouts=(0.3,), epochs=30)


def run(*, n_jobs=None, quick=False, random_state=0, log=print, settings=None):
    """Run the example and return its `Result`."""
    settings = settings or (QUICK if quick else FULL)
    X, y, groups, names, source, is_real = _load(settings, random_state)
    log(f"Data: {source}.")
    train, test = split_by_group(X, y, groups, test_size=0.3, random_state=random_state)
    forest = make_pipeline(
        FunctionTransformer(channel_statistics),
        RandomForestClassifier(random_state=random_state),
    )
    network = make_pipeline(
        Resampler(new_sampling_rate=NEW_SAMPLING_RATE, sampling_rate=SAMPLING_RATE),
        RNNClassifier(
            cell="gru",
            units=settings.units,
            bidirectional=True,
            pooling="max",
            filters=settings.filters,
            kernel_size=9,
            pool_size=3,
            epochs=settings.epochs,
            batch_size=16,
            optimizer="adamw",
            weight_decay=0.05,
            learning_rate=3e-3,
            learning_rate_schedule="one_cycle",
            label_smoothing=0.1,
            random_state=random_state,
        ),
    )
    trees = {"randomforestclassifier__n_estimators": list(settings.trees)}
    candidates = {
        BASELINE: (forest, trees),
        NETWORK: (network, {"rnnclassifier__dropout": list(settings.dropouts)}),
    }
    log(f"Training on {len(train)} recordings ...")
    rows, models, chosen = compare_by_group(
        candidates,
        train,
        test,
        metric=METRIC,
        n_folds=settings.folds,
        n_jobs=n_jobs,
    )
    predicted = models[chosen].predict(test.X)
    return Result(
        title="Exercises on a smartwatch, of new people",
        source=source,
        rows=rows,
        notes=_notes(settings, train, test, is_real),
        figures=[_confusion_matrix(names, test.y, predicted, chosen)],
    )


def channel_statistics(X):
    """Compute statistics of each channel of each recording.

    Parameters
    ----------
    X : sequence of ndarray of shape (n_steps, n_channels)
        The recordings.

    Returns
    -------
    ndarray of shape (n_samples, 5 * n_channels)
        Mean, standard deviation, minimum, maximum and median over the time steps.
    """
    return np.stack([np.concatenate([f(x, axis=0) for f in STATISTICS]) for x in X])


def _load(settings, random_state):
    """Return recordings, exercises, people, names, the source, and if it is real."""
    try:
        bunch = load_physiotherapy()
    except ImportError:
        X, y, groups = _make_recordings(settings.people, random_state)
        names = ["up and down", "circle", "tremor"]
        source = (
            "synthetic recordings (the package seglearn is missing: pip install "
            "'skmed[demo]'); the scores say nothing about real exercises"
        )
        return _as_object_array(X), y, groups, names, source, False
    people = np.unique(bunch.groups)[: settings.people]
    rows = np.flatnonzero(np.isin(bunch.groups, people))
    X = _as_object_array([bunch.data[i] for i in rows])
    source = "recordings of shoulder exercises, from the package seglearn"
    y, groups = bunch.target[rows], bunch.groups[rows]
    return X, y, groups, bunch.target_names, source, True


def _as_object_array(X):
    return np.fromiter(X, dtype=object, count=len(X))


def _make_recordings(n_people, random_state, n_repeats=4):
    """Generate movements: exercises differ by their channels, people by frequency."""
    rng = np.random.default_rng(random_state)
    rows = []
    for person in range(n_people):
        frequency = rng.uniform(0.3, 0.6)
        for exercise in range(3):
            for _ in range(n_repeats):
                time = np.arange(0, rng.uniform(8, 12), 1 / SAMPLING_RATE)
                phase = 2 * np.pi * frequency * (1 + 2 * (exercise == 2)) * time
                x = 0.3 * rng.normal(size=(len(time), 6))
                x[:, 0] += np.sin(phase + rng.uniform(0, 6))
                x[:, 1] += (exercise == 1) * np.cos(phase)
                rows.append((x, exercise, person))
    X, y, groups = zip(*rows)
    return X, np.array(y), np.array(groups)


def _confusion_matrix(names, y, predicted, chosen):
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
        f"Confusion matrix of the {chosen} on the recordings of the test set",
        "confusion matrix of exercises",
        draw,
    )


def _notes(settings, train, test, is_real):
    n_train, n_test = len(np.unique(train.groups)), len(np.unique(test.groups))
    notes = [
        f"{len(train)} recordings of {n_train} people in the training set, {len(test)} "
        f"recordings of {n_test} other people in the test set.",
        describe_search(settings.folds, "a person", METRIC),
        "RNNClassifier reads complete recordings of unequal length, resampled to "
        f"{NEW_SAMPLING_RATE:g} Hz; the forest reads mean, standard deviation, "
        "minimum, maximum and median of each channel.",
        SECONDS_NOTE,
    ]
    if is_real:
        notes.append(
            "The recordings are from seglearn (Burns et al., Physiological Measurement "
            "39, 075007, 2018)."
        )
    return notes

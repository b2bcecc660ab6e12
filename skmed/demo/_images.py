"""Example: pneumonia in chest X-rays."""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import RocCurveDisplay
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skmed.cnn import CNNClassifier
from skmed.datasets import fetch_pneumoniamnist, make_chest_xrays

from ._compare import REFIT, SECONDS_NOTE, compare_pipelines
from ._results import Gallery, Picture, Plot, Result

IMAGE_SHAPE = (28, 28)


@dataclass(frozen=True)
class Settings:
    """Size and parameter grids of the example."""

    train: int = 3000
    test: int = 624
    folds: int = 3
    epochs: int = 12
    filters: tuple = (32, 64, 128)
    learning_rates: tuple = (1e-3, 3e-4)
    penalties: tuple = (1e-3, 1e-2)


FULL = Settings()
QUICK = Settings(train=450, test=300, epochs=4, learning_rates=(1e-3,))


def run(*, n_jobs=None, quick=False, random_state=0, log=print, settings=None):
    """Run the example and return its `Result`."""
    settings = settings or (QUICK if quick else FULL)
    train, test, source, is_real = _load(settings, random_state, log)
    log(f"Data: {source}.")

    # both models take flat pixels, so one search can compare them
    pipeline = Pipeline([("scale", "passthrough"), ("model", LogisticRegression())])
    grids = {
        "logistic regression": {
            "scale": [StandardScaler()],
            "model": [LogisticRegression(max_iter=2000)],
            "model__C": list(settings.penalties),
        },
        "CNN": {
            # normalizes its input itself
            "model": [
                CNNClassifier(
                    image_shape=IMAGE_SHAPE,
                    filters=settings.filters,
                    # chosen on a validation set by the benchmark of images
                    dropout=0.5,
                    early_stopping=True,
                    n_iter_no_change=3,
                    epochs=settings.epochs,
                    random_state=random_state,
                )
            ],
            "model__learning_rate": list(settings.learning_rates),
        },
    }
    fits = settings.folds * (len(settings.penalties) + len(settings.learning_rates)) + 2
    log(f"Training {fits} models on {len(train[1])} images ...")
    rows, models, chosen = compare_pipelines(
        pipeline,
        grids,
        train,
        test,
        cv=StratifiedKFold(settings.folds, shuffle=True, random_state=random_state),
        n_jobs=n_jobs,
    )

    probabilities = {
        name: model.predict_proba(test[0])[:, 1] for name, model in models.items()
    }
    return Result(
        title="Chest X-rays: normal or pneumonia",
        source=source,
        rows=rows,
        notes=_notes(settings, train, test, is_real),
        figures=[
            *_galleries(*test, probabilities[chosen], chosen, random_state),
            _roc_curves(test[1], probabilities),
        ],
    )


def _load(settings, random_state, log):
    """Return flat training and test images, the source, and if it is real."""
    try:
        train, test = (fetch_pneumoniamnist(subset=name) for name in ("train", "test"))
    except (OSError, ImportError) as error:
        log(f"PneumoniaMNIST is not available: {error}")
        n_samples = settings.train + settings.test
        X, y = make_chest_xrays(n_samples, random_state=random_state)
        split = np.split(np.arange(len(y)), [settings.train])
        (X, y), (X_test, y_test) = ((X[rows], y[rows]) for rows in split)
        source = (
            "synthetic chest X-rays (PneumoniaMNIST is not available); the scores say "
            "nothing about real patients"
        )
        is_real = False
    else:
        is_real = True
        X, y = _subsample(train.data, train.target, settings.train, random_state)
        X_test, y_test = _subsample(test.data, test.target, settings.test, random_state)
        origin = {
            "SKMED_DATA": "from the folder in SKMED_DATA",
            "cache": "from the cache",
            "download": "downloaded",
        }[train.source]
        source = f"PneumoniaMNIST, real chest X-rays of children, {origin}"
    X, X_test = X.reshape(len(X), -1), X_test.reshape(len(X_test), -1)
    return (X, y), (X_test, y_test), source, is_real


def _subsample(X, y, n_samples, random_state):
    """Return a stratified random subsample of the images."""
    if n_samples >= len(y):
        return X, y
    rows, _ = train_test_split(
        np.arange(len(y)), train_size=n_samples, stratify=y, random_state=random_state
    )
    return X[rows], y[rows]


def _notes(settings, train, test, is_real):
    height, width = IMAGE_SHAPE
    notes = [
        f"{len(train[1])} training images ({np.mean(train[1]):.0%} pneumonia) and "
        f"{len(test[1])} test images ({np.mean(test[1]):.0%}), {height} x {width} gray "
        "pixels each.",
        "Logistic regression on standardized pixels, C of "
        f"{_join(settings.penalties)}; "
        f"CNN with {_join(settings.filters)} filters, dropout, up to {settings.epochs} "
        f"epochs with early stopping, learning rate of "
        f"{_join(settings.learning_rates)}.",
        "Both models went through one GridSearchCV, with stratified "
        f"{settings.folds}-fold cross-validation on the training images. The model "
        f"with the highest mean {REFIT} is chosen. The cross-validation scores are "
        "those of the best candidate of each model, and therefore slightly optimistic.",
        "The test images were not used by the search. After it, the best candidate of "
        "each model was fitted on all training images and scored on the test images.",
        "Sensitivity is the fraction of the pneumonias, specificity the fraction of "
        "the normal images that are classified correctly, at a threshold of 0.5.",
        SECONDS_NOTE,
    ]
    if is_real:
        notes.append(
            # attribution, as required by the licence
            "The images are from PneumoniaMNIST of MedMNIST v2 (Yang et al., "
            "Scientific Data 10, 41, 2023), made from those of Kermany et al. (Cell "
            "172, 1122, 2018), under CC BY 4.0, unchanged."
        )
        notes.append(
            "The test images are the test set of the original collection. The file "
            "does not say which training images show the same child, so a child may "
            "be in several folds: trust the test scores, not those of "
            "cross-validation."
        )
    return notes


def _join(values):
    values = [f"{value:g}" for value in values]
    return " or ".join(values) if len(values) < 3 else ", ".join(values)


def _galleries(X, y, probability, model, random_state):
    names = np.array(["normal", "pneumonia"])
    correct = (probability >= 0.5) == y

    def pictures(rows):
        return [
            Picture(
                X[i].reshape(IMAGE_SHAPE),
                str(names[y[i]]),
                float(probability[i]),
                bool(correct[i]),
            )
            for i in rows
        ]

    selected = np.random.RandomState(random_state).permutation(len(y))[:8]
    galleries = [
        Gallery(
            "Random test images: class, and probability of pneumonia predicted by the "
            f"{model}",
            "pneumonia",
            pictures(selected),
        )
    ]
    wrong = np.flatnonzero(~correct)
    if len(wrong):
        worst = wrong[np.argsort(-np.abs(probability[wrong] - 0.5), kind="stable")]
        galleries.append(
            Gallery(
                f"Errors of the {model} with the highest confidence",
                "pneumonia",
                pictures(worst[:4]),
            )
        )
    return galleries


def _roc_curves(y, probabilities):
    def draw(axes):
        axes.set_prop_cycle(color=["0.55", "#1f6f8b"])
        for name, probability in probabilities.items():
            RocCurveDisplay.from_predictions(y, probability, name=name, ax=axes)
        axes.plot([0, 1], [0, 1], color="0.75", linewidth=1, zorder=0)
        axes.set(xlabel="1 - specificity", ylabel="sensitivity")

    return Plot(
        "ROC curves on the test set",
        "ROC curves of " + " and ".join(probabilities),
        draw,
    )

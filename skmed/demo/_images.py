"""Chest X-rays: a linear model and a convolutional network in one grid search."""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import RocCurveDisplay
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skmed.cnn import CNNClassifier
from skmed.datasets import fetch_pneumoniamnist, make_chest_xrays

from ._compare import CHOSEN_BY, compare
from ._examples import Gallery, Picture, Plot, Result

IMAGE_SHAPE = (28, 28)


@dataclass(frozen=True)
class Size:
    """How much the example does."""

    train: int = 3000
    test: int = 624
    folds: int = 3
    epochs: int = 12
    filters: tuple = (32, 64, 128)
    learning_rates: tuple = (1e-3, 3e-4)
    penalties: tuple = (1e-3, 1e-2)


FULL = Size()
QUICK = Size(train=450, test=300, epochs=4, learning_rates=(1e-3,))


def run(*, n_jobs=None, quick=False, random_state=0, say=print, size=None):
    """Run the example and return its `Result`."""
    size = size or (QUICK if quick else FULL)
    train, test, source, real = _load(size, random_state, say)
    say(f"Data: {source}.")

    # Both models take the same flat pixels, so one search can try either.
    pipeline = Pipeline([("scale", "passthrough"), ("model", LogisticRegression())])
    families = {
        "logistic regression": {
            "scale": [StandardScaler()],
            "model": [LogisticRegression(max_iter=2000)],
            "model__C": list(size.penalties),
        },
        "CNN": {
            # scales its pixels itself
            "model": [
                CNNClassifier(
                    image_shape=IMAGE_SHAPE,
                    filters=size.filters,
                    # as benchmarks/accuracy_images.py chose on its validation set
                    dropout=0.5,
                    early_stopping=True,
                    n_iter_no_change=3,
                    epochs=size.epochs,
                    random_state=random_state,
                )
            ],
            "model__learning_rate": list(size.learning_rates),
        },
    }
    fits = size.folds * (len(size.penalties) + len(size.learning_rates)) + 2
    say(f"Training {fits} models on {len(train[1])} images ...")
    rows, models, chosen = compare(
        pipeline,
        families,
        train,
        test,
        cv=StratifiedKFold(size.folds, shuffle=True, random_state=random_state),
        n_jobs=n_jobs,
    )

    probabilities = {
        name: model.predict_proba(test[0])[:, 1] for name, model in models.items()
    }
    return Result(
        title="Chest X-rays: normal or pneumonia",
        source=source,
        rows=rows,
        notes=_notes(size, train, test, real),
        exhibits=[
            *_galleries(*test, probabilities[chosen], chosen, random_state),
            _roc_curves(test[1], probabilities),
        ],
    )


def _load(size, random_state, say):
    """Return flat training and test images, what they are, and if they are real."""
    try:
        train, test = (fetch_pneumoniamnist(subset=name) for name in ("train", "test"))
    except (OSError, ImportError) as error:
        say(f"PneumoniaMNIST could not be had: {error}")
        X, y = make_chest_xrays(size.train + size.test, random_state=random_state)
        split = np.split(np.arange(len(y)), [size.train])
        (X, y), (X_test, y_test) = ((X[rows], y[rows]) for rows in split)
        source = (
            "synthetic chest X-rays (PneumoniaMNIST could not be had); the figures "
            "say nothing about patients"
        )
        real = False
    else:
        real = True
        X, y = _part(train.data, train.target, size.train, random_state)
        X_test, y_test = _part(test.data, test.target, size.test, random_state)
        origin = {
            "SKMED_DATA": "from the folder that SKMED_DATA names",
            "cache": "from the cache",
            "download": "just downloaded and checked",
        }[train.source]
        source = f"PneumoniaMNIST, real chest X-rays of children, {origin}"
    X, X_test = X.reshape(len(X), -1), X_test.reshape(len(X_test), -1)
    return (X, y), (X_test, y_test), source, real


def _part(X, y, n_samples, random_state):
    """Draw some of the images, both classes in proportion."""
    if n_samples >= len(y):
        return X, y
    rows, _ = train_test_split(
        np.arange(len(y)), train_size=n_samples, stratify=y, random_state=random_state
    )
    return X[rows], y[rows]


def _notes(size, train, test, real):
    height, width = IMAGE_SHAPE
    notes = [
        f"{len(train[1])} training images ({np.mean(train[1]):.0%} pneumonia) and "
        f"{len(test[1])} test images ({np.mean(test[1]):.0%}), {height} x {width} grey "
        "pixels each.",
        f"Logistic regression on standardised pixels, C of {_listed(size.penalties)}; "
        f"CNN with {_listed(size.filters)} filters, dropout, up to {size.epochs} "
        f"epochs with early stopping, learning rate of "
        f"{_listed(size.learning_rates)}.",
        "Both families went through one GridSearchCV, with stratified "
        f"{size.folds}-fold cross-validation on the training images. The highest mean "
        f"{CHOSEN_BY} chose; each family is shown with its best candidate, whose "
        "cross-validation scores are therefore slightly optimistic.",
        "The search never saw the test images. When it was over, the best candidate of "
        "each family was fitted once more on all training images and scored on them.",
        "Sensitivity is the share of pneumonias that are found, specificity the share "
        "of normal images that are passed, both at a probability of 0.5.",
        "Seconds: for cross-validation, all fits and scores of the family; for the "
        "test set, one fit and its scores.",
    ]
    if real:
        notes.append(
            # their licence asks for it where the images are shown
            "The images are from PneumoniaMNIST of MedMNIST v2 (Yang et al., "
            "Scientific Data 10, 41, 2023), made from those of Kermany et al. (Cell "
            "172, 1122, 2018), under CC BY 4.0, unchanged."
        )
        notes.append(
            "The test images are the part that the collection itself kept aside. The "
            "file does not say which training images show the same child, so "
            "cross-validation may have had a child on both sides: the test scores are "
            "the ones to believe."
        )
    return notes


def _listed(values):
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

    drawn = np.random.RandomState(random_state).permutation(len(y))[:8]
    galleries = [
        Gallery(
            "Test images drawn at random: what they are, and the probability of "
            f"pneumonia by the {model}",
            "pneumonia",
            pictures(drawn),
        )
    ]
    wrong = np.flatnonzero(~correct)
    if len(wrong):
        worst = wrong[np.argsort(-np.abs(probability[wrong] - 0.5), kind="stable")]
        galleries.append(
            Gallery(
                f"Where the {model} was most sure and wrong",
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
        "Sensitivity against specificity on the test set, for every threshold",
        "ROC curves of " + " and ".join(probabilities),
        draw,
    )

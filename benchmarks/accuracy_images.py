"""How accurate is the plain CNN on real images, next to simpler ways?

PneumoniaMNIST has training, validation and test images. Everything is fitted on the
first; what is chosen, is chosen on the second; the third gives the figures and nothing
else. Blood cells come from smears, so whole smears are held out in cross-validation,
and nothing is chosen at all.

Beside CNNClassifier stand the same network as a Keras tutorial writes it, with the
same epochs, batches and optimizer, and a classical model on pixels.
"""

import _data
import keras
import numpy as np
from _report import (
    Figures,
    Stopwatch,
    dot_plot,
    environment,
    markdown_table,
    parse_arguments,
    publish,
)
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import ParameterGrid, StratifiedGroupKFold

from skmed.cnn import CNNClassifier

# what CNNClassifier builds and does by default
SIZES = {"filters": (32, 64, 128), "kernel_size": 3, "pool_size": 2, "units": 128}
EPOCHS = 10
N_FOLDS = 5
GRID = {"learning_rate": [1e-3, 3e-4], "dropout": [0.0, 0.5]}
STOPPING = {"early_stopping": True, "epochs": 30, "n_iter_no_change": 5}

BARE = "bare Keras"
DEFAULT = "CNNClassifier"
CHOSEN = "CNNClassifier, chosen on validation images"

ACCURACY = {"accuracy": ("accuracy", 3)}
AUC = {"auc": ("ROC AUC", 3)}
SECONDS = {
    "seconds": ("seconds per fit", 1),
    "cpu_seconds": ("CPU seconds per fit", 1),
}


class BareKeras:
    """The network of CNNClassifier's defaults as a tutorial writes it."""

    def __init__(self, random_state):
        self.random_state = random_state

    def fit(self, X, y):
        """Train on images divided by 255."""
        keras.utils.set_random_seed(self.random_state)
        X = _scaled(X)
        layers = keras.layers
        self._model = keras.Sequential([keras.Input(X.shape[1:])])
        for i, filters in enumerate(SIZES["filters"]):
            if i:
                self._model.add(layers.MaxPooling2D(SIZES["pool_size"]))
            self._model.add(
                layers.Conv2D(
                    filters, SIZES["kernel_size"], padding="same", activation="relu"
                )
            )
        self._model.add(layers.Flatten())
        self._model.add(layers.Dense(SIZES["units"], activation="relu"))
        self._model.add(layers.Dense(len(np.unique(y)), activation="softmax"))
        self._model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        self._model.fit(
            X,
            y,
            epochs=EPOCHS,
            batch_size=32,
            verbose=0,
        )
        return self

    def predict_proba(self, X):
        """Return the probability of each class."""
        return self._model.predict(_scaled(X), verbose=0)


class OnPixels:
    """A classifier of flat rows, on images divided by 255."""

    def __init__(self, classifier):
        self.classifier = classifier

    def fit(self, X, y):
        """Train on flat images."""
        self.classifier.fit(_scaled(X).reshape(len(X), -1), y)
        return self

    def predict_proba(self, X):
        """Return the probability of each class."""
        return self.classifier.predict_proba(_scaled(X).reshape(len(X), -1))


def _scaled(X):
    X = X.astype(np.float32) / 255
    return X if X.ndim == 4 else X[..., np.newaxis]


# ----- chest X-rays -----


def chest_xrays(seeds):
    """Measure PneumoniaMNIST; return its figures and its section."""
    train, val, test = _data.chest_xrays()
    figures = Figures()

    def judge(row, model, clock):
        probability = model.predict_proba(test[0])
        figures.add(
            row,
            accuracy=np.mean(probability.argmax(axis=1) == test[1]),
            auc=roc_auc_score(test[1], probability[:, 1]),
            seconds=clock.seconds,
            cpu_seconds=clock.cpu_seconds,
        )

    plain = CNNClassifier(image_shape=train[0].shape[1:])
    # nothing in it is random
    linear = OnPixels(LogisticRegression(max_iter=5000))
    judge("logistic regression on pixels", *_timed(linear, *train))
    for seed in seeds:
        judge(BARE, *_timed(BareKeras(seed), *train))
        model = clone(plain).set_params(random_state=seed)
        judge(DEFAULT, *_timed(model, *train))
    chosen, fits = _choose(clone(plain).set_params(**STOPPING), seeds, train, val)
    for fit in fits:
        judge(CHOSEN, *fit)

    def gain(column):
        return figures.mean(DEFAULT, column) - figures.mean(BARE, column)

    accuracy = figures.mean(DEFAULT, "accuracy")
    epochs = [model.n_iter_ for model, _ in fits]
    return figures, "\n\n".join(
        [
            "### Chest X-rays: PneumoniaMNIST",
            f"{len(train[1])} training, {len(val[1])} validation and {len(test[1])} "
            f"test images of {_pixels(train[0])} pixels; test figures.",
            figures.table(**ACCURACY, **AUC, **SECONDS),
            f"- {DEFAULT} with its defaults less {BARE}: accuracy "
            f"{gain('accuracy'):+.3f}, ROC AUC {gain('auc'):+.3f}. The standard error "
            f"of one accuracy on so many images is "
            f"{np.sqrt(accuracy * (1 - accuracy) / len(test[1])):.3f}.\n"
            f"- Chosen: {_named(chosen)}, of {_grid()}, by the mean validation loss "
            f"over the seeds; early stopping on the validation images after "
            f"{', '.join(map(str, epochs))} epochs.",
        ]
    )


def _choose(classifier, seeds, train, val):
    """Return the settings of least validation loss, and their fits."""
    best = (np.inf, None, None)
    for settings in ParameterGrid(GRID):
        fits = []
        for seed in seeds:
            model = clone(classifier).set_params(random_state=seed, **settings)
            fits.append(_timed(model, *train, X_val=val[0], y_val=val[1]))
        loss = np.mean([min(model.history_["val_loss"]) for model, _ in fits])
        if loss < best[0]:
            best = loss, settings, fits
    return best[1:]


# ----- blood cells -----


def blood_cells(seeds):
    """Measure the cells of BCCD; return its figures and its section."""
    X, y, image = _data.blood_cells()
    figures = Figures()
    for seed in seeds:
        for row, model in (
            ("random forest on pixels", OnPixels(RandomForestClassifier())),
            (BARE, BareKeras(seed)),
            (DEFAULT, CNNClassifier(random_state=seed)),
        ):
            if isinstance(model, OnPixels):
                model.classifier.set_params(random_state=seed)
            folds = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=seed)
            predicted, clocks = np.empty_like(y), []
            for train, test in folds.split(X, y, image):
                _, clock = _timed(model, X[train], y[train])
                predicted[test] = model.predict_proba(X[test]).argmax(axis=1)
                clocks.append(clock)
            figures.add(
                row,
                accuracy=np.mean(predicted == y),
                seconds=np.mean([clock.seconds for clock in clocks]),
                cpu_seconds=np.mean([clock.cpu_seconds for clock in clocks]),
            )
    accuracy = figures.mean(DEFAULT, "accuracy")
    gain = accuracy - figures.mean(BARE, "accuracy")
    return figures, "\n\n".join(
        [
            "### Blood cells: BCCD",
            f"{len(y)} RGB cells of {_pixels(X)} pixels from {len(np.unique(image))} "
            f"smears, {len(np.unique(y))} classes; {N_FOLDS}-fold cross-validation "
            "that keeps a smear in one fold, other folds for each seed; accuracy of "
            "all held-out predictions.",
            figures.table(**ACCURACY, **SECONDS),
            f"- {DEFAULT} less {BARE}: accuracy {gain:+.3f}. The standard error of one "
            f"accuracy on so many cells is "
            f"{np.sqrt(accuracy * (1 - accuracy) / len(y)):.3f}.",
        ]
    )


# ----- both -----


def _timed(model, *data, **keywords):
    with Stopwatch() as clock:
        model.fit(*data, **keywords)
    return model, clock


def _pixels(X):
    return " x ".join(map(str, X.shape[1:3]))


def _named(settings):
    return ", ".join(f"`{name}={value:g}`" for name, value in settings.items())


def _grid():
    return " x ".join(
        f"{name} ({', '.join(f'{value:g}' for value in values)})"
        for name, values in GRID.items()
    )


def main():
    """Measure both and publish."""
    options = parse_arguments(__doc__)
    x_rays, x_rays_text = chest_xrays(options.seeds)
    cells, cells_text = blood_cells(options.seeds)
    sections = [
        f"Seeds {', '.join(map(str, options.seeds))}: mean (least to greatest).",
        environment("skmed", "tensorflow", "keras", "scikit-learn", "numpy"),
        x_rays_text,
        cells_text,
    ]
    if options.write:
        panels = [
            ("Chest X-rays (PneumoniaMNIST): ROC AUC on the test set", x_rays, "auc"),
            ("Blood cells (BCCD): accuracy by smear", cells, "accuracy"),
        ]
        sections.insert(2, dot_plot(__file__, panels, ours=DEFAULT))
    publish(
        __file__,
        "\n\n".join(sections),
        write=options.write,
        headline=_headline(x_rays, cells),
    )


def _headline(x_rays, cells):
    """Write the table of the project's README."""
    rows = [
        ["", BARE, "skmed, defaults"],
        ["chest X-rays (PneumoniaMNIST), ROC AUC on the test set"],
        ["the same, accuracy"],
        ["blood cells (BCCD), accuracy by smear"],
    ]
    wanted = [(x_rays, "auc"), (x_rays, "accuracy"), (cells, "accuracy")]
    for row, (figures, column) in zip(rows[1:], wanted):
        row += [f"{figures.mean(name, column):.3f}" for name in (BARE, DEFAULT)]
    return markdown_table(rows)


if __name__ == "__main__":
    main()

"""How accurate is the plain CNN on real images, next to simpler models?

PneumoniaMNIST has training, validation and test images. Models are fitted on the first,
settings are chosen on the second, and the third gives the scores and nothing else.
Blood cells come from smears, so whole smears are held out in cross-validation, and
nothing is chosen.

CNNClassifier is compared with the same network as a Keras tutorial writes it, with the
same epochs, batches and optimizer, and with a classical model on pixels.
"""

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import ParameterGrid, StratifiedGroupKFold

from benchmarks import _data
from benchmarks._measure import Stopwatch
from benchmarks._run import Run, parse_arguments
from benchmarks.accuracy._views.images import BARE, CELLS, CHOSEN, DEFAULT, XRAYS
from benchmarks.peers.classical import on_pixels
from benchmarks.peers.keras_models import TutorialCNN
from skmed.cnn import CNNClassifier

BENCHMARK = "accuracy/images"
PACKAGES = ("tensorflow", "keras", "scikit-learn", "numpy")
# CNNClassifier's default
EPOCHS = 10
N_FOLDS = 5
GRID = {"learning_rate": [1e-3, 3e-4], "dropout": [0.0, 0.5]}
STOPPING = {"early_stopping": True, "epochs": 30, "n_iter_no_change": 5}


def timed(model, *data, **keywords):
    """Fit a model; return it and its clock."""
    with Stopwatch() as clock:
        model.fit(*data, **keywords)
    return model, clock


def chest_xrays(options):
    """Measure PneumoniaMNIST."""
    train, val, test = _data.chest_xrays(options.smoke)
    epochs = 1 if options.smoke else EPOCHS
    grid = {"learning_rate": [1e-3], "dropout": [0.0]} if options.smoke else GRID
    run = Run(
        BENCHMARK,
        XRAYS,
        PACKAGES,
        seeds=options.seeds,
        n_train=len(train[1]),
        n_validation=len(val[1]),
        n_test=len(test[1]),
        pixels=pixels(train[0]),
        grid=grid,
    )

    def score(method, model, clock):
        probability = model.predict_proba(test[0])
        run.add(
            XRAYS,
            method,
            accuracy=np.mean(probability.argmax(axis=1) == test[1]),
            auc=roc_auc_score(test[1], probability[:, 1]),
            seconds=clock.seconds,
            cpu_seconds=clock.cpu_seconds,
        )

    plain = CNNClassifier(image_shape=train[0].shape[1:], epochs=epochs)
    # deterministic, so one seed is enough
    linear = on_pixels(LogisticRegression(max_iter=5000))
    score("logistic regression on pixels", *timed(linear, *train))
    for seed in options.seeds:
        score(BARE, *timed(TutorialCNN(seed, epochs), *train))
        model = clone(plain).set_params(random_state=seed)
        score(DEFAULT, *timed(model, *train))
    stopping = STOPPING | {"epochs": epochs} if options.smoke else STOPPING
    tuned = clone(plain).set_params(**stopping)
    chosen, fits = choose(tuned, grid, options.seeds, train, val)
    for fit in fits:
        score(CHOSEN, *fit)
    run.settings["chosen"] = chosen
    run.settings["epochs"] = [model.n_iter_ for model, _ in fits]
    run.publish(options)


def choose(classifier, grid, seeds, train, val):
    """Return the settings of lowest mean validation loss, and their fits."""
    best = (np.inf, None, None)
    for settings in ParameterGrid(grid):
        fits = []
        for seed in seeds:
            model = clone(classifier).set_params(random_state=seed, **settings)
            fits.append(timed(model, *train, X_val=val[0], y_val=val[1]))
        loss = np.mean([min(model.history_["val_loss"]) for model, _ in fits])
        if loss < best[0]:
            best = loss, settings, fits
    return best[1:]


def blood_cells(options):
    """Measure the cells of BCCD."""
    X, y, smears = _data.blood_cells(options.smoke)
    epochs = 1 if options.smoke else EPOCHS
    n_folds = 2 if options.smoke else N_FOLDS
    run = Run(
        BENCHMARK,
        CELLS,
        PACKAGES,
        seeds=options.seeds,
        n_samples=len(y),
        n_smears=len(np.unique(smears)),
        n_classes=len(np.unique(y)),
        n_folds=n_folds,
        pixels=pixels(X),
    )
    for seed in options.seeds:
        models = {
            "random forest on pixels": on_pixels(
                RandomForestClassifier(random_state=seed)
            ),
            BARE: TutorialCNN(seed, epochs),
            DEFAULT: CNNClassifier(random_state=seed, epochs=epochs),
        }
        for method, model in models.items():
            folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
            predicted, clocks = np.empty_like(y), []
            for train, test in folds.split(X, y, smears):
                _, clock = timed(model, X[train], y[train])
                predicted[test] = model.predict_proba(X[test]).argmax(axis=1)
                clocks.append(clock)
            run.add(
                CELLS,
                method,
                accuracy=np.mean(predicted == y),
                seconds=np.mean([clock.seconds for clock in clocks]),
                cpu_seconds=np.mean([clock.cpu_seconds for clock in clocks]),
            )
    run.publish(options)


def pixels(X):
    """Return height and width as text."""
    return " x ".join(map(str, X.shape[1:3]))


PARTS = {XRAYS: chest_xrays, CELLS: blood_cells}


def main(argv=None):
    """Measure both sets."""
    options = parse_arguments(__doc__, argv, parts=PARTS)
    for part in options.parts:
        PARTS[part](options)


if __name__ == "__main__":
    main()

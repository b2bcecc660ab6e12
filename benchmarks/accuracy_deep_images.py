"""How accurate is a residual network with one setting for all images?

The setting was chosen on PneumoniaMNIST's validation images, before any test image was
looked at (validation ROC AUC and log loss of one seed): these filters .9968 and .132;
twice as many, in 2.6 times the time, .9969 and .127; with noise, cutout and mixup too,
.9954 and .169. It stays for blood cells and for counting red cells, where nothing is
chosen: cross-validation keeps a smear in one fold.
"""

import numpy as np
from _data import blood_cells, blood_smears, chest_xrays
from _report import Figures, Stopwatch, environment, parse_arguments, publish
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skmed.cnn import CNNClassifier, CNNRegressor

# one setting for all images
SETTING = {
    "architecture": "resnet",
    "filters": (16, 32, 64),
    "augment": ("shift", "rotation", "zoom", "contrast"),
    "test_time_augmentation": 8,
    "optimizer": "adamw",
    "weight_decay": 0.05,
    "learning_rate": 2e-3,
    "learning_rate_schedule": "one_cycle",
    "batch_size": 32,
    "epochs": 12,
}
OF_CLASSIFIERS = {"label_smoothing": 0.1, "class_weight": "balanced"}

PLAIN = "CNNClassifier, defaults"
DEEP = "CNNClassifier, one setting"
COUNTER = "CNNRegressor, one setting"
SECONDS = {"seconds": ("seconds per fit", 0)}
N_FOLDS = 5


def flat(X):
    """Return images as rows of numbers from 0 to 1."""
    return X.reshape(len(X), -1).astype(np.float32) / 255


def on_pixels(model):
    """Return a model of pixels."""
    return make_pipeline(FunctionTransformer(flat), model)


def timed(model, X, y):
    """Fit; return the model and its seconds."""
    with Stopwatch() as clock:
        model.fit(X, y)
    return model, clock.seconds


def x_rays(seeds):
    """Measure PneumoniaMNIST: trained on training images, judged on test images."""
    train, _, test = chest_xrays()
    figures = Figures()
    shape = train[0].shape[1:]
    for seed in seeds:
        models = {
            PLAIN: CNNClassifier(image_shape=shape, random_state=seed),
            DEEP: CNNClassifier(
                image_shape=shape, random_state=seed, **SETTING, **OF_CLASSIFIERS
            ),
        }
        if seed == seeds[0]:
            linear = LogisticRegression(max_iter=5000)
            models["logistic regression on pixels"] = on_pixels(linear)
        for row, model in models.items():
            model, seconds = timed(model, *train)
            probability = model.predict_proba(test[0])
            figures.add(
                row,
                auc=roc_auc_score(test[1], probability[:, 1]),
                accuracy=np.mean(probability.argmax(axis=1) == test[1]),
                seconds=seconds,
            )
    columns = {"auc": ("ROC AUC", 3), "accuracy": ("accuracy", 3), **SECONDS}
    return "### Chest X-rays: PneumoniaMNIST, test images", figures.table(**columns)


def by_smear(splitter, model, X, y, smear):
    """Predict every fold by a model of the others; return that, and mean seconds."""
    predicted, seconds = np.empty(len(y)), []
    for train, test in splitter.split(X, y, smear):
        fitted, took = timed(model, X[train], y[train])
        predicted[test] = fitted.predict(X[test])
        seconds.append(took)
    return predicted, np.mean(seconds)


def cells(seeds):
    """Measure the cells of BCCD, three classes."""
    X, y, smear = blood_cells()
    figures = Figures()
    for seed in seeds:
        for row, model in {
            "random forest on pixels": on_pixels(
                RandomForestClassifier(random_state=seed)
            ),
            PLAIN: CNNClassifier(random_state=seed),
            DEEP: CNNClassifier(random_state=seed, **SETTING, **OF_CLASSIFIERS),
        }.items():
            folds = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=seed)
            predicted, seconds = by_smear(folds, model, X, y, smear)
            figures.add(row, accuracy=np.mean(predicted == y), seconds=seconds)
    return (
        f"### Blood cells: BCCD, {N_FOLDS} folds by smear",
        figures.table(accuracy=("accuracy", 3), **SECONDS),
    )


def red_cells(seeds):
    """Measure how well red cells are counted in whole smears."""
    X, y, smear = blood_smears()
    figures = Figures()
    for seed in seeds:
        for row, model in {
            "ridge on pixels": on_pixels(RidgeCV(np.logspace(0, 6, 7))),
            COUNTER: CNNRegressor(random_state=seed, **SETTING),
        }.items():
            folds = GroupKFold(N_FOLDS, shuffle=True, random_state=seed)
            predicted, seconds = by_smear(folds, model, X, y, smear)
            figures.add(
                row,
                r2=r2_score(y, predicted),
                error=np.mean(np.abs(y - predicted)),
                seconds=seconds,
            )
    columns = {"r2": ("R2", 2), "error": ("mean absolute error, cells", 2), **SECONDS}
    return (
        f"### Red cells in {len(y)} smears: BCCD, {N_FOLDS} folds by smear",
        figures.table(**columns),
    )


PARTS = {"x_rays": x_rays, "cells": cells, "red_cells": red_cells}


def main():
    """Measure the parts asked for, and publish each."""
    options = parse_arguments(
        __doc__, parts={"nargs": "+", "choices": PARTS, "default": list(PARTS)}
    )
    for part in options.parts:
        heading, table = PARTS[part](options.seeds)
        seeds = f"Seeds {', '.join(map(str, options.seeds))}: mean (least to greatest)."
        machine = environment("skmed", "tensorflow", "keras", "scikit-learn", "numpy")
        text = "\n\n".join([heading, seeds, machine, table])
        # each part has a place of its own, and may be measured alone
        publish(f"accuracy_deep_images.py {part}", text, write=options.write)


if __name__ == "__main__":
    main()

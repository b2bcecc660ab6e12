"""Tables of accuracy/images.py."""

from math import sqrt

from benchmarks._pictures import Panel
from benchmarks._tables import markdown_table, methods_table, number, seeds

XRAYS, CELLS = "chest X-rays", "blood cells"
BARE, DEFAULT = "bare Keras", "CNNClassifier"
CHOSEN = "CNNClassifier, chosen on validation images"
COLUMNS = {
    "accuracy": ("accuracy", 3),
    "auc": ("ROC AUC", 3),
    "seconds": ("seconds per fit", 1),
    "cpu_seconds": ("CPU seconds per fit", 1),
}


def table(results):
    """Write a table for each data set."""
    text = [f"{seeds(results)}: mean (min to max)."]
    for case in results.cases():
        describe = {XRAYS: _xrays, CELLS: _cells}[case]
        title, data, notes = describe(results, results.settings(case))
        tabulated = methods_table(results, case, COLUMNS)
        text += [f"### {title}", data, tabulated, "\n".join(notes)]
    return "\n\n".join(text)


def _xrays(results, settings):
    chosen = ", ".join(f"`{k}={v:g}`" for k, v in settings["chosen"].items())
    grid = " x ".join(f"{k} {_listed(v)}" for k, v in settings["grid"].items())
    return (
        "Chest X-rays: PneumoniaMNIST",
        f"{settings['n_train']} training, {settings['n_validation']} validation and "
        f"{settings['n_test']} test images of {settings['pixels']} pixels; scores on "
        "the test images.",
        [
            _gain(results, XRAYS, ("accuracy", "auc"), settings["n_test"]),
            f"- Chosen: {chosen}, of {grid}, by the mean validation loss over the "
            "seeds; early stopping on the validation images after "
            f"{', '.join(map(str, settings['epochs']))} epochs.",
        ],
    )


def _cells(results, settings):
    return (
        "Blood cells: BCCD",
        f"{settings['n_samples']} RGB cells of {settings['pixels']} pixels from "
        f"{settings['n_smears']} smears, {settings['n_classes']} classes; "
        f"{settings['n_folds']}-fold cross-validation grouped by smear, with other "
        "folds for each seed; accuracy of all held-out predictions.",
        [_gain(results, CELLS, ("accuracy",), settings["n_samples"])],
    )


def _gain(results, case, metrics, n):
    gains = ", ".join(
        f"{COLUMNS[name][0]} "
        + number(results.difference(case, DEFAULT, BARE, name), 3, sign=True)
        for name in metrics
    )
    accuracy = results.center(case, DEFAULT, "accuracy")
    return (
        f"- {DEFAULT} with its defaults less {BARE}: {gains}. The standard error of an "
        f"accuracy on {n} images is {sqrt(accuracy * (1 - accuracy) / n):.3f}."
    )


def _listed(values):
    return f"({', '.join(f'{value:g}' for value in values)})"


def summary(results):
    """Write the table of the project's README."""
    lines = {
        "chest X-rays (PneumoniaMNIST), ROC AUC on the test set": (XRAYS, "auc"),
        "the same, accuracy": (XRAYS, "accuracy"),
        "blood cells (BCCD), accuracy by smear": (CELLS, "accuracy"),
    }
    rows = [["", BARE, "skmed, defaults"]]
    for title, (case, metric) in lines.items():
        means = (results.center(case, name, metric) for name in (BARE, DEFAULT))
        rows.append([title, *(number(mean, 3) for mean in means)])
    return markdown_table(rows)


def panels(results):
    """Return the parts of the picture."""
    return [
        Panel("Chest X-rays (PneumoniaMNIST): ROC AUC on the test set", XRAYS, "auc"),
        Panel("Blood cells (BCCD): accuracy by smear", CELLS, "accuracy"),
    ]


def is_ours(method):
    """Whether a method is skmed's."""
    return method.startswith(DEFAULT)

"""Tables of accuracy/deep_images.py."""

from benchmarks._pictures import Panel
from benchmarks._tables import markdown_table, methods_table, number, seeds

XRAYS = "Chest X-rays: PneumoniaMNIST, test images"
CELLS = "Blood cells: BCCD, 5 folds by smear"
RED_CELLS = "Red cells in a smear: BCCD, 5 folds by smear"
PLAIN, DEEP = "CNNClassifier, defaults", "CNNClassifier, one setting"
COUNTER = "CNNRegressor, the same setting, one network"
COLUMNS = {
    "auc": ("ROC AUC", 3),
    "accuracy": ("accuracy", 3),
    "r2": ("R2", 2),
    "error": ("mean absolute error, cells", 2),
    "seconds": ("seconds per fit", 0),
    "r2_annotated": ("R2 where any are annotated", 2),
}
DRAWN = {XRAYS: "auc", CELLS: "accuracy", RED_CELLS: "r2"}


def table(results):
    """Write a table for each data set."""
    text = [f"{seeds(results)}: mean (min to max)."]
    for case in results.cases():
        text += [f"### {case}", methods_table(results, case, COLUMNS)]
    return "\n\n".join(text)


def summary(results):
    """Write the table of the project's README."""
    rows = [["", "classical", "plain network", "residual network, one setting"]]
    for case in results.cases():
        methods = results.methods(case)
        classical = next(name for name in methods if not is_ours(name))
        deep = COUNTER if case == RED_CELLS else DEEP
        for metric in ("auc", "accuracy", "r2"):
            if metric in results.metrics(case):
                heading, digits = COLUMNS[metric]
                means = (
                    number(results.center(case, name, metric), digits)
                    for name in (classical, PLAIN, deep)
                )
                rows.append([f"{case}, {heading}", *means])
    return markdown_table(rows)


def panels(results):
    """Return the parts of the picture."""
    return [
        Panel(f"{case}: {heading}", case, DRAWN[case], digits=digits)
        for case in results.cases()
        for heading, digits in [COLUMNS[DRAWN[case]]]
    ]


def is_ours(method):
    """Whether a method is skmed's."""
    return method.startswith("CNN")

"""Tables of accuracy/signals.py."""

from benchmarks._pictures import Panel
from benchmarks._tables import markdown_table, number, seeds, spread

HEARTBEATS = "heartbeats of nine people"
OURS, ROCKET, FOREST = "skmed", "MiniRocket and ridge (aeon)", "random forest"


def table(results):
    """Write a line for each set."""
    head = ["set", "training, test signals", OURS, ROCKET, FOREST]
    rows = [[*head, "skmed less MiniRocket", "seconds"]]
    for case in results.cases():
        settings = results.settings(case)
        accuracies = (
            spread(results.cell(case, name, "accuracy"))
            for name in (OURS, ROCKET, FOREST)
        )
        rows.append(
            [
                case,
                f"{settings['n_train']}, {settings['n_test']}",
                *accuracies,
                number(results.difference(case, OURS, ROCKET, "accuracy"), 3, True),
                spread(results.cell(case, OURS, "seconds"), 0),
            ]
        )
    return (
        f"{seeds(results)}: accuracy on the test signals, mean (min to max); seconds "
        f"of one fit and prediction of skmed.\n\n{markdown_table(rows)}"
    )


def summary(results):
    """Write the table of the project's README."""
    rows = [["test accuracy", FOREST, "MiniRocket", OURS]]
    for case in results.cases():
        means = (results.center(case, n, "accuracy") for n in (FOREST, ROCKET, OURS))
        rows.append([case, *(number(mean, 3) for mean in means)])
    return markdown_table(rows)


def panels(results):
    """Return the parts of the picture."""
    return [Panel(case, case, "accuracy") for case in results.cases()]


def is_ours(method):
    """Whether a method is skmed's."""
    return method == OURS

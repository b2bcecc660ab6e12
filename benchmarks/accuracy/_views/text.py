"""Tables of accuracy/text.py."""

from benchmarks._tables import markdown_table, methods_table, number, seeds

ADVERSE = "adverse drug effects"
DIAGNOSES, SYMPTOMS = "diagnoses to chapters", "symptoms to diseases"
THREE = "TextClassifier, bag, CNN and RNN"
CHOSEN = {
    ADVERSE: THREE,
    DIAGNOSES: "TextClassifier, bag",
    SYMPTOMS: "TextClassifier, label smoothing",
}
COLUMNS = {
    "f1": ("F1 of the positive class", 3),
    "average_precision": ("average precision", 3),
    "accuracy": ("accuracy", 3),
    "seconds": ("seconds per fit", 1),
}


def table(results):
    """Write a table for each task."""
    text = [f"{seeds(results)}: mean over the folds, and over the seeds (min to max)."]
    for case in results.cases():
        text += [f"### {case.capitalize()}", methods_table(results, case, COLUMNS)]
    return "\n\n".join(text)


def summary(results):
    """Write the table of the project's README."""
    rows = [["", "tf-idf, LinearSVC", "TextClassifier, defaults", "setting chosen"]]
    for case in (ADVERSE, DIAGNOSES, SYMPTOMS):
        balanced, metric = "", "accuracy"
        if case == ADVERSE:
            balanced, metric = ", balanced", "f1"
        methods = [f"{name}{balanced}" for name in rows[0][1:3]] + [CHOSEN[case]]
        means = (number(results.center(case, name, metric), 3) for name in methods)
        rows.append([f"{case}, {COLUMNS[metric][0]}", *means])
    return markdown_table(rows)

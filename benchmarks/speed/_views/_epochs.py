"""What the tables of speed/cnn.py and speed/rnn.py share."""

from benchmarks._tables import markdown_table, number, spread

OURS, KERAS = "skmed", "Keras `Model.fit`, `predict`"
HEADINGS = ["network", "training epoch, ms", "prediction, ms", "tracing, compiling, s"]


def passes(results):
    """Write a line for each network and method, and then the ratios."""
    rows, ratios = [HEADINGS], []
    for case in results.cases("train"):
        methods = results.methods(case, "train")
        for method in methods:
            cells = (
                spread(results.cell(case, method, metric), 0, "median")
                for metric in ("train", "predict")
            )
            start = number(results.center(case, method, "compile", "median"), 1)
            rows.append([f"{case}, {method}", *cells, start])
        times = ", ".join(
            f"{results.ratio(case, method, OURS, 'train'):.1f} times as fast as "
            f"{method}"
            for method in methods
            if method != OURS
        )
        ratios.append(f"- {case}: skmed trains {times}.")
    return markdown_table(rows), "\n".join(ratios)

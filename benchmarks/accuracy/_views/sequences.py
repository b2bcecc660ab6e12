"""Tables of accuracy/sequences.py."""

from benchmarks._tables import markdown_table, methods_table, number, seeds, spread

EXERCISES, VOWELS = "exercises, by person", "JapaneseVowels"
HEARTBEATS, STREAM = "heartbeats of nine people", "stream"
OURS, FOREST = "RNNClassifier", "random forest"
# before the timed samples of a stream
SAMPLES = "{} samples"


def table(results):
    """Write a line for each set, and a table of the stream."""
    rows = [["set", OURS, FOREST, "seconds per fit"]]
    for case in results.cases("accuracy"):
        cells = (results.cell(case, name, "accuracy") for name in (OURS, FOREST))
        seconds = number(results.center(case, OURS, "seconds"), 0)
        rows.append([case, *map(spread, cells), seconds])
    text = []
    if len(rows) > 1:
        text = [
            f"{seeds(results)}: accuracy, mean (min to max). Exercises: 5 folds by "
            "person; the network is trained on windows of eight seconds and predicts "
            "whole recordings, of 19 to 52 seconds. The forest gets mean, standard "
            "deviation, minimum, maximum and median of each channel of exercises and "
            "vowels, else the values themselves.",
            markdown_table(rows),
        ]
    if STREAM in results.cases():
        columns = {"latency": ("median milliseconds per sample", 2)}
        text += [
            "A stream of six channels through 64 GRU units, one sample at a time:",
            methods_table(results, STREAM, columns, first="after"),
        ]
    return "\n\n".join(text)


def summary(results):
    """Write the table of the project's README."""
    rows = [["accuracy", FOREST, OURS]]
    for case in results.cases("accuracy"):
        means = (results.center(case, name, "accuracy") for name in (FOREST, OURS))
        rows.append([case, *(number(mean, 3) for mean in means)])
    return markdown_table(rows)

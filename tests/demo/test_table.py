"""The results as a text table."""

from skmed.demo._results import Result, Row
from skmed.demo._table import format_table


def result(title="Images", score="accuracy"):
    rows = [
        Row("linear", "cross-validation", {score: 0.91234}, 1.26),
        Row("linear", "test set", {score: 0.5}, 0.04),
        Row("deep", "cross-validation", {score: 1.0}, 100.0, chosen=True),
    ]
    return Result(title, "synthetic", rows, ["One note."])


def test_format():
    assert format_table([result()]).splitlines() == [
        "model   evaluated on      accuracy  seconds",
        "-------------------------------------------",
        "Images",
        "linear  cross-validation     0.912      1.3",
        "        test set             0.500      0.0",
        "deep *  cross-validation     1.000    100.0",
        "",
        "* chosen by cross-validation on the training set.",
    ]


def test_examples_with_different_scores_share_the_table():
    text = format_table([result(), result("Drugs", score="NDCG")])
    lines = text.splitlines()
    assert lines[0].split() == [
        "model",
        "evaluated",
        "on",
        "accuracy",
        "NDCG",
        "seconds",
    ]
    drugs = lines[lines.index("Drugs") + 1]
    assert drugs.split() == ["linear", "cross-validation", "-", "0.912", "1.3"]

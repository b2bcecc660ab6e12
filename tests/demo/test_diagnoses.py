"""The example on diagnoses in words, very small."""

import sys

import pytest

from skmed.demo import _diagnoses
from skmed.demo._cli import main
from skmed.demo._examples import Row

TINY = _diagnoses.Size(
    wordings=240, folds=2, penalties=(10.0,), dropouts=(0.2,), epochs=3, n_hash=200
)


@pytest.fixture
def missing(monkeypatch):
    """As if the package of ICD-10-CM weren't installed."""
    monkeypatch.setitem(sys.modules, "simple_icd_10_cm", None)


@pytest.mark.usefixtures("missing")
def test_made_up_through_the_command(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(_diagnoses, "FULL", TINY)
    report = tmp_path / "report.html"
    assert main(["demo", "--only", "diagnoses", "--report", str(report)]) == 0
    out = capsys.readouterr().out
    assert "Data: made-up wordings" in out
    assert "pip install 'skmed[demo]'" in out
    assert "accuracy" in out
    assert "made-up" in report.read_text(encoding="utf-8")


def test_real_wordings():
    X, y, groups, source, real = _diagnoses._load(TINY, 0)
    assert real
    assert "ICD-10-CM" in source
    assert len(X) == len(y) == len(groups) == 240
    assert not {"19", "20"} & set(y)
    result = _diagnoses.run(size=TINY, say=lambda text: None)
    assert [(row.model, row.judged_on) for row in result.rows] == [
        (model, on)
        for model in (_diagnoses.BASELINE, _diagnoses.NETWORK)
        for on in ("cross-validation", "test set")
    ]
    assert all(0 <= row.scores["accuracy"] <= 1 for row in result.rows)
    assert len({row.model for row in result.rows if row.chosen}) == 1
    assert len(result.exhibits[0].entries) == 3


@pytest.mark.parametrize(
    ("scores", "says"),
    [((0.7, 0.8), "TextClassifier is better"), ((0.8, 0.7), "The baseline wins")],
)
def test_it_says_who_wins(scores, says):
    rows = [
        Row(name, on, {"accuracy": score}, 1.0)
        for name, score in zip((_diagnoses.BASELINE, _diagnoses.NETWORK), scores)
        for on in ("cross-validation", "test set")
    ]
    assert says in _diagnoses._verdict(rows)


@pytest.mark.usefixtures("missing")
def test_what_is_made_up_can_be_told_apart():
    _, y, groups, _, real = _diagnoses._load(TINY, 0)
    assert not real
    assert set(y) == {"0", "1", "2"}
    for group in set(groups):
        assert len(set(y[groups == group])) == 1

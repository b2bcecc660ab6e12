"""The example on descriptions of diagnoses, very small."""

import sys

import pytest

from skmed.demo import _diagnoses
from skmed.demo._cli import main
from skmed.demo._results import Row

TINY = _diagnoses.Settings(
    descriptions=240, folds=2, penalties=(10.0,), dropouts=(0.2,), epochs=3, n_hash=200
)


@pytest.fixture
def missing(monkeypatch):
    """Pretend that simple-icd-10-cm is not installed."""
    monkeypatch.setitem(sys.modules, "simple_icd_10_cm", None)


@pytest.mark.usefixtures("missing")
def test_synthetic_through_the_command(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(_diagnoses, "FULL", TINY)
    report = tmp_path / "report.html"
    assert main(["demo", "--only", "diagnoses", "--report", str(report)]) == 0
    out = capsys.readouterr().out
    assert "Data: synthetic descriptions" in out
    assert "pip install 'skmed[demo]'" in out
    assert "accuracy" in out
    assert "synthetic" in report.read_text(encoding="utf-8")


def test_real_descriptions():
    X, y, groups, source, is_real = _diagnoses._load(TINY, 0)
    assert is_real
    assert "ICD-10-CM" in source
    assert len(X) == len(y) == len(groups) == 240
    assert not {"19", "20"} & set(y)
    result = _diagnoses.run(settings=TINY, log=lambda text: None)
    assert [(row.model, row.evaluated_on) for row in result.rows] == [
        (model, on)
        for model in (_diagnoses.BASELINE, _diagnoses.NETWORK)
        for on in ("cross-validation", "test set")
    ]
    assert all(0 <= row.scores["accuracy"] <= 1 for row in result.rows)
    assert len({row.model for row in result.rows if row.chosen}) == 1
    assert len(result.figures[0].entries) == 3


@pytest.mark.parametrize(
    ("scores", "conclusion"),
    [((0.7, 0.8), "TextClassifier is better"), ((0.8, 0.7), "The baseline is better")],
)
def test_conclusion(scores, conclusion):
    rows = [
        Row(name, on, {"accuracy": score}, 1.0)
        for name, score in zip((_diagnoses.BASELINE, _diagnoses.NETWORK), scores)
        for on in ("cross-validation", "test set")
    ]
    assert conclusion in _diagnoses._conclude(rows)


@pytest.mark.usefixtures("missing")
def test_synthetic_descriptions():
    _, y, groups, _, is_real = _diagnoses._load(TINY, 0)
    assert not is_real
    assert set(y) == {"0", "1", "2"}
    for group in set(groups):
        assert len(set(y[groups == group])) == 1

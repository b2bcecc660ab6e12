"""The example on prescriptions, very small."""

import pytest

from skmed.demo import _drugs
from skmed.demo._cli import main

TINY = _drugs.Settings(patients=80, folds=2, penalties=(0.1,), components=4)


@pytest.fixture
def no_data(monkeypatch):
    monkeypatch.delenv("SKMED_DATA", raising=False)


def test_synthetic_through_the_command(no_data, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(_drugs, "FULL", TINY)
    report = tmp_path / "report.html"
    assert main(["demo", "--only", "drugs", "--report", str(report)]) == 0
    out = capsys.readouterr().out
    assert "Data: a synthetic cohort" in out
    assert "NDCG@10" in out
    assert out.count("recommended: ") == 3
    assert out.count("\npatient ") == 3
    page = report.read_text(encoding="utf-8")
    assert page.count("<dt>recommended</dt>") == 3
    assert "synthetic" in page


def test_result(no_data):
    result = _drugs.run(settings=TINY, log=lambda text: None)
    assert [(row.model, row.evaluated_on) for row in result.rows] == [
        (model, on)
        for model in ("most common drugs", "ALS", "EASE")
        for on in ("cross-validation", "test set")
    ]
    assert all(0 <= row.scores["NDCG@10"] <= 1 for row in result.rows)
    assert all(row.seconds > 0 for row in result.rows)
    assert len({row.model for row in result.rows if row.chosen}) == 1
    assert result.rows[-1].scores["NDCG@10"] > result.rows[1].scores["NDCG@10"]


def test_real_prescriptions(skmed_data):
    drugs, patients, source, is_real = _drugs._load(TINY, 0)
    assert is_real
    assert drugs.shape == (122, len(drugs.columns))
    assert len(patients) == 122
    assert "MIMIC-III" in source
    conflicts = _drugs._conflicts_between(drugs.columns)
    assert ("Warfarin", "Aspirin") in conflicts
    result = _drugs.run(settings=TINY, log=lambda text: None)
    assert "ODbL" in " ".join(result.notes)


def test_recommendations_have_no_conflicts(no_data):
    drugs, *_ = _drugs._load(TINY, 0)
    conflicts = _drugs._conflicts_between(drugs.columns)
    assert len(conflicts) > 5
    model = _drugs.EASERecommender(conflicts=conflicts).fit(drugs)
    listing = _drugs._three_patients(model, drugs, "EASE")
    assert len(listing.entries) == 3
    for _, lines in listing.entries:
        texts = dict(lines)
        names = set(texts["has"].split(", ")) | set(texts["recommended"].split(", "))
        recommended = set(texts["recommended"].split(", "))
        for one, other in conflicts:
            assert not ({one, other} <= names and {one, other} & recommended)

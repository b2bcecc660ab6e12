"""The example on images, very small."""

import dataclasses
import re

import numpy as np
import pytest

from skmed.datasets import _pneumoniamnist
from skmed.demo import _images
from skmed.demo._cli import main

TINY = _images.Settings(
    train=60,
    test=30,
    folds=2,
    epochs=1,
    filters=(2,),
    learning_rates=(1e-3,),
    penalties=(1e-3,),
)


@pytest.fixture
def no_data(tmp_path, monkeypatch):
    """Set no SKMED_DATA, an empty cache and a URL without a server."""
    monkeypatch.delenv("SKMED_DATA", raising=False)
    monkeypatch.setenv("SKMED_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    file = dataclasses.replace(_pneumoniamnist._FILE, url="http://127.0.0.1:9/x.npz")
    monkeypatch.setattr(_pneumoniamnist, "_FILE", file)


def test_synthetic_through_the_command(no_data, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(_images, "FULL", TINY)
    report = tmp_path / "report.html"
    assert main(["demo", "--only", "images", "--report", str(report)]) == 0

    out = capsys.readouterr().out
    assert "PneumoniaMNIST is not available: http://127.0.0.1:9" in out
    assert "Data: synthetic chest X-rays" in out
    table = out[out.index("model ") :].splitlines()
    assert re.split(r"  +", table[0]) == [
        "model",
        "evaluated on",
        "accuracy",
        "ROC AUC",
        "sensitivity",
        "specificity",
        "seconds",
    ]
    rows = [
        line for line in table if "cross-validation  " in line or "test set" in line
    ]
    assert len(rows) == 4
    for row in rows:
        scores = [float(number) for number in re.findall(r"\d\.\d{3}", row)]
        assert len(scores) == 4
        assert all(0 <= score <= 1 for score in scores)
    assert sum("*" in row for row in rows) == 1

    page = report.read_text(encoding="utf-8")
    assert "synthetic chest X-rays" in page
    assert page.count("data:image/png;base64,") >= 9
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [report]


def test_result(no_data):
    said = []
    result = _images.run(settings=TINY, random_state=1, log=said.append)
    assert [(row.model, row.evaluated_on) for row in result.rows] == [
        ("logistic regression", "cross-validation"),
        ("logistic regression", "test set"),
        ("CNN", "cross-validation"),
        ("CNN", "test set"),
    ]
    assert all(row.seconds > 0 for row in result.rows)
    assert len({row.model for row in result.rows if row.chosen}) == 1
    assert said[-1] == "Training 6 models on 60 images ..."
    assert result.notes[0].startswith("60 training images (")


def test_real_images_are_stratified(skmed_data):
    (X, y), (X_test, y_test), source, is_real = _images._load(TINY, 0, print)
    assert X.shape == (60, 784)
    assert X.dtype == np.uint8
    assert X_test.shape == (30, 784)
    assert np.mean(y) == pytest.approx(0.742, abs=0.01)
    assert np.mean(y_test) == pytest.approx(0.625, abs=0.02)
    assert is_real
    # attribution is required by the licence
    notes = " ".join(_images._notes(TINY, (X, y), (X_test, y_test), is_real))
    assert "CC BY 4.0" in notes
    assert "Kermany" in notes
    assert "PneumoniaMNIST" in source
    assert "SKMED_DATA" in source


def test_training_and_test_images_are_different(no_data):
    (X, _), (X_test, _), source, is_real = _images._load(TINY, 0, lambda text: None)
    both = np.concatenate([X, X_test])
    assert len(np.unique(both, axis=0)) == 90
    assert not is_real
    assert "synthetic" in source


def test_quick_is_smaller():
    assert _images.QUICK.train < _images.FULL.train
    assert _images.QUICK.epochs < _images.FULL.epochs

"""The example on exercises, very small."""

import numpy as np
import pytest

from skmed.demo import _exercises
from skmed.demo._cli import main

TINY = _exercises.Settings(
    people=4, folds=2, trees=(5,), dropouts=(0.2,), epochs=1, filters=(2,), units=(2,)
)


@pytest.fixture
def missing(monkeypatch):
    """Pretend that seglearn is not installed."""

    def load_physiotherapy():
        raise ImportError("seglearn is missing")

    monkeypatch.setattr(_exercises, "load_physiotherapy", load_physiotherapy)


@pytest.mark.usefixtures("missing")
def test_synthetic_through_the_command(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(_exercises, "FULL", TINY)
    report = tmp_path / "report.html"
    assert main(["demo", "--only", "exercises", "--report", str(report)]) == 0
    out = capsys.readouterr().out
    assert "Data: synthetic recordings" in out
    assert "pip install 'skmed[demo]'" in out
    page = report.read_text(encoding="utf-8")
    assert "synthetic" in page
    assert "confusion matrix of exercises" in page


def test_real_recordings():
    X, y, groups, names, source, is_real = _exercises._load(TINY, 0)
    assert is_real
    assert "seglearn" in source
    assert len(X) == len(y) == len(groups) == 14 * TINY.people
    assert len(names) == len({*y}) == 7
    result = _exercises.run(settings=TINY, log=lambda text: None)
    assert [(row.model, row.evaluated_on) for row in result.rows] == [
        (model, on)
        for model in (_exercises.BASELINE, _exercises.NETWORK)
        for on in ("cross-validation", "test set")
    ]
    assert all(0 <= row.scores["accuracy"] <= 1 for row in result.rows)
    assert len({row.model for row in result.rows if row.chosen}) == 1
    assert any("Burns" in note for note in result.notes)


@pytest.mark.usefixtures("missing")
def test_synthetic_recordings():
    X, y, groups, names, _, is_real = _exercises._load(TINY, 0)
    assert not is_real
    assert len(names) == len({*y}) == 3
    assert len({*groups}) == TINY.people
    assert len({x.shape for x in X}) > 1
    # the second channel moves in "circle" only
    deviation = np.array([x[:, 1].std() for x in X])
    assert deviation[y == 1].min() > deviation[y != 1].max()


def test_statistics_of_each_channel():
    X = [np.array([[1.0, 5.0], [3.0, 5.0]]), np.zeros((3, 2))]
    expected = [2, 5, 1, 0, 1, 5, 3, 5, 2, 5]
    np.testing.assert_array_equal(
        _exercises.channel_statistics(X), [expected, [0] * 10]
    )

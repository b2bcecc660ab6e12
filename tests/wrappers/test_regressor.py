"""Targets of the wrapped regressor."""

from pathlib import Path
from runpy import run_path

import numpy as np
import pytest

from skmed.wrappers import KerasRegressor

SHARED = run_path(str(Path(__file__).with_name("test_documented_programs.py")))
regressor = SHARED["regressor"]


def test_a_model_of_another_width(numbers):
    X, y = numbers
    with pytest.raises(ValueError, match=r"must give 2 number\(s\) per row"):
        regressor().fit(X, np.column_stack([y, y]))


def test_targets_must_be_numbers(numbers):
    X, _ = numbers
    with pytest.raises(ValueError, match="y must hold numbers"):
        regressor().fit(X, ["a", "b"] * 20)


def test_score_calls_scorer(numbers):
    class Scored(KerasRegressor):
        @staticmethod
        def scorer(y_true, y_pred, sample_weight, factor):
            return factor * len(y_true)

    reg = Scored(regressor().model, loss="mse", score__factor=2).fit(*numbers)
    assert reg.score(*numbers) == 80

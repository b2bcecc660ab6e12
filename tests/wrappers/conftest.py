"""Data for the tests of the wrappers."""

import pytest
from sklearn.datasets import make_classification, make_regression

from skmed._keras.wrapping import training_run


@pytest.fixture
def rows():
    X, y = make_classification(40, 6, n_informative=4, random_state=0)
    return X, y


@pytest.fixture
def numbers():
    return make_regression(40, 6, n_informative=4, random_state=0)


@pytest.fixture
def programs(monkeypatch):
    """The programs that fits in this test ask for."""
    asked = []
    original = training_run.training_program

    def spy(*args):
        asked.append(original(*args))
        return asked[-1]

    monkeypatch.setattr(training_run, "training_program", spy)
    return asked

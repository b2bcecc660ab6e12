"""Fixtures that tests share."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sklearn.utils._testing import SkipTest

from skmed._keras.training import trainer
from skmed.utils.estimator_checks import check_name

# checks that may be skipped -> method that an estimator must lack for this
_MULTILABEL = "check_classifiers_multilabel_output_format_"
_MAY_SKIP = {
    f"{_MULTILABEL}decision_function": "decision_function",
    f"{_MULTILABEL}predict_proba": "predict_proba",
}


@pytest.fixture(scope="session")
def skmed_data():
    """The folder of real data, which no machine but CI has to have."""
    folder = os.environ.get("SKMED_DATA")
    if folder and Path(folder).is_dir():
        return Path(folder)
    reason = f"SKMED_DATA names no folder of real data: {folder!r}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def programs(monkeypatch):
    """The programs that fits in this test ask for."""
    from skmed._keras.graphs import programs

    asked = []

    def spy(*args, **keywords):
        program = programs.training_program(*args, **keywords)
        asked.append(program)
        return program

    monkeypatch.setattr(trainer, "training_program", spy)
    return asked


@pytest.fixture
def run_check():
    """Run one of scikit-learn's checks; one that is skipped counts as failed.

    Exceptions are the checks in ``_MAY_SKIP``, if the estimator lacks their method.
    """

    def run(check, *args):
        name, estimator = check_name(check), args[-1]
        try:
            check(*args)
        except SkipTest as skipped:
            method = _MAY_SKIP.get(name)
            if method is None or hasattr(estimator, method):
                pytest.fail(f"{name} didn't run: {skipped}")
            raise

    return run


@pytest.fixture(scope="session")
def repository():
    """The root of the checkout."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture
def run_python():
    """Run code in a fresh process, which must succeed; gives what it printed.

    Keywords are environment variables; None takes one away.
    """

    def run(code, **changes):
        environment = {**os.environ, **changes}
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={
                name: value for name, value in environment.items() if value is not None
            },
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done

    return run

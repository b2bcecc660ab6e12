"""scikit-learn's own checks once more, on lists of sequences."""

from pathlib import Path
from runpy import run_path

import pytest

from skmed.utils import all_estimators
from skmed.utils.estimator_checks import (
    SEQUENCE_COUNTERPARTS,
    check_name,
    sequence_estimator_checks_generator,
)

LISTS = run_path(str(Path(__file__).parents[1] / "estimators.py"))
CASES = [case for case in LISTS["CASES"] if case.rows is LISTS["sequences"]]
CHECKS = [
    pytest.param(instance, check, id=f"{case}-{check_name(check)}-{i}")
    for case in CASES
    for i, (instance, check) in enumerate(
        sequence_estimator_checks_generator(case.estimator)
    )
]


def test_no_estimator_is_forgotten():
    assert {type(case.estimator) for case in CASES} == {
        cls for _, cls in all_estimators() if cls.__module__.startswith("skmed.rnn")
    }


@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_scikit_learn(estimator, check, run_check):
    run_check(check, estimator)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_counterparts_and_many_others_run(case):
    checks = sequence_estimator_checks_generator(case.estimator)
    names = [check_name(check) for _, check in checks]
    assert {check.__name__ for check in SEQUENCE_COUNTERPARTS.values()} <= {*names}
    assert len(names) >= 54

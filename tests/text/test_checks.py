"""All of scikit-learn's estimator checks, on estimators of text."""

from collections import Counter
from pathlib import Path
from runpy import run_path

import pytest
import sklearn
from sklearn.utils import estimator_checks, get_tags
from sklearn.utils.fixes import parse_version

from skmed import TokenSequencer
from skmed.utils import all_estimators
from skmed.utils._matrix_adapter import adapt_to_matrices
from skmed.utils.estimator_checks import (
    OWN_TEXT_COUNTERPARTS,
    TEXT_COUNTERPARTS,
    check_name,
    text_estimator_checks_generator,
)

LISTS = run_path(str(Path(__file__).parents[1] / "estimators.py"))
CASES = [case for case in LISTS["CASES"] if case.takes_text]
NAMED = {
    **{str(case): case.estimator for case in CASES},
    "TokenSequencer": TokenSequencer(min_df=1),
}
CHECKS = [
    pytest.param(instance, check, id=f"{name}-{check_name(check)}-{i}")
    for name, estimator in NAMED.items()
    for i, (instance, check) in enumerate(text_estimator_checks_generator(estimator))
]


def test_no_estimator_is_forgotten():
    assert {type(estimator) for estimator in NAMED.values()} == {
        cls for _, cls in all_estimators() if cls.__module__.startswith("skmed.text")
    }


@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_scikit_learn(estimator, check, run_check):
    run_check(check, estimator)


@pytest.mark.parametrize("name", NAMED)
def test_as_many_checks_run_as_on_an_estimator_of_numbers(name):
    estimator = NAMED[name]
    numeric = estimator_checks.estimator_checks_generator(
        adapt_to_matrices(estimator, "text")
    )
    expected = Counter(check_name(check) for _, check in numeric)
    ran = Counter(
        check_name(check) for _, check in text_estimator_checks_generator(estimator)
    )
    for replaced, counterpart in TEXT_COUNTERPARTS.items():
        assert expected.pop(replaced) == ran.pop(counterpart.__name__) == 1
    assert ran == expected


@pytest.mark.skipif(
    parse_version(sklearn.__version__).release[:2] != (1, 9),
    reason="the number of checks is that of scikit-learn 1.9",
)
def test_how_many_checks_run():
    numbers = {
        name: len(list(text_estimator_checks_generator(estimator)))
        for name, estimator in NAMED.items()
    }
    assert numbers["TextClassifier"] == 67
    assert numbers["TextRegressor"] == 60
    assert numbers["TextEncoder-reconstruction"] == 54
    assert numbers["TextEncoder-classification"] == 55


@pytest.mark.parametrize("name", NAMED)
def test_no_tag_avoids_a_check(name):
    for estimator in (NAMED[name], type(NAMED[name])()):
        tags = get_tags(estimator)
        assert tags.input_tags.string
        assert not tags.input_tags.two_d_array
        assert not tags.no_validation
        assert not tags.non_deterministic
        assert not tags._skip_test
        assert not tags.input_tags.allow_nan
        assert tags.requires_fit
        assert tags.classifier_tags is None or not tags.classifier_tags.poor_score
        assert tags.regressor_tags is None or not tags.regressor_tags.poor_score


# ----- what scikit-learn runs for its own estimators only -----


def _own_checks():
    for name, estimator in NAMED.items():
        names = list(LISTS["OWN_CHECKS"])
        if hasattr(estimator, "predict_proba"):
            names += LISTS["OWN_CHECKS_OF_CLASSIFIERS"]
        if hasattr(estimator, "transform"):
            names += LISTS["OWN_CHECKS_OF_TRANSFORMERS"]
        for check in names:
            yield pytest.param(estimator, check, id=f"{name}-{check}")


@pytest.mark.filterwarnings("ignore:X (does not have valid|has) feature names")
@pytest.mark.parametrize(("estimator", "check"), list(_own_checks()))
def test_scikit_learns_own(estimator, check, run_check):
    name = type(estimator).__name__
    if check in OWN_TEXT_COUNTERPARTS:
        run_check(OWN_TEXT_COUNTERPARTS[check], name, estimator)
    else:
        adapted = adapt_to_matrices(estimator, "text")
        run_check(getattr(estimator_checks, check), name, adapted)

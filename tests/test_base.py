"""A new family, written from CONTRIBUTING alone: two files in one folder."""

import inspect
import pickle
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import estimator_checks_generator

from skmed.utils.estimator_checks import check_name

FOLDER = Path(__file__).with_name("table_family")
sys.path.insert(0, str(FOLDER.parent))
from table_family import TableClassifier, TableEncoder, TableRegressor  # noqa: E402

sys.path.remove(str(FOLDER.parent))

# small and exact, as scikit-learn's checks need
EXACT = {"units": (16,), "precision": "float64", "batch_size": 10_000}
EXACT |= {"epochs": 60, "learning_rate": 0.02, "random_state": 0}
ESTIMATORS = [
    TableClassifier(**EXACT),
    TableRegressor(**EXACT),
    TableEncoder(n_components=3, **EXACT),
]


def test_a_family_is_two_short_files():
    files = sorted(FOLDER.glob("*.py"))
    assert len(files) == 2
    assert sum(len(file.read_text().splitlines()) for file in files) <= 60


def test_contributing_shows_these_files(repository):
    text = (repository / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for file in FOLDER.glob("*.py"):
        assert file.read_text() in text


def _checks():
    for estimator in ESTIMATORS:
        for i, (instance, check) in enumerate(estimator_checks_generator(estimator)):
            name = f"{type(estimator).__name__}-{check_name(check)}-{i}"
            yield pytest.param(instance, check, id=name)


@pytest.mark.parametrize(("estimator", "check"), list(_checks()))
def test_scikit_learn(estimator, check, run_check):
    run_check(check, estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
def test_enough_checks_run(estimator):
    names = Counter(
        check_name(check) for _, check in estimator_checks_generator(estimator)
    )
    assert names.total() >= 40


def test_parameters_come_first_and_are_documented():
    assert next(iter(inspect.signature(TableClassifier).parameters)) == "units"
    assert "units : tuple of int, default=(32,)" in TableClassifier.__doc__
    with pytest.raises(TypeError, match="did you mean 'units'"):
        TableClassifier(unit=3)
    with pytest.raises(ValueError, match="The 'units' parameter"):
        TableClassifier(units=3).fit(*load_breast_cancer(return_X_y=True))


def test_the_family_does_what_the_others_do():
    X, y = load_breast_cancer(return_X_y=True)
    classifier = TableClassifier(units=(8,), epochs=5, random_state=0, n_estimators=2)
    search = GridSearchCV(classifier, {"units": [(4,), (8, 4)]}, cv=2).fit(X, y)
    assert search.score(X, y) > 0.9
    copy = pickle.loads(pickle.dumps(search.best_estimator_))
    np.testing.assert_array_equal(copy.predict_proba(X), search.predict_proba(X))
    assert clone(copy).get_params()["units"] == copy.units
    encoder = TableEncoder(n_components=4, units=(16,), epochs=20, random_state=0)
    rebuilt = encoder.fit(X).inverse_transform(encoder.transform(X))
    assert np.mean((rebuilt - X) ** 2 / X.var(axis=0)) < 0.7
    both = make_column_transformer((encoder, slice(0, 20)), remainder="passthrough")
    pipeline = make_pipeline(both, TableClassifier(epochs=3, random_state=0))
    assert cross_val_score(pipeline, X, y, cv=2).mean() > 0.85


def test_numbers():
    X, y = load_diabetes(return_X_y=True)
    regressor = TableRegressor(epochs=30, learning_rate=0.003, random_state=0)
    assert cross_val_score(regressor, X, y, cv=2).mean() > 0.35

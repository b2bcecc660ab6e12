"""scikit-learn's own checks of the wrappers, with a small model in double precision."""

from collections import Counter
from pathlib import Path
from runpy import run_path

import keras
import pytest
import sklearn
from sklearn.base import clone
from sklearn.utils import estimator_checks, get_tags
from sklearn.utils.estimator_checks import estimator_checks_generator
from sklearn.utils.fixes import parse_version

from skmed.utils.estimator_checks import check_name
from skmed.wrappers import KerasClassifier, KerasRegressor

COMMON = run_path(str(Path(__file__).parents[1] / "test_common.py"))
LISTS = COMMON["LISTS"]


def exact(meta, units, activation, loss):
    """A network in double precision whose loss takes a weight for a number of rows."""
    inputs = keras.Input(meta["X_shape_"][1:], dtype="float64")
    x = keras.layers.Dense(16, "relu", dtype="float64")(inputs)
    outputs = keras.layers.Dense(units, activation, dtype="float64")(x)
    model = keras.Model(inputs, outputs)
    loss = loss(reduction="mean_with_sample_weight", dtype="float64")
    model.compile(keras.optimizers.Adam(0.02), loss)
    return model


def exact_classes(meta):
    if meta["target_type_"] == "multilabel-indicator":
        return exact(
            meta, meta["n_classes_"], "sigmoid", keras.losses.BinaryCrossentropy
        )
    loss = keras.losses.SparseCategoricalCrossentropy
    return exact(meta, meta["n_classes_"], "softmax", loss)


def exact_numbers(meta):
    return exact(meta, meta["n_outputs_"], "linear", keras.losses.MeanSquaredError)


EXACT = {"epochs": 60, "batch_size": -1, "random_state": 0}


ESTIMATORS = [
    KerasClassifier(exact_classes, **EXACT),
    KerasRegressor(exact_numbers, **EXACT),
]


def _checks():
    # the names that scikit-learn gives would hold the addresses of the functions
    for estimator in ESTIMATORS:
        for i, (instance, check) in enumerate(estimator_checks_generator(estimator)):
            name = f"{type(estimator).__name__}-{i}-{check_name(check)}"
            yield pytest.param(instance, check, id=name)


@pytest.mark.parametrize(("estimator", "check"), list(_checks()))
def test_scikit_learn(estimator, check, run_check):
    if check_name(check) == "check_array_api_input":
        # may be skipped: a model's own layers needn't take other arrays
        check(estimator)
    else:
        run_check(check, estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
def test_which_checks_run(estimator):
    checks = estimator_checks_generator(estimator)
    ran = Counter(check_name(check) for _, check in checks)
    if parse_version(sklearn.__version__).release[:2] == (1, 9):
        # the one for sparse rows is not for the families, which take none
        ran["check_sample_weight_equivalence_on_sparse_data"] -= 1
        assert +ran == COMMON["_expected"](estimator)
    assert ran.total() >= 50


@pytest.mark.filterwarnings("ignore:X (does not have valid|has) feature names")
@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("check", LISTS["OWN_CHECKS"])
def test_scikit_learns_own(estimator, check):
    getattr(estimator_checks, check)(type(estimator).__name__, clone(estimator))


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
def test_no_tag_avoids_a_check(estimator):
    tags = get_tags(estimator)
    assert not tags.no_validation
    assert not tags.non_deterministic
    assert not tags._skip_test
    assert tags.requires_fit
    assert tags.input_tags.two_d_array
    assert tags.input_tags.sparse
    assert tags.target_tags.required

"""What every estimator promises, in the order and by the numbers of the design.

The first promise, scikit-learn's own checks, has ``test_common.py`` for itself.
"""

import gc
import inspect
import os
import pickle
import random
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from runpy import run_path

import joblib
import keras
import numpy as np
import psutil
import pytest
import sklearn
import tensorflow as tf
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.base import clone, is_classifier
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import _safe_indexing
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import has_fit_parameter
from tensorflow.python.framework.config import is_op_determinism_enabled

from skmed._keras.data import samples
from skmed._keras.graphs import prediction_program
from skmed._keras.training.loop import TrainingLoop

CASES = run_path(str(Path(__file__).with_name("estimators.py")))["CASES"]
DEEP = [case for case in CASES if case.is_deep]
SEEDED = [case for case in CASES if case.is_seeded]
CLASSIFIERS = [case for case in DEEP if is_classifier(case.estimator)]
WEIGHTED = [
    case for case in CASES if has_fit_parameter(case.estimator, "sample_weight")
]


def each(cases):
    return pytest.mark.parametrize("case", cases, ids=str)


def fit_outputs(case, estimator, **keywords):
    """Fit on the case's data; return what the estimator then says about it."""
    X, y = case.data()
    return case.outputs(estimator.fit(X, y, **keywords), X)


class Interrupt(keras.callbacks.Callback):
    """Press Ctrl-C at the end of an epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_end(self, epoch, logs=None):
        if epoch == self.epoch:
            raise KeyboardInterrupt


@pytest.fixture
def trainings(monkeypatch):
    """One entry for each time that a network is trained."""
    calls = []
    run = TrainingLoop.run

    def spy(self, state, epochs, *args):
        calls.append(epochs)
        return run(self, state, epochs, *args)

    monkeypatch.setattr(TrainingLoop, "run", spy)
    return calls


# ----- 2: the constructor stores, fit validates -----


@each(CASES)
def test_2_constructor_stores_and_nothing_else(case):
    cls = type(case.estimator)
    values = {name: object() for name in inspect.signature(cls).parameters}
    estimator = cls(**values)
    assert vars(estimator) == values
    assert estimator.get_params(deep=False) == values
    replaced = {name: object() for name in values}
    estimator.set_params(**replaced)
    assert vars(estimator) == replaced


@each(SEEDED)
def test_2_fit_changes_no_parameter(case):
    estimator = case.fast(random_state=np.random.RandomState(0))
    before = estimator.get_params()
    estimator.fit(*case.data())
    after = estimator.get_params()
    assert all(after[name] is before[name] for name in before)


@each(DEEP)
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"epochs": 0}, "The 'epochs' parameter of {name} must be an int"),
        ({"batch_size": "32"}, "The 'batch_size' parameter of {name} must be an int"),
        ({"optimizer": "adamm"}, "The 'optimizer' parameter of {name} must be a str"),
        ({"loss": "hinge"}, "The 'loss' parameter of {name} must be a str"),
    ],
    ids=str,
)
def test_2_wrong_parameters_are_found_before_training(case, wrong, sentence, trainings):
    estimator = case.fast().set_params(**wrong)
    expected = re.escape(sentence.format(name=type(estimator).__name__))
    with pytest.raises(ValueError, match=expected):
        estimator.fit(*case.data())
    assert not trainings


@each(DEEP)
def test_2_wrong_input_is_found_before_training(case, trainings):
    X, y = case.data()
    wrong = [
        ((_safe_indexing(X, np.arange(0)), y[:0]), {}, "0 sample"),
        ((X, y), {"sample_weight": -np.ones(20)}, "sample_weight"),
        ((X, y), {"sample_weight": np.ones(19)}, "sample_weight"),
        ((X, y), {"groups": np.ones(19)}, "groups"),
        ((X, y), {"y_val": y}, "X_val"),
    ]
    if case.needs_y:
        wrong += [((X, y[:19]), {}, "inconsistent"), ((X, y), {"X_val": X}, "y_val")]
    for rows, keywords, named in wrong:
        with pytest.raises(ValueError, match=named):
            case.fast().fit(*rows, **keywords)
    assert not trainings


# ----- 3: one seed, one model -----


@each(SEEDED)
def test_3_one_seed_gives_one_model_whatever_was_fitted_before(case):
    X, y = case.data()
    estimator = case.fast()
    first = fit_outputs(case, estimator)
    case.fast(random_state=1).fit(_safe_indexing(X, np.arange(15)), y[:15])
    case.exact().fit(X, y)
    np.testing.assert_array_equal(fit_outputs(case, estimator), first)
    np.testing.assert_array_equal(fit_outputs(case, case.fast()), first)
    assert not np.array_equal(fit_outputs(case, case.fast(random_state=1)), first)


@each(CASES)
def test_3_one_seed_gives_one_model_in_a_thread(case):
    expected = fit_outputs(case, case.fast())
    with ThreadPoolExecutor(1) as pool:
        got = pool.submit(fit_outputs, case, case.fast()).result()
    np.testing.assert_array_equal(got, expected)


ELSEWHERE = """
import io, joblib, os, pickle
load = {"pickle": pickle.loads, "joblib": lambda dump: joblib.load(io.BytesIO(dump))}
with open(os.environ["WORK"], "rb") as file:
    tasks = pickle.load(file)
results = {}
for name, (how, dump, method, X, y) in reversed(tasks.items()):
    estimator = load[how](dump)
    if y is not None:
        estimator.fit(X, y)
    results[name] = getattr(estimator, method)(X)
with open(os.environ["WORK"], "wb") as file:
    pickle.dump(results, file)
"""


@pytest.fixture
def elsewhere(run_python, tmp_path):
    """Fit and predict in one fresh process, the last task first, and in silence."""
    path = tmp_path / "work.pickle"

    def run(tasks):
        path.write_bytes(pickle.dumps(tasks))
        done = run_python(ELSEWHERE, WORK=str(path))
        assert (done.stdout, done.stderr) == ("", "")
        return pickle.loads(path.read_bytes())

    return run


def test_3_one_seed_gives_one_model_in_a_fresh_process(elsewhere):
    tasks = {
        str(case): ("pickle", pickle.dumps(case.fast()), case.method, *case.data())
        for case in CASES
    }
    got = elsewhere(tasks)
    for case in CASES:
        expected = fit_outputs(case, case.fast())
        np.testing.assert_array_equal(got[str(case)], expected, err_msg=str(case))


@each(SEEDED)
def test_3_a_random_state_instance_is_consumed_as_scikit_learn_does(case):
    one, other = np.random.RandomState(0), np.random.RandomState(0)
    first, second = (fit_outputs(case, case.fast(random_state=one)) for _ in "ab")
    assert not np.array_equal(first, second)
    # a clone copies the instance, and an int seeds a new one for each fit
    np.testing.assert_array_equal(first, fit_outputs(case, case.fast(random_state=0)))
    for expected in (first, second):
        got = fit_outputs(case, case.fast().set_params(random_state=other))
        np.testing.assert_array_equal(got, expected)


@each(SEEDED)
def test_3_none_draws_from_numpys_global_stream(case):
    np.random.seed(3)  # noqa: NPY002
    expected = fit_outputs(case, case.fast(random_state=np.random.RandomState(3)))
    first = fit_outputs(case, case.fast(random_state=None))
    second = fit_outputs(case, case.fast(random_state=None))
    np.testing.assert_array_equal(first, expected)
    assert not np.array_equal(first, second)


def global_state():
    """Return what the process has globally, in a form that compares."""
    return {
        "python": random.getstate(),
        "numpy": pickle.dumps(np.random.get_state()),  # noqa: NPY002
        "floatx": keras.config.floatx(),
        "epsilon": keras.config.epsilon(),
        "policy": keras.config.dtype_policy().name,
        "layout": keras.config.image_data_format(),
        "determinism": is_op_determinism_enabled(),
        "eager": tf.config.functions_run_eagerly(),
        "threads": tf.config.threading.get_intra_op_parallelism_threads(),
        "environment": dict(os.environ),
        "scikit-learn": sklearn.get_config(),
        "floating point": np.geterr(),
    }


def assert_nothing_global(action):
    """Check that an action neither draws from a global stream nor sets anything."""
    keras.utils.set_random_seed(7)
    expected = tf.random.uniform((3,)).numpy()
    keras.utils.set_random_seed(7)
    before = global_state()
    action()
    after = global_state()
    assert [name for name in before if before[name] != after[name]] == []
    np.testing.assert_array_equal(tf.random.uniform((3,)).numpy(), expected)


@each(CASES)
@pytest.mark.parametrize("form", ["exact", "fast"])
def test_3_fitting_and_predicting_leave_the_process_as_it_was(case, form):
    estimator = getattr(case, form)()
    assert_nothing_global(lambda: fit_outputs(case, estimator))
    # now that everything is compiled
    assert_nothing_global(lambda: fit_outputs(case, estimator))


@each(CASES)
def test_3_pickling_leaves_the_process_as_it_was(case):
    X, y = case.data()
    estimator = case.fast().fit(X, y)
    assert_nothing_global(
        lambda: case.outputs(pickle.loads(pickle.dumps(estimator)), X)
    )


@each(DEEP)
def test_3_global_state_does_not_matter(case):
    expected = fit_outputs(case, case.fast())
    before = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    try:
        got = fit_outputs(case, case.fast())
    finally:
        keras.config.set_floatx(before[0])
        keras.config.set_dtype_policy(before[1])
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, expected)


# ----- 4: the shape of an answer, whatever the number and order of rows -----


@each(CLASSIFIERS)
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("labels", [np.array, lambda y: np.array(list("abc"))[y]])
def test_4_one_column_per_class(case, n_classes, labels):
    X, y = case.data()
    y = labels(y % n_classes)
    classifier = case.fast().fit(X, y)
    for n_samples in (1, 2, 20):
        rows = _safe_indexing(X, np.arange(n_samples))
        probabilities = classifier.predict_proba(rows)
        assert probabilities.shape == (n_samples, n_classes)
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
        expected = np.unique(y)[probabilities.argmax(axis=1)]
        np.testing.assert_array_equal(classifier.predict(rows), expected)


@each(CLASSIFIERS)
@pytest.mark.parametrize("n_labels", [1, 3])
def test_4_one_column_per_label(case, n_labels):
    X, y = case.data()
    y = (y[:, np.newaxis] == np.arange(n_labels)).astype(int)
    if n_labels == 1:
        # one column of zeros and ones is binary to scikit-learn
        y = np.hstack([y, 1 - y])
    classifier = case.fast().fit(X, y)
    for n_samples in (1, 2, 20):
        rows = _safe_indexing(X, np.arange(n_samples))
        probabilities = classifier.predict_proba(rows)
        assert probabilities.shape == (n_samples, y.shape[1])
        assert np.all((probabilities > 0) & (probabilities < 1))
        predicted = classifier.predict(rows)
        np.testing.assert_array_equal(predicted, probabilities > 0.5)
        assert predicted.dtype == y.dtype


@each(CASES)
def test_4_order_and_number_of_rows_do_not_matter(case, monkeypatch):
    X, y = case.data()
    estimator = case.fast().fit(X, y)
    expected = case.outputs(estimator, X)
    # products of matrices of other sizes are summed in another order
    same = {"rtol": 0, "atol": 1e-5 * np.abs(expected).max()}

    order = np.random.default_rng(0).permutation(20)
    permuted = case.outputs(estimator, _safe_indexing(X, order))
    np.testing.assert_allclose(permuted, expected[order], **same)
    single = [case.outputs(estimator, _safe_indexing(X, [i])) for i in range(20)]
    np.testing.assert_allclose(np.concatenate(single), expected, **same)
    if case.is_deep:
        estimator.set_params(batch_size=3)
        monkeypatch.setattr(prediction_program, "_PREDICT_VALUES", 18)
        np.testing.assert_allclose(case.outputs(estimator, X), expected, **same)


# ----- 5: weights -----


def assert_same(got, expected):
    np.testing.assert_allclose(got, expected, rtol=1e-7, atol=1e-9)


@each(WEIGHTED)
@settings(max_examples=5)
@given(weight=st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_5_an_integer_weight_is_a_repeated_row(case, weight):
    X, y = case.data(12)
    weight = np.array(weight)
    assume(len(np.unique(y[weight > 0])) > 2)
    repeated = np.repeat(np.arange(12), weight)
    weighted = case.exact().fit(X, y, sample_weight=weight)
    expected = case.exact().fit(_safe_indexing(X, repeated), y[repeated])
    assert_same(case.outputs(weighted, X), case.outputs(expected, X))


@each([case for case in WEIGHTED if case.method != "transform"])
def test_5_an_integer_weight_is_a_repeated_row_of_several_targets(case):
    X, y = case.data()
    y = np.stack([y > y.mean(), y > 1, y == y[0]], axis=1).astype(int)
    if case not in CLASSIFIERS:
        y = y + np.random.default_rng(0).normal(size=y.shape)
    weight = np.random.default_rng(1).permutation(np.arange(20) % 4)
    repeated = np.repeat(np.arange(20), weight)
    weighted = case.exact().fit(X, y, sample_weight=weight)
    expected = case.exact().fit(_safe_indexing(X, repeated), y[repeated])
    assert case.outputs(weighted, X).shape == (20, 3)
    assert_same(case.outputs(weighted, X), case.outputs(expected, X))


@each(WEIGHTED)
@pytest.mark.parametrize("form", ["exact", "fast"])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_5_a_weight_of_zero_is_an_absent_row(case, form, early_stopping):
    changes = {"early_stopping": early_stopping, "validation_fraction": 0.3}
    if not case.is_deep:
        changes = {}
    if case in CLASSIFIERS:
        changes["class_weight"] = "balanced"
    X, y = case.data(24)
    absent = np.arange(24) % 4 == 0
    outliers = case.rows(24, 1)
    if isinstance(X, np.ndarray):
        # what is absent would spoil means and variances, labels and scales
        X = np.where(absent[:, np.newaxis], 1e6 * outliers, X)
    y = np.where(absent, 99, y)
    weight = np.where(absent, 0, 1.5)
    weighted = getattr(case, form)(**changes).fit(X, y, sample_weight=weight)
    present = np.flatnonzero(~absent)
    rows = _safe_indexing(X, present)
    expected = getattr(case, form)(**changes)
    expected.fit(rows, y[present], sample_weight=weight[present])
    np.testing.assert_array_equal(
        case.outputs(weighted, rows), case.outputs(expected, rows)
    )
    if case in CLASSIFIERS:
        assert weighted.classes_.tolist() == [0, 1, 2]


@each(DEEP)
def test_5_validation_rows_are_weighted_too(case):
    X, y = case.data()
    X_val, y_val = case.data(6, seed=1)
    weight = np.array([2, 0, 1, 3, 0, 1])
    repeated = np.repeat(np.arange(6), weight)
    losses = [
        case.exact(epochs=2).fit(X, y, **validation).history_["val_loss"]
        for validation in (
            {"X_val": X_val, "y_val": y_val, "sample_weight_val": weight},
            {"X_val": _safe_indexing(X_val, repeated), "y_val": y_val[repeated]},
        )
    ]
    assert_same(*losses)


@each(CLASSIFIERS)
def test_5_class_weight_is_a_weight_of_the_rows(case):
    X, y = case.data()
    y = np.array(list("abc"))[np.minimum(y + (np.arange(20) < 8), 2)]
    weight = np.random.default_rng(0).uniform(0.5, 2, size=20)
    table = {"a": 2.0, "c": 0.5}
    factors = np.array([table.get(label, 1.0) for label in y])
    pairs = [
        ({"class_weight": table}, None, factors),
        ({"class_weight": table}, weight, factors * weight),
        ({"class_weight": "balanced"}, None, compute_sample_weight("balanced", y)),
    ]
    for changes, given_weight, expected_weight in pairs:
        got = case.exact(**changes).fit(X, y, sample_weight=given_weight)
        expected = case.exact().fit(X, y, sample_weight=expected_weight)
        assert_same(case.outputs(got, X), case.outputs(expected, X))


@each(CLASSIFIERS)
def test_5_balanced_counts_with_the_weights_of_the_rows(case):
    X, y = case.data()
    y = np.minimum(y, 1)
    weight = np.arange(20) % 3 + 1
    repeated = np.repeat(np.arange(20), weight)
    got = case.exact(class_weight="balanced").fit(X, y, sample_weight=weight)
    expected = case.exact(class_weight="balanced")
    expected.fit(_safe_indexing(X, repeated), y[repeated])
    assert_same(case.outputs(got, X), case.outputs(expected, X))


@each(CLASSIFIERS)
def test_5_weights_of_several_labels_are_multiplied(case):
    X, codes = case.data()
    y = np.stack([codes > 0, codes > 1, codes == 1], axis=1).astype(int)
    tables = [{0: 0.5, 1: 2.0}, {1: 3.0}, {}]
    weight = np.random.default_rng(0).uniform(0.5, 2, size=20)
    for class_weight, factors in [
        (tables, np.where(y[:, 0], 2.0, 0.5) * np.where(y[:, 1], 3.0, 1.0)),
        ("balanced", compute_sample_weight("balanced", y)),
    ]:
        got = case.exact(class_weight=class_weight)
        expected = case.exact()
        if class_weight == "balanced":
            got.fit(X, y)
            expected.fit(X, y, sample_weight=factors)
        else:
            got.fit(X, y, sample_weight=weight)
            expected.fit(X, y, sample_weight=weight * factors)
        assert_same(case.outputs(got, X), case.outputs(expected, X))


@each(WEIGHTED)
def test_5_weights_of_the_caller_stay_as_they_were(case):
    X, y = case.data()
    changes = {"class_weight": "balanced"} if case in CLASSIFIERS else {}
    for least in (0, 1):
        for dtype in (np.float64, np.float32, np.int64):
            given_weight = (least + np.arange(20) % 3).astype(dtype)
            weight = given_weight.copy()
            case.fast(**changes).fit(X, y, sample_weight=weight)
            np.testing.assert_array_equal(weight, given_weight)


# ----- 6: silence -----


@each(CASES)
def test_6_silent_by_default(case, capfd, caplog):
    X, _ = case.data()
    estimator = case.fast()
    fit_outputs(case, estimator)
    case.outputs(pickle.loads(pickle.dumps(estimator)), X)
    assert capfd.readouterr() == ("", "")
    assert not caplog.messages


@each(DEEP)
def test_6_verbose_shows_one_progress_bar(case, capfd):
    X, y = case.data()
    estimator = case.fast(verbose=1).fit(X, y, X_val=X, y_val=y)
    case.outputs(estimator, X)
    out, err = capfd.readouterr()
    assert out == ""
    lines = err.split("\n")
    assert lines[1:] == [""]
    shown = lines[0].split("\r")[-1]
    history = estimator.history_
    for part in (
        type(estimator).__name__,
        "3/3",
        "<00:00",
        f"loss={history['loss'][-1]:.4g}",
        f"val_loss={history['val_loss'][-1]:.4g}",
    ):
        assert part in shown


# ----- 7: nothing is left half done -----


@each(CASES)
def test_7_a_failed_first_fit_leaves_nothing(case):
    X, y = case.data()
    estimator = case.fast()
    before = dict(vars(estimator))
    for rows, targets in [
        (_safe_indexing(X, np.arange(19)), y),
        (X, np.full(20, np.nan)),
    ]:
        if case.needs_y:
            with pytest.raises(ValueError, match=r"inconsistent|NaN"):
                estimator.fit(rows, targets)
    with pytest.raises(ValueError, match="0 sample"):
        estimator.fit(_safe_indexing(X, np.arange(0)), y[:0])
    assert vars(estimator) == before


def break_off(estimator, X, y, how):
    """Make a fit fail late."""
    if how == "diverged":
        estimator.set_params(optimizer="sgd", learning_rate=1e35, weight_decay=0.1)
        with pytest.raises(ValueError, match="loss became"):
            estimator.fit(X, y)
    elif how == "partial_fit":
        estimator.set_params(callbacks=[Interrupt(0)])
        with pytest.raises(KeyboardInterrupt):
            estimator.partial_fit(X, y)
    else:
        estimator.set_params(callbacks=[Interrupt(1)])
        with pytest.raises(KeyboardInterrupt):
            estimator.fit(X, y)


@each(DEEP)
@pytest.mark.parametrize("warm_start", [False, True])
@pytest.mark.parametrize("how", ["interrupted", "diverged", "partial_fit"])
def test_7_a_broken_off_fit_leaves_the_estimator_as_it_was(case, how, warm_start):
    X, y = case.data()
    estimator = case.fast(warm_start=warm_start).fit(X, y)
    parameters, expected = estimator.get_params(), case.outputs(estimator, X)
    fitted, model = pickle.dumps(estimator), estimator.model_
    break_off(estimator, *case.data(seed=1), how)
    estimator.set_params(**parameters)
    assert estimator.model_ is model
    assert pickle.dumps(estimator) == fitted
    np.testing.assert_array_equal(case.outputs(estimator, X), expected)

    # what is learned next is what would have been learned without it
    unbroken = pickle.loads(fitted).fit(X, y)
    np.testing.assert_array_equal(
        fit_outputs(case, estimator), case.outputs(unbroken, X)
    )


@each(CASES)
def test_7_a_failed_refit_leaves_the_estimator_as_it_was(case):
    X, y = case.data()
    estimator = case.fast().fit(X, y)
    before, expected = dict(vars(estimator)), case.outputs(estimator, X)
    with pytest.raises(ValueError, match="0 sample"):
        estimator.fit(_safe_indexing(X, np.arange(0)), y[:0])
    if isinstance(X, np.ndarray):
        # validation has taken note of twelve columns when the rows prove wrong
        with pytest.raises(ValueError, match="NaN"):
            estimator.fit(np.hstack([X, np.full_like(X, np.nan)]), y)
    if case.needs_y:
        with pytest.raises(ValueError, match="inconsistent"):
            estimator.fit(X, y[:19])
    assert vars(estimator) == before
    np.testing.assert_array_equal(case.outputs(estimator, X), expected)


@each(CASES)
def test_7_predicting_sets_no_attribute(case):
    X, y = case.data()
    estimator = case.fast().fit(X, y)
    before, dump = dict(vars(estimator)), pickle.dumps(estimator)
    for name in ("predict", "predict_proba", "decision_function", "transform"):
        if hasattr(estimator, name):
            getattr(estimator, name)(X)
    for name in ("score", "recommend"):
        if hasattr(estimator, name):
            getattr(estimator, name)(X, *([y] if name == "score" else []))
    if hasattr(estimator, "inverse_transform"):
        estimator.inverse_transform(estimator.transform(X))
    assert vars(estimator) == before
    assert pickle.dumps(estimator) == dump


def test_7_pickles_predict_and_go_on_alike_in_a_fresh_process(elsewhere, tmp_path):
    tasks, expected = {}, {}
    for case in CASES:
        X, y = case.data()
        changes = {"warm_start": True} if case.is_deep else {}
        estimator = case.fast(**changes).fit(X, y)
        for how in ("pickle", "joblib"):
            if how == "pickle":
                dump = pickle.dumps(estimator)
            else:
                joblib.dump(estimator, tmp_path / "estimator.joblib")
                dump = (tmp_path / "estimator.joblib").read_bytes()
            name = f"{case}, {how}"
            tasks[name] = how, dump, case.method, X, None
            expected[name] = case.outputs(estimator, X)
            if case.is_deep:
                tasks[f"{name}, warm start"] = how, dump, case.method, X, y
        if case.is_deep:
            estimator.fit(X, y)
            for how in ("pickle", "joblib"):
                outputs = case.outputs(estimator, X)
                expected[f"{case}, {how}, warm start"] = outputs
    got = elsewhere(tasks)
    assert got.keys() == expected.keys()
    for name, outputs in expected.items():
        np.testing.assert_array_equal(got[name], outputs, err_msg=name)


@each(CASES)
def test_7_a_clone_is_unfitted_and_fits_alike(case):
    estimator = case.fast()
    expected = fit_outputs(case, estimator)
    copy = clone(estimator)
    assert vars(copy) == vars(case.fast())
    np.testing.assert_array_equal(fit_outputs(case, copy), expected)


# ----- 8: memory and threads -----


@each(CASES)
def test_8_memory_does_not_grow_with_the_number_of_fits(case):
    def fits(number):
        for _ in range(number):
            fit_outputs(case, case.fast())
        gc.collect()
        return psutil.Process().memory_info().rss / 2**20

    before = fits(10)
    assert fits(30) - before < 7.5


@each(CASES)
def test_8_predictions_of_several_threads_do_not_mix(case):
    fitted = [case.fast().fit(*case.data(seed=seed)) for seed in range(4)]
    work = [(fitted[i % 4], case.rows(20 + i, i)) for i in range(40)]
    serial = [case.outputs(estimator, X) for estimator, X in work]
    with ThreadPoolExecutor(4) as pool:
        parallel = list(pool.map(lambda task: case.outputs(*task), work))
    for got, expected in zip(parallel, serial):
        np.testing.assert_array_equal(got, expected)


# ----- 9: the working directory (and, in conftest.py, the network) -----


@each(CASES)
def test_9_nothing_is_written(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    X, _ = case.data()
    estimator = case.fast()
    fit_outputs(case, estimator)
    case.outputs(pickle.loads(pickle.dumps(estimator)), X)
    tmp_path.chmod(0o500)  # nor deleted again
    try:
        fit_outputs(case, case.fast())
    finally:
        tmp_path.chmod(0o700)
    assert not list(tmp_path.iterdir())


# ----- 10: patients -----


@pytest.fixture
def held_out(monkeypatch):
    """For each fit with early stopping the patients of each side."""
    splits = []
    hold_out = samples.hold_out

    def spy(n_samples, fraction, seed, strata=None, groups=None):
        train, rows = hold_out(n_samples, fraction, seed, strata, groups)
        assert sorted([*train, *rows]) == list(range(n_samples))
        assert groups is not None
        splits.append((set(groups[train]), set(groups[rows])))
        return train, rows

    monkeypatch.setattr(samples, "hold_out", spy)
    return splits


def assert_by_patient(splits, n_fits, n_patients):
    assert len(splits) == n_fits
    for train, held_out in splits:
        assert not train & held_out
        assert len(train) + len(held_out) == n_patients
        assert len(held_out) == round(0.3 * n_patients)


@each(DEEP)
@pytest.mark.parametrize("kind", [np.array, lambda g: np.char.add("p", g.astype(str))])
def test_10_a_patient_stays_on_one_side(case, held_out, kind):
    X, y = case.data(40)
    patients = kind(np.random.default_rng(0).permutation(np.arange(40) // 4))
    estimator = case.fast(early_stopping=True, validation_fraction=0.3)
    estimator.fit(X, y, groups=patients)
    estimator.fit(X, y, groups=patients.tolist(), sample_weight=np.arange(40) > 3)
    assert_by_patient(held_out[:1], 1, 10)
    assert not held_out[1][0] & held_out[1][1]


@each(DEEP)
def test_10_fit_requests_patients_by_default(case):
    with sklearn.config_context(enable_metadata_routing=True):
        requests = case.exact().get_metadata_routing().fit.requests
    assert requests["groups"] is True
    assert not any(value for name, value in requests.items() if name != "groups")


@each(DEEP)
def test_10_patients_reach_fit_through_cross_validation(case, held_out):
    X, y = case.data(48)
    patients = np.arange(48) // 4
    estimator = case.fast(early_stopping=True, validation_fraction=0.3, epochs=1)
    same = FunctionTransformer()
    with sklearn.config_context(enable_metadata_routing=True):
        for model in (estimator, make_pipeline(same, estimator)):
            result = cross_validate(
                model,
                X,
                y,
                cv=GroupKFold(2),
                params={"groups": patients},
                scoring=lambda model, X, y: 0.0,
                error_score="raise",
            )
            assert len(result["test_score"]) == 2
        search = GridSearchCV(
            estimator,
            {"learning_rate": [0.1]},
            cv=GroupKFold(2),
            scoring=lambda model, X, y: 0.0,
            error_score="raise",
            refit=False,
        )
        search.fit(X, y, groups=patients)
    assert_by_patient(held_out, 6, 6)

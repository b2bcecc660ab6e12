"""What fit is given, and what early stopping holds out: laws, by hypothesis."""

import keras
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.sparse import csr_matrix

from skmed._keras.data.splits import hold_out
from skmed._keras.estimators.network import call_architecture
from skmed._validation.arrays import check_numeric_dtype
from skmed._validation.messages import prefix_errors, translate_errors
from skmed._validation.sample_props import check_groups, check_weights
from skmed._validation.targets import check_targets

# no database: tests leave nothing behind
laws = settings(max_examples=100, deadline=None, database=None)
seeds = st.integers(0, 2**31 - 1)
fractions = st.floats(0.01, 0.99)
FLOAT32 = np.finfo(np.float32)


# ----- held out by row -----


def assert_parts(n_samples, parts):
    """Two parts that are not empty, in order, and together all rows once."""
    train, held_out = parts
    assert len(train) > 0
    assert len(held_out) > 0
    assert (np.diff(train) > 0).all()
    assert (np.diff(held_out) > 0).all()
    np.testing.assert_array_equal(np.union1d(train, held_out), np.arange(n_samples))
    assert len(train) + len(held_out) == n_samples


def same(parts, others):
    return all(np.array_equal(part, other) for part, other in zip(parts, others))


@laws
@given(n_samples=st.integers(2, 200), fraction=fractions, seed=seeds)
def test_rows_are_divided(n_samples, fraction, seed):
    assume(np.ceil(fraction * n_samples) < n_samples)
    parts = hold_out(n_samples, fraction, seed)
    assert_parts(n_samples, parts)
    assert len(parts[1]) == np.ceil(fraction * n_samples)
    assert same(parts, hold_out(n_samples, fraction, seed))


@laws
@given(
    # rare classes, and little to train on
    counts=st.lists(st.sampled_from([1, 2, 3, 20, 40]), min_size=2, max_size=4),
    fraction=st.floats(0.3, 0.95),
    seed=seeds,
)
def test_no_class_is_lost_to_training(counts, fraction, seed):
    strata = np.repeat(np.arange(len(counts)), counts)
    try:
        parts = hold_out(len(strata), fraction, seed, strata)
    except ValueError:
        return
    assert_parts(len(strata), parts)
    assert set(strata[parts[0]]) == set(strata)
    assert same(parts, hold_out(len(strata), fraction, seed, strata))


@laws
@given(
    counts=st.lists(st.integers(10, 40), min_size=2, max_size=5),
    fraction=st.floats(0.1, 0.5),
    seed=seeds,
)
def test_classes_are_held_out_evenly(counts, fraction, seed):
    """With ten rows of each class the split is always found, and is fair."""
    strata = np.repeat(np.arange(len(counts)), counts)
    train, held_out = hold_out(len(strata), fraction, seed, strata)
    assert_parts(len(strata), (train, held_out))
    got = np.bincount(strata[held_out], minlength=len(counts))
    wanted = len(held_out) / len(strata) * np.array(counts)
    assert (np.abs(got - wanted) <= 1).all()


def test_another_seed_holds_out_other_rows():
    assert not same(hold_out(100, 0.2, 0), hold_out(100, 0.2, 1))
    groups = np.arange(100) // 2
    first = hold_out(100, 0.2, 0, groups=groups)
    assert not same(first, hold_out(100, 0.2, 1, groups=groups))


@pytest.mark.parametrize(
    ("n_samples", "fraction", "strata"),
    [(1, 0.5, None), (10, 0.99, None), (4, 0.5, [0, 0, 0, 1]), (9, 0.1, [0, 1, 2] * 3)],
)
def test_too_few_rows_to_divide(n_samples, fraction, strata):
    strata = None if strata is None else np.array(strata)
    with pytest.raises(ValueError, match="give more rows, another fraction"):
        hold_out(n_samples, fraction, 0, strata)


# ----- held out by patient -----

patients = hnp.arrays(int, st.integers(2, 60), elements=st.integers(0, 12))


@laws
@given(groups=patients, fraction=fractions, seed=seeds)
def test_no_patient_is_on_both_sides(groups, fraction, seed):
    n_groups = len(np.unique(groups))
    assume(n_groups > 1)
    parts = train, held_out = hold_out(len(groups), fraction, seed, groups=groups)
    assert_parts(len(groups), parts)
    assert not set(groups[train]) & set(groups[held_out])
    n_held_out = len(np.unique(groups[held_out]))
    assert abs(n_held_out - fraction * n_groups) <= 1
    assert same(parts, hold_out(len(groups), fraction, seed, groups=groups))
    # what patients are called doesn't matter
    named = np.array([f"{group:02}" for group in groups])
    assert same(parts, hold_out(len(groups), fraction, seed, groups=named))


@laws
@given(data=st.data(), groups=patients, fraction=fractions, seed=seeds)
def test_no_class_is_lost_with_a_patient(data, groups, fraction, seed):
    assume(len(np.unique(groups)) > 1)
    classes = hnp.arrays(int, len(groups), elements=st.integers(0, 2))
    strata = data.draw(classes)
    try:
        parts = hold_out(len(groups), fraction, seed, strata, groups)
    except ValueError:
        return
    assert_parts(len(groups), parts)
    assert set(strata[parts[0]]) == set(strata)
    assert not set(groups[parts[0]]) & set(groups[parts[1]])
    assert same(parts, hold_out(len(groups), fraction, seed, strata, groups))


@laws
@given(n_groups=st.integers(4, 30), seed=seeds)
def test_patients_are_held_out_evenly(n_groups, seed):
    """Half of the patients are ill: neither side is without them."""
    groups = np.repeat(np.arange(n_groups), 3)
    strata = groups % 2
    train, held_out = hold_out(len(groups), 0.5, seed, strata, groups)
    assert set(strata[train]) == set(strata[held_out]) == {0, 1}


def test_one_patient_cant_be_divided():
    with pytest.raises(ValueError, match="one patient only; give X_val"):
        hold_out(5, 0.2, 0, groups=np.zeros(5))


def test_a_class_of_one_patient_stays_in_training():
    groups = np.repeat(np.arange(10), 2)
    strata = (groups == 7).astype(int)
    for seed in range(20):
        train, _ = hold_out(20, 0.3, seed, strata, groups)
        assert 7 in groups[train]
    with pytest.raises(ValueError, match="losing a class"):
        hold_out(20, 0.3, 0, groups, groups)


# ----- weights -----

weights = hnp.arrays(
    float, st.integers(1, 20), elements=st.just(0.0) | st.floats(1e-30, 1e30)
)


@laws
@given(weight=weights)
def test_weights_come_back_as_they_were(weight):
    X = np.zeros((len(weight), 2))
    assume(weight.any())
    for given_ in (weight, weight.tolist(), pd.Series(weight), pl.Series(weight)):
        checked = check_weights(given_, X)
        assert checked.dtype == np.float64
        np.testing.assert_array_equal(checked, weight)


@laws
@given(weight=weights, where=st.integers(0, 19), value=st.floats(allow_nan=True))
def test_a_bad_weight_is_refused(weight, where, value):
    assume(not 0 <= value <= 1e37)
    weight[where % len(weight)] = value
    with pytest.raises(ValueError, match=r"^(Input )?my weights "):
        check_weights(weight, np.zeros((len(weight), 2)), "my weights")


@laws
@given(weight=weights.filter(np.any), scale=st.sampled_from([1e-6, 0.5, 3.0, 1e6]))
def test_weights_are_bounded_so_that_their_sum_is_finite(weight, scale):
    total = np.float32(0)
    for value in check_weights(weight * scale, np.zeros((len(weight), 2))):
        assert value == 0 or np.float32(value) > 0
        total += np.float32(value)
    assert np.isfinite(total)


def test_one_weight_for_all():
    np.testing.assert_array_equal(check_weights(2, np.zeros((3, 1))), [2.0, 2.0, 2.0])
    assert check_weights(None, np.zeros((3, 1))) is None


def test_weights_are_not_changed():
    weight = np.array([1.0, 0.0, 2.0], dtype=np.float32)
    weight.flags.writeable = False
    assert check_weights(weight, np.zeros((3, 1))) is not weight


# ----- patients -----


@pytest.mark.parametrize(
    "groups",
    [
        [1, 1, 2],
        ["a", "b", "b"],
        pd.Series(["a", "b", "b"]),
        pd.Categorical(["a", "b", "b"]),
        np.array(["2020-01-01"] * 3, dtype="M8[D]"),
    ],
    ids=str,
)
def test_groups_of_any_one_kind(groups):
    checked = check_groups(groups, np.zeros((3, 1)))
    assert checked.tolist() == np.asarray(groups).tolist()


@pytest.mark.parametrize(
    "groups",
    [
        [1, None, 2],
        ["a", None, "b"],
        ["a", 1.5, None],
        [1.0, np.nan, 2.0],
        np.array([1, "a", 2], dtype=object),
        pd.Series([1, None, 2], dtype="Int64"),
        np.array(["2020-01-01", "NaT", "NaT"], dtype="M8[D]"),
    ],
    ids=str,
)
def test_a_patient_without_a_name(groups):
    with pytest.raises(ValueError, match="groups must name a patient in every row"):
        check_groups(groups, np.zeros((3, 1)))


# ----- targets -----


@pytest.mark.parametrize(
    "y",
    [
        [0, 1, 1],
        ["a", "b", "b"],
        [True, False, True],
        pd.Series(["a", "b", "b"]),
        pd.Series(["a", "b", "b"], dtype="category"),
        pd.Series(["a", "b", "b"], dtype=object),
        pl.Series(["a", "b", "b"]),
        [[0, 1], [1, 1], [0, 0]],
        pd.DataFrame({"a": [0, 1, 0], "b": [0, 0, 1]}),
        csr_matrix([[0, 1], [1, 1], [0, 0]]),
    ],
    ids=lambda y: type(y).__name__,
)
def test_targets_of_any_kind(y):
    dense = y.toarray() if isinstance(y, csr_matrix) else np.asarray(y)
    checked = check_targets(y)
    assert isinstance(checked, np.ndarray)
    assert checked.tolist() == dense.tolist()


@pytest.mark.parametrize(
    ("y", "says"),
    [
        (["a", 1], "mixes text with 1"),
        (["a", np.nan], "mixes text with nan"),
        (pl.Series(["a", None]), "mixes text with None"),
        (np.array([1, "a"], dtype=object), "mixes text with 1"),
        (pd.Series([1, None], dtype="Int64"), "contains NaN"),
        (1, r"got shape \(\)"),
        (np.zeros((2, 1, 1)), r"got shape \(2, 1, 1\)"),
        (np.zeros((2, 0)), r"got shape \(2, 0\)"),
    ],
)
def test_targets_of_no_kind(y, says):
    with pytest.raises(ValueError, match=f"my labels .*{says}"):
        check_targets(y, "my labels")


# ----- inputs -----


@pytest.mark.parametrize("dtype", ["U3", "S3", "M8[D]", "m8[s]"])
def test_text_and_dates_are_no_numbers(dtype):
    X = np.zeros((3, 2), dtype="i8").astype(dtype)
    with pytest.raises(ValueError, match="X must hold numbers, not"):
        check_numeric_dtype(X)
    if X.dtype.kind in "mM":
        with pytest.raises(ValueError, match="X must hold numbers, not"):
            check_numeric_dtype(
                pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": X[:, 0].astype("M8[s]")})
            )


@pytest.mark.parametrize("dtype", ["u1", "f2", "f8", "?", "O"])
def test_numbers_are_numbers(dtype):
    X = np.ones((3, 2), dtype=dtype)
    for rows in (X, X.tolist(), pd.DataFrame(X), csr_matrix(X.astype(float)), None, 3):
        check_numeric_dtype(rows)
    check_numeric_dtype(pl.DataFrame({"a": [1, 2]}))


# ----- sentences -----


def test_sentences_of_others_become_ours():
    with (
        pytest.raises(ValueError, match=r"^X must hold numbers \(could not .*'a'\)\.$"),
        translate_errors(),
    ):
        float("a")
    with (
        pytest.raises(
            TypeError, match=r"^y must hold numbers \(float\(\) .*\)\.$"
        ) as e,
        translate_errors("y"),
    ):
        float({})
    assert isinstance(e.value.__cause__, TypeError)


def test_other_errors_pass():
    error = ValueError("What we say\nourselves.")
    for context in (translate_errors(), translate_errors("y")):
        with pytest.raises(ValueError, match="ourselves") as raised, context:
            raise error
        assert raised.value is error
    for context in (translate_errors(), prefix_errors("X_val")):
        with pytest.raises(KeyError), context:
            raise KeyError("X")


def test_telling_of_which_arguments():
    with pytest.raises(TypeError, match=r"^X_val: one two$"), prefix_errors("X_val"):
        raise TypeError("one\ntwo")


# ----- architectures -----


def test_architecture_is_called():
    inputs = keras.Input((4, 2))
    features = call_architecture(keras.layers.Flatten(), inputs)
    assert features.shape == (None, 8)


def test_architecture_that_stops_the_program():
    def architecture(inputs):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call_architecture(architecture, keras.Input((4,)))

"""What early stopping holds out: laws, by hypothesis."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from skmed._keras.data.splits import hold_out

# no database: tests leave nothing behind
laws = settings(max_examples=100, deadline=None, database=None)
seeds = st.integers(0, 2**31 - 1)
fractions = st.floats(0.01, 0.99)


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

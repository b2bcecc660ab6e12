"""Sample weights and groups."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from skmed._validation.sample_props import check_groups, check_weights

# no database: tests leave nothing behind
laws = settings(max_examples=100, deadline=None, database=None)
FLOAT32 = np.finfo(np.float32)


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
    # the largest weight of so many samples
    assume(not 0 <= value <= float(FLOAT32.max / len(weight)))
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

"""The DDI rate, compared with a plain loop."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from skmed.metrics import ddi_rate_score


def ddi_rate_loop(y_pred, conflicts):
    pairs = found = 0
    for row in y_pred:
        for one, other in combinations(np.flatnonzero(row), 2):
            pairs += 1
            found += conflicts[one, other] > 0
    return found / pairs if pairs else 0.0


def case(seed, n_samples, n_items):
    rng = np.random.default_rng(seed)
    y_pred = (rng.random((n_samples, n_items)) < rng.random()).astype(int)
    upper = np.triu(rng.random((n_items, n_items)) < 0.2, 1)
    return y_pred, (upper | upper.T).astype(float)


@given(
    seed=st.integers(0, 1000), n_samples=st.integers(1, 12), n_items=st.integers(1, 8)
)
def test_equals_plain_loop(seed, n_samples, n_items):
    y_pred, conflicts = case(seed, n_samples, n_items)
    expected = ddi_rate_loop(y_pred, conflicts)
    forms = [y_pred, y_pred.astype(bool), sparse.csr_matrix(y_pred), y_pred * 2.5]
    for form in forms:
        assert ddi_rate_score(form, conflicts) == pytest.approx(expected)
    assert ddi_rate_score(y_pred, sparse.csr_array(conflicts)) == pytest.approx(
        expected
    )


def test_exact_for_many_visits():
    """The size of the published subsets of MIMIC-III."""
    y_pred, conflicts = case(0, 15000, 112)
    together = y_pred.T @ y_pred
    upper = np.triu_indices(112, 1)
    expected = together[upper][conflicts[upper] > 0].sum() / together[upper].sum()
    assert ddi_rate_score(y_pred, conflicts) == pytest.approx(expected, rel=1e-12)


def test_pairs_by_name():
    frame = pd.DataFrame([[1, 1, 0], [1, 1, 1]], columns=["aspirin", "warfarin", "x"])
    assert ddi_rate_score(frame, [("aspirin", "warfarin")]) == 0.5
    assert ddi_rate_score(frame, [("aspirin", "x"), ("x", "aspirin")]) == 0.25


@pytest.mark.parametrize(
    ("y_pred", "conflicts", "message"),
    [
        ([[1, 1]], np.ones((3, 3)), "for each of the 2 items"),
        ([[1, 1]], [[0, 1, 1], [1, 0, 1], [1, 1, 0]], "for each of the 2 items"),
        ([[1, 1]], None, "conflicts is None"),
        ([[1, np.nan]], [(0, 1)], "y_pred contains NaN"),
        ([[1, 1, 1]], np.triu(np.ones((3, 3)), 1), "symmetric"),
        ([1, 1], [(0, 1)], "y_pred"),
    ],
    ids=["shape", "lists", "none", "nan", "asymmetric", "flat"],
)
def test_wrong_input(y_pred, conflicts, message):
    with pytest.raises(ValueError, match=message):
        ddi_rate_score(y_pred, conflicts)

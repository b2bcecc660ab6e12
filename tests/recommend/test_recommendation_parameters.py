"""Validation of conflicts and of the other parameters of recommend."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

from skmed.recommend import ALSRecommender, ContextRecommender, EASERecommender

PAIRS = [("aspirin", "warfarin"), ("warfarin", "ibuprofen")]


@pytest.fixture
def drugs():
    names = ["aspirin", "warfarin", "ibuprofen", "insulin", "metformin"]
    rows = np.array(
        [[1, 1, 0, 0, 0], [1, 0, 1, 0, 1], [0, 1, 1, 0, 0], [0, 0, 0, 1, 1]] * 5
    )
    return pd.DataFrame(rows, columns=names)


@pytest.mark.parametrize(
    "conflicts",
    [
        PAIRS,
        {frozenset(pair) for pair in PAIRS},
        [(0, 1), (1, 2), (2, 1)],
        np.array(PAIRS),
        pd.DataFrame(PAIRS, columns=["drug", "other"]),
        "matrix",
        "sparse",
        "frame",
    ],
    ids=["names", "sets", "numbers", "array", "table", "matrix", "sparse", "frame"],
)
def test_forms_of_conflicts(drugs, conflicts):
    matrix = np.zeros((5, 5))
    matrix[[0, 1, 1, 2], [1, 0, 2, 1]] = 1
    if isinstance(conflicts, str):
        conflicts = {
            "matrix": matrix,
            "sparse": sparse.coo_matrix(matrix),
            "frame": pd.DataFrame(matrix, index=drugs.columns, columns=drugs.columns),
        }[conflicts]
    model = EASERecommender(conflicts=conflicts).fit(drugs)
    np.testing.assert_array_equal(model._conflicts.toarray(), matrix)
    lists, held_back = model.recommend(drugs.iloc[[3]], k=5, return_held_back=True)
    assert set(lists["item"]) == {"aspirin", "ibuprofen"}
    assert held_back.iloc[0][["item", "reason"]].tolist() == [
        "warfarin",
        "conflicts with a recommended item",
    ]


def test_conflicts_in_clone_and_cross_validation(drugs):
    matrix = np.zeros((5, 5))
    matrix[[0, 1], [1, 0]] = 1
    model = ALSRecommender(n_components=2, conflicts=matrix, random_state=0)
    assert clone(model).get_params()["conflicts"] is not matrix
    assert cross_val_score(model, drugs, cv=2, error_score="raise").shape == (2,)


@pytest.mark.parametrize(
    ("conflicts", "message"),
    [
        (np.ones((3, 3)), r"a row and a column for each of the 5 items .* \(3, 3\)"),
        (np.triu(np.ones((5, 5)), 1), "must be symmetric"),
        (np.eye(5), "'aspirin' conflicts with itself"),
        (np.zeros((5, 5)) - (1 - np.eye(5)), "negative"),
        (np.full((5, 5), np.nan), "conflicts contains NaN"),
        ([("aspirin", "warfarine")], "did you mean 'warfarin'"),
        ([("aspirin", 7)], "7 isn't among the items"),
        ([("aspirin", "aspirin")], "conflicts with itself"),
        ([("aspirin", "warfarin", "insulin")], "conflicts must"),
    ],
    ids=[
        "shape",
        "asymmetric",
        "diagonal",
        "negative",
        "nan",
        "misspelt",
        "number",
        "itself",
        "triple",
    ],
)
def test_wrong_conflicts(drugs, conflicts, message):
    model = EASERecommender(conflicts=conflicts)
    with pytest.raises(ValueError, match=message) as caught:
        model.fit(drugs)
    assert "\n" not in str(caught.value)
    assert not hasattr(model, "coef_")


def test_conflicts_of_other_names(drugs):
    frame = pd.DataFrame(np.zeros((5, 5)), index=list("abcde"), columns=list("abcde"))
    with pytest.raises(ValueError, match="name the columns of X, in their order"):
        EASERecommender(conflicts=frame).fit(drugs)


def test_conflicts_of_the_wrapped_recommender(drugs):
    inner = EASERecommender(conflicts=PAIRS)
    with pytest.raises(ValueError, match="give conflicts to ContextRecommender itself"):
        ContextRecommender(inner).fit(np.eye(20), drugs)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"conflict_policy": "penalize"}, "'penalize' needs conflicts"),
        ({"conflict_penalty": 3.0}, "conflict_penalty=3.0 needs conflict_policy="),
        (
            {"conflicts": PAIRS, "conflict_penalty": 3.0},
            "conflict_penalty=3.0 needs conflict_policy=",
        ),
    ],
    ids=["no conflicts", "no policy", "other policy"],
)
def test_parameters_without_effect(drugs, parameters, message):
    with pytest.raises(ValueError, match=message):
        EASERecommender(**parameters).fit(drugs)
    with pytest.raises(ValueError, match=message):
        ContextRecommender(**parameters).fit(np.eye(20), drugs)

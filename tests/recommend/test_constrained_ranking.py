"""Recommendations respect conflicts and contraindications, and give reasons."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skmed.recommend import ContextRecommender, EASERecommender

N_ITEMS = 10


def tables(seed, n_rows=8):
    rng = np.random.default_rng(seed)
    X = (rng.random((n_rows, N_ITEMS)) < 0.4).astype(float)
    X[0] = 1  # each item is in fit
    return X


def random_conflicts(seed, density):
    rng = np.random.default_rng([seed, 1])
    upper = np.triu(rng.random((N_ITEMS, N_ITEMS)) < density, 1)
    return (upper | upper.T).astype(float)


def violations(lists, known, conflicts):
    """Count the pairs that conflict, among recommended and with known items."""
    number = 0
    for row, items in lists.groupby("row")["item"]:
        items = items.to_numpy()
        number += conflicts[np.ix_(items, items)].sum() / 2
        number += conflicts[np.ix_(items, np.flatnonzero(known[row]))].sum()
    return number


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**16),
    density=st.floats(0, 1),
    k=st.integers(1, N_ITEMS + 2),
    exclude_known=st.booleans(),
)
@pytest.mark.filterwarnings("ignore:.*rows of X have no item")
def test_no_conflict_in_recommendations(seed, density, k, exclude_known):
    X, conflicts = tables(seed), random_conflicts(seed, density)
    model = EASERecommender(conflicts=conflicts).fit(X)
    mask = np.random.default_rng([seed, 2]).random(X.shape) < 0.2
    lists, held_back = model.recommend(
        X,
        k=k,
        exclude_known=exclude_known,
        contraindications=mask,
        return_held_back=True,
    )
    assert violations(lists, X, conflicts) == 0
    assert not mask[lists["row"], lists["item"]].any()
    assert lists.groupby("row").size().max() <= k or not len(lists)

    # no list is shorter than necessary: all other items conflict
    for row in range(len(X)):
        items = lists.loc[lists["row"] == row, "item"].to_numpy()
        if len(items) < k:
            left = np.setdiff1d(np.arange(N_ITEMS), items)
            if exclude_known:
                left = left[X[row, left] == 0]
            left = left[~mask[row, left]]
            against = np.union1d(items, np.flatnonzero(X[row])).astype(int)
            assert conflicts[np.ix_(left, against)].any(axis=1).all()

    # items held back have the right reason
    free = EASERecommender().fit(X).recommend(X, k=k, exclude_known=exclude_known)
    pairs = set(zip(free["row"], free["item"])) - set(zip(lists["row"], lists["item"]))
    assert pairs == set(zip(held_back["row"], held_back["item"]))
    for _, line in held_back.iterrows():
        row, item, other = line["row"], line["item"], line["with"]
        if line["reason"] == "contraindicated":
            assert mask[row, item]
        elif line["reason"] == "conflicts with a known item":
            assert conflicts[item, other]
            assert X[row, other]
        else:
            assert line["reason"] == "conflicts with a recommended item"
            assert conflicts[item, other]
            assert other in set(lists.loc[lists["row"] == row, "item"])


@settings(max_examples=30)
@given(seed=st.integers(0, 2**16), density=st.floats(0, 1))
def test_no_conflict_in_recommendations_from_context(seed, density):
    y, conflicts = tables(seed), random_conflicts(seed, density)
    X = np.random.default_rng([seed, 3]).normal(size=(len(y), 3))
    model = ContextRecommender(conflicts=conflicts).fit(X, y)
    known = tables(seed + 1)
    known[0] = 0
    lists = model.recommend(X, k=5, known=known)
    assert violations(lists, known, conflicts) == 0
    assert not known[lists["row"], lists["item"]].any()
    predicted = model.predict(X)
    assert np.einsum("ri,ij,rj->", predicted, conflicts, predicted) == 0


@pytest.fixture
def drugs():
    names = ["aspirin", "warfarin", "ibuprofen", "insulin", "metformin"]
    rows = np.array(
        [[1, 1, 0, 0, 0], [1, 0, 1, 0, 1], [0, 1, 1, 0, 0], [0, 0, 0, 1, 1]] * 5
    )
    return pd.DataFrame(rows, columns=names)


PAIRS = [("aspirin", "warfarin"), ("warfarin", "ibuprofen")]


def test_reasons_by_name(drugs):
    drugs.index = [f"patient {i}" for i in range(len(drugs))]
    model = EASERecommender(conflicts=PAIRS).fit(drugs)
    allergies = pd.DataFrame({"metformin": [0, 1]}, index=drugs.index[1:3])
    lists, held_back = model.recommend(
        drugs.iloc[1:3], k=5, contraindications=allergies, return_held_back=True
    )
    assert "warfarin" not in set(lists.loc[lists["row"] == "patient 1", "item"])
    rows = held_back.set_index(["row", "item"])
    first = rows.loc[("patient 1", "warfarin")]
    assert first["reason"] == "conflicts with a known item"
    assert first["with"] == "aspirin"
    second = rows.loc[("patient 2", "metformin")]
    assert second["reason"] == "contraindicated"
    assert second["with"] is None
    assert rows.loc[("patient 2", "aspirin"), "with"] == "warfarin"


def test_no_item_held_back(drugs):
    _, held_back = EASERecommender().fit(drugs).recommend(drugs, return_held_back=True)
    assert len(held_back) == 0
    assert list(held_back.columns) == ["row", "item", "score", "reason", "with"]


def test_penalties(drugs):
    def lists(penalty, conflicts=PAIRS):
        model = EASERecommender(
            conflicts=conflicts, conflict_policy="penalize", conflict_penalty=penalty
        )
        return model.fit(drugs).recommend(drugs.iloc[[0, 3]], k=5)

    free = EASERecommender().fit(drugs).recommend(drugs.iloc[[0, 3]], k=5)
    pd.testing.assert_frame_equal(lists(0.0), free)
    # all are recommended, those without a conflict first
    moved = lists(2.0)
    assert set(zip(moved["row"], moved["item"])) == set(zip(free["row"], free["item"]))
    assert moved["item"].iloc[2] == "ibuprofen"
    assert moved["score"].iloc[:3].is_monotonic_decreasing
    # a more severe conflict has a larger penalty
    matrix = np.zeros((5, 5))
    matrix[[0, 1, 1, 2], [1, 0, 2, 1]] = 0.5
    half = lists(2.0, matrix)
    assert half["score"].iloc[2] > moved["score"].iloc[2]


def test_penalties_are_reported(drugs):
    model = EASERecommender(conflicts=PAIRS, conflict_policy="penalize").fit(drugs)
    lists, held_back = model.recommend(drugs.iloc[[0]], k=2, return_held_back=True)
    assert "ibuprofen" not in set(lists["item"])
    assert held_back["item"].tolist() == ["ibuprofen"]
    assert held_back["with"].tolist() == ["warfarin"]


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.zeros((3, 5)), r"for each of the 20 rows of X .* \(3, 5\)"),
        (np.full((20, 5), np.nan), "contraindications contains NaN"),
        (pd.DataFrame({"asprin": [0] * 20}), "did you mean 'aspirin'"),
    ],
    ids=["shape", "nan", "misspelt"],
)
def test_wrong_contraindications(drugs, mask, message):
    model = EASERecommender().fit(drugs)
    with pytest.raises(ValueError, match=message):
        model.recommend(drugs, contraindications=mask)

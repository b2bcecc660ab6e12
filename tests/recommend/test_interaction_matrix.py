"""Pivot of a table of events to patients by items."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from skmed.recommend import EASERecommender, interaction_matrix

EVENTS = pd.DataFrame(
    {
        "who": ["b", "a", "a", "c", "a"],
        "drug": ["x", "y", "x", "y", "x"],
        "dose": [1.0, 2.0, 3.0, 0.0, 5.0],
        "day": pd.to_datetime(
            ["2020-01-03", "2020-01-02", "2020-01-09", "2020-01-01", "2020-01-04"]
        ),
    }
)
NAMES = {"patient": "who", "item": "drug"}


def test_counts():
    X = interaction_matrix(EVENTS, **NAMES)
    assert X.index.tolist() == ["a", "b", "c"]
    assert X.index.name == "who"
    assert X.columns.tolist() == ["x", "y"]
    assert X.to_numpy().tolist() == [[2, 1], [1, 0], [0, 1]]
    assert all(isinstance(dtype, pd.SparseDtype) for dtype in X.dtypes)


def test_weights_are_added():
    X = interaction_matrix(EVENTS, **NAMES, weight="dose")
    assert X.to_numpy().tolist() == [[8, 2], [1, 0], [0, 0]]


def test_rows_in_the_order_of_first_events():
    X = interaction_matrix(EVENTS, **NAMES, time="day")
    assert X.index.tolist() == ["c", "a", "b"]
    assert X.loc["a"].tolist() == [2, 1]


def test_given_axes():
    X = interaction_matrix(EVENTS, **NAMES, patients=["c", "d", "a"], items=["z", "x"])
    assert X.index.tolist() == ["c", "d", "a"]
    assert X.to_numpy().tolist() == [[0, 0], [0, 0], [0, 2]]


def test_polars():
    frame = pl.from_pandas(EVENTS)
    pd.testing.assert_frame_equal(
        interaction_matrix(frame, **NAMES, weight="dose"),
        interaction_matrix(EVENTS, **NAMES, weight="dose"),
        check_column_type=False,
    )


def test_codes_become_names():
    events = pd.DataFrame({"who": [1, 2, 1], "drug": [100, 100, 7]})
    X = interaction_matrix(events, **NAMES)
    assert X.columns.tolist() == ["100", "7"]
    model = EASERecommender().fit(X)
    assert model.feature_names_in_.tolist() == ["100", "7"]
    assert model.recommend(X.loc[[2]])["item"].tolist() == ["7"]
    assert model.recommend(X.loc[[2]])["row"].tolist() == [2]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"patient": "whoo"}, "did you mean 'who'"),
        ({"item": "nothing like it"}, "isn't a column of frame; it has"),
        ({"weight": "day"}, "must hold"),
        ({"weight": "drug"}, "must hold numbers"),
        ({"patients": ["a", "a"]}, "names 'a' twice"),
        ({"patients": ["a"], "time": "day"}, "give one of them"),
    ],
    ids=["misspelt", "unknown", "dates", "text", "twice", "order"],
)
def test_wrong_arguments(changes, message):
    with pytest.raises(ValueError, match=message):
        interaction_matrix(EVENTS, **{**NAMES, **changes})


def test_gaps():
    events = EVENTS.assign(drug=["x", None, "x", "y", None])
    with pytest.raises(ValueError, match="no value in line 1 and 1 others"):
        interaction_matrix(events, **NAMES)
    events = EVENTS.assign(dose=[1, -1, 1, 1, 1])
    with pytest.raises(ValueError, match="zero or more"):
        interaction_matrix(events, **NAMES, weight="dose")
    with pytest.raises(ValueError, match="isn't a column of frame"):
        interaction_matrix(np.ones((3, 2)), **NAMES)

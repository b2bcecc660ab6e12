"""Splitters of events."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skmed.metrics import ndcg_at_k_score
from skmed.model_selection import InteractionKFold, InteractionTimeSplit
from skmed.recommend import EASERecommender, interaction_matrix

events = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 5)), min_size=1)


@given(pairs=events, n_splits=st.integers(2, 5), seed=st.integers(0, 100))
def test_interactions_are_distributed_over_folds(pairs, n_splits, seed):
    frame = pd.DataFrame(pairs, columns=["patient", "item"])
    splits = list(InteractionKFold(n_splits, random_state=seed).split(frame))
    assert len(splits) == n_splits
    tested = np.zeros(len(frame), int)
    for train, test in splits:
        assert sorted([*train, *test]) == list(range(len(frame)))
        tested[test] += 1
        # no interaction is in both sets, and each patient in test is in train
        sides = [set(map(tuple, frame.iloc[side].to_numpy())) for side in (train, test)]
        assert not sides[0] & sides[1]
        assert {patient for patient, _ in sides[1]} <= set(frame["patient"].iloc[train])
    distinct = frame.drop_duplicates().groupby("patient").size()
    expected = frame["patient"].map(distinct) > 1
    np.testing.assert_array_equal(tested, expected)


def test_folds_have_similar_sizes():
    frame = pd.DataFrame(
        {"patient": np.repeat(np.arange(200), 3), "item": np.tile(np.arange(3), 200)}
    )
    sizes = [len(test) for _, test in InteractionKFold(5, random_state=0).split(frame)]
    assert min(sizes) > 90
    assert max(sizes) < 150


def test_random_state():
    frame = pd.DataFrame({"patient": [0] * 10 + [1] * 10, "item": [*range(10)] * 2})

    def tests(seed):
        return [t.tolist() for _, t in InteractionKFold(random_state=seed).split(frame)]

    assert tests(0) == tests(0)
    assert tests(0) != tests(1)


def test_cross_validation_of_known_patients():
    rng = np.random.default_rng(0)
    lines = [
        (patient, item)
        for patient in range(60)
        for item in rng.permutation(np.arange(patient % 2, 12, 2))[:5]
    ]
    frame = pd.DataFrame(lines, columns=["patient", "item"])
    names = {"patient": "patient", "item": "item"}
    whole = interaction_matrix(frame, **names)
    axes = {"patients": whole.index, "items": whole.columns}
    scores = []
    for train, test in InteractionKFold(5, random_state=0).split(frame):
        X = interaction_matrix(frame.iloc[train], **names, **axes)
        y_true = interaction_matrix(frame.iloc[test], **names, **axes)
        y_score = EASERecommender().fit(X).decision_function(X)
        y_score[X.to_numpy() > 0] = -np.inf
        scores.append(ndcg_at_k_score(y_true, y_score, k=3))
    assert np.all(np.array(scores) > 0.5)


@given(
    times=st.lists(st.integers(0, 30), min_size=20, unique=True),
    n_splits=st.integers(1, 4),
)
def test_train_is_before_test(times, n_splits):
    frame = pd.DataFrame({"day": times})
    splits = list(InteractionTimeSplit(n_splits, time="day").split(frame))
    assert len(splits) == n_splits == InteractionTimeSplit(n_splits).get_n_splits()
    day = frame["day"].to_numpy()
    for train, test in splits:
        assert day[train].max() < day[test].min()
    assert sum(len(test) for _, test in splits) + len(splits[0][0]) == len(times)


def test_equal_times_are_in_the_same_set():
    frame = pd.DataFrame({"time": pd.to_datetime(["2020"] * 5 + ["2021"] * 5)})
    [(train, test)] = InteractionTimeSplit(1).split(frame)
    assert train.tolist() == list(range(5))
    assert test.tolist() == list(range(5, 10))
    with pytest.raises(ValueError, match="2 different times can't be divided"):
        list(InteractionTimeSplit(4).split(frame))


@pytest.mark.parametrize(
    ("splitter", "frame", "message"),
    [
        (InteractionKFold(2), pd.DataFrame({"a": [1]}), "isn't a column of X"),
        (InteractionKFold(2), np.ones((3, 2)), "isn't a column of X"),
        (
            InteractionTimeSplit(1),
            pd.DataFrame({"time": [1, None]}),
            "a value in every",
        ),
    ],
    ids=["column", "array", "gap"],
)
def test_wrong_events(splitter, frame, message):
    with pytest.raises(ValueError, match=message):
        list(splitter.split(frame))


def test_wrong_numbers_of_splits():
    with pytest.raises(ValueError, match="n_splits"):
        InteractionKFold(1)
    with pytest.raises(TypeError, match="n_splits"):
        InteractionTimeSplit(2.5)
    assert "n_splits=3" in repr(InteractionKFold(3))

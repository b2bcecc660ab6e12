"""Invalid input raises an error of one sentence, and fits nothing."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from skmed.recommend import (
    ALSRecommender,
    BPRRecommender,
    EASERecommender,
    ItemKNNRecommender,
    LMFRecommender,
)

RECOMMENDERS = [
    ALSRecommender(n_components=2, random_state=0),
    BPRRecommender(n_components=2, max_iter=3, random_state=0),
    LMFRecommender(n_components=2, max_iter=3, random_state=0),
    ItemKNNRecommender(),
    EASERecommender(),
]
X = np.array([[1.0, 0, 2, 0, 0], [0, 1, 1, 0, 0], [1, 1, 0, 0, 3]])


@pytest.fixture(params=RECOMMENDERS, ids=lambda r: type(r).__name__)
def recommender(request):
    return request.param


def changed(value):
    table = X.copy()
    table[0, 0] = value
    return table


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (changed(-1), "Negative values in data passed to {name}: X says how often"),
        (sparse.csr_array(changed(-1)), "Negative values in data passed to {name}"),
        (changed(np.nan), "X contains NaN"),
        (changed(np.inf), "X contains infinity"),
        (changed(1e300), r"values up to 1e\+300.*larger unit"),
        (np.zeros((3, 5)), "X has no interactions"),
        (sparse.csr_array((3, 5)), "X has no interactions"),
        (X[0], "X: Reshape"),
        (X[:0], r"0 sample\(s\)"),
        (X[:, :0], r"0 feature\(s\)"),
        (X + 1j, "Complex data not supported"),
        (np.full((3, 5), "a"), "must hold numbers"),
        (X[np.newaxis], "X"),
    ],
    ids=[
        "negative",
        "negative sparse",
        "nan",
        "inf",
        "huge",
        "zeros",
        "empty sparse",
        "flat",
        "no rows",
        "no items",
        "complex",
        "text",
        "cube",
    ],
)
def test_wrong_tables(recommender, table, message):
    recommender.fit(X)
    before = dict(vars(recommender))
    expected = message.format(name=type(recommender).__name__)
    with pytest.raises(ValueError, match=expected) as caught:
        recommender.fit(table)
    assert "\n" not in str(caught.value)
    assert vars(recommender) == before


def test_transposed_table(recommender):
    recommender.fit(X)
    for method in ("decision_function", "recommend", "score"):
        with pytest.raises(ValueError, match=r"3 features, but .* pass X\.T"):
            getattr(recommender, method)(X.T)
    with pytest.raises(ValueError, match=r"expecting 5 features as input\.?$"):
        recommender.decision_function(X[:, :4])


def test_64_bit_indices(recommender):
    wide = sparse.csr_array(X)
    wide.indices, wide.indptr = (
        array.astype(np.int64) for array in (wide.indices, wide.indptr)
    )
    expected = recommender.fit(X).decision_function(X)
    np.testing.assert_array_equal(
        recommender.fit(wide).decision_function(wide), expected
    )


def test_more_interactions_than_int32(recommender, monkeypatch):
    monkeypatch.setattr("skmed.recommend._validation._MAX_INTERACTIONS", 4)
    with pytest.raises(ValueError, match="X holds 7 interactions"):
        recommender.fit(X)


@pytest.mark.parametrize("k", [0, -1, 2.5, "ten", None])
def test_wrong_k(recommender, k):
    recommender.fit(X)
    for call in (
        lambda: recommender.recommend(X, k=k),
        lambda: recommender.similar_items(0, k=k),
        lambda: recommender.score(X, k=k),
    ):
        with pytest.raises((ValueError, TypeError), match=r"\bk\b"):
            call()


def test_score_of_wrong_test_size_and_rows(recommender):
    recommender.fit(X)
    with pytest.raises(ValueError, match="test_size"):
        recommender.score(X, test_size=1.0)
    with pytest.raises(ValueError, match="no row with two items"):
        recommender.score(np.eye(5))


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("drog b", "did you mean 'drug b'"),
        ("something else", "give a name of X's columns"),
        (5, "numbers from 0 to 4"),
        (-1, "numbers from 0 to 4"),
        (True, "isn't among the items"),
        (None, "isn't among the items"),
    ],
    ids=str,
)
def test_unknown_items(recommender, item, message):
    frame = pd.DataFrame(X, columns=[f"drug {letter}" for letter in "abcde"])
    recommender.fit(frame)
    assert recommender.similar_items(1).equals(recommender.similar_items("drug b"))
    with pytest.raises(ValueError, match=message):
        recommender.similar_items(item)
    with pytest.raises(ValueError, match=message):
        recommender.explain(frame.iloc[:1], item)


def test_names_of_a_table_without_names(recommender):
    recommender.fit(X)
    with pytest.raises(ValueError, match=r"give the number of a column of X"):
        recommender.similar_items("aspirin")


def test_explaining_more_than_one_row(recommender):
    recommender.fit(X)
    with pytest.raises(ValueError, match=re.escape("a single patient, got 3 rows")):
        recommender.explain(X, 0)


def test_an_unknown_column_of_a_frame(recommender):
    frame = pd.DataFrame(X, columns=list("abcde"))
    recommender.fit(frame)
    with pytest.raises(ValueError, match="Feature names unseen at fit time"):
        recommender.recommend(frame.rename(columns={"a": "z"}))


def test_weights_that_overflow():
    als = ALSRecommender(n_components=2, alpha=1e12, weighting="linear")
    with pytest.raises(ValueError, match=r"up to 3e\+18; use a smaller alpha"):
        als.fit(X * 1e6)

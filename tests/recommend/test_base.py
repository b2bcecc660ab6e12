"""All recommenders, on a checkerboard with known recommendations."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skmed.metrics import ndcg_at_k_score
from skmed.recommend import (
    ALSRecommender,
    BPRRecommender,
    EASERecommender,
    ItemKNNRecommender,
    LMFRecommender,
)

N_ITEMS = 12
FACTORS = {"n_components": 8, "random_state": 0}
RECOMMENDERS = [
    ALSRecommender(**FACTORS),
    BPRRecommender(**FACTORS, max_iter=300),
    LMFRecommender(**FACTORS),
    ItemKNNRecommender(),
    EASERecommender(),
]
FACTORIZATIONS = RECOMMENDERS[:3]


def names(recommenders):
    return [type(recommender).__name__ for recommender in recommenders]


@pytest.fixture(params=RECOMMENDERS, ids=names(RECOMMENDERS))
def recommender(request):
    return request.param


def checkerboard(n_rows=40):
    """Return a table: even rows have even items, odd rows odd ones, but one."""
    X = np.zeros((n_rows, N_ITEMS))
    for row in range(n_rows):
        X[row, row % 2 :: 2] = 1
        X[row, missing(row)] = 0
    return X


def missing(row):
    return 2 * (row // 2 % (N_ITEMS // 2)) + row % 2


def test_recommends_the_missing_item(recommender):
    X = checkerboard()
    recommender.fit(X)
    lists = recommender.recommend(X, k=1)
    assert lists["row"].tolist() == list(range(40))
    assert lists["item"].tolist() == [missing(row) for row in range(40)]
    assert lists["rank"].tolist() == [1] * 40


def test_recommends_to_new_patients(recommender):
    recommender.fit(checkerboard(24))
    new = np.zeros((2, N_ITEMS))
    new[0, [0, 4]] = new[1, [3, 7]] = 1
    lists = recommender.recommend(new, k=4)
    for row in (0, 1):
        items = set(lists.loc[lists["row"] == row, "item"])
        assert items == {row, 2 + row, 4 + row, 6 + row, 8 + row, 10 + row} - set(
            np.flatnonzero(new[row])
        )


def test_recommendations_have_the_scores_of_decision_function(recommender):
    X = checkerboard()
    scores = recommender.fit(X).decision_function(X)
    assert scores.shape == X.shape
    assert scores.dtype == np.float64
    lists = recommender.recommend(X, k=3)
    np.testing.assert_array_equal(scores[lists["row"], lists["item"]], lists["score"])
    rest = np.where(X > 0, -np.inf, scores)
    np.testing.assert_allclose(
        lists["score"].to_numpy().reshape(40, 3), -np.sort(-rest, axis=1)[:, :3]
    )


def test_recommendations_have_no_padding_and_no_known_items(recommender):
    X = checkerboard()
    X[:, 5] = 0  # no patient has it
    X[0] = 1
    X[0, [3, 5]] = 0
    lists = recommender.fit(X).recommend(X, k=1000)
    of_row = [set(lists.loc[lists["row"] == row, "item"]) for row in range(40)]
    assert of_row[0] == {3}
    for row, items in enumerate(of_row):
        assert items == set(np.flatnonzero(X[row] == 0)) - {5}
    assert np.isfinite(lists["score"]).all()
    everything = recommender.recommend(X[:1], k=1000, exclude_known=False)
    assert set(everything["item"]) == set(range(N_ITEMS)) - {5}


def test_all_types_of_tables_give_the_same_scores(recommender):
    X = checkerboard()
    expected = recommender.fit(X).decision_function(X)
    forms = [
        *(getattr(sparse, f"{form}_matrix")(X) for form in ("csr", "csc", "coo")),
        *(getattr(sparse, f"{form}_array")(X) for form in ("csr", "lil", "dok")),
        X.astype(np.float32),
        X.astype(np.int16),
        X.astype(bool),
        X.tolist(),
        np.asfortranarray(X),
    ]
    wide = sparse.csr_array(X)
    wide.indices, wide.indptr = (
        a.astype(np.int64) for a in (wide.indices, wide.indptr)
    )
    plain = sparse.csr_array(X)
    double = sparse.csr_array(  # each value in two halves
        (np.repeat(plain.data / 2, 2), np.repeat(plain.indices, 2), 2 * plain.indptr),
        shape=X.shape,
    )
    zeros = sparse.csr_array(  # one of them stored
        (
            np.r_[plain.data, 0.0],
            np.r_[plain.indices, 0],
            np.r_[plain.indptr[:-1], plain.nnz + 1],
        ),
        shape=X.shape,
    )
    for form in [*forms, wide, double, zeros]:
        got = recommender.fit(form).decision_function(form)
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-9)


def test_input_is_not_modified(recommender):
    X = sparse.csr_array(np.where(checkerboard() > 0, 3.0, 0))
    X.data[0] = 0  # explicitly
    before = X.copy()
    recommender.fit(X).recommend(X)
    recommender.score(X)
    for name in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(X, name), getattr(before, name))


@pytest.mark.parametrize(
    "frame", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"]
)
def test_names_are_kept(recommender, frame):
    X = checkerboard()
    columns = {f"drug {i}": X[:, i] for i in range(N_ITEMS)}
    table = frame(columns)
    labels = list(range(40))
    if frame is pd.DataFrame:
        labels = [f"patient {i}" for i in range(40)]
        table.index = labels
    lists = recommender.fit(table).recommend(table, k=1)
    assert lists["item"].tolist() == [f"drug {missing(row)}" for row in range(40)]
    assert lists["row"].tolist() == labels
    assert recommender.similar_items("drug 0", k=1)["item"].iloc[0].startswith("drug")
    explained = recommender.explain(table[:1], f"drug {missing(0)}")
    assert set(explained["item"]) == {f"drug {i}" for i in np.flatnonzero(X[0])}


def test_similar_items(recommender):
    X = checkerboard()
    X[:, 9] = 0
    recommender.fit(X)
    similar = recommender.similar_items(0, k=5)
    assert set(similar["item"]) == {2, 4, 6, 8, 10}
    assert similar["similarity"].is_monotonic_decreasing
    everything = recommender.similar_items(0, k=1000)["item"]
    assert set(everything) == set(range(1, N_ITEMS)) - {9}


def test_explanations(recommender):
    X = checkerboard()
    X[0, 3] = 1  # an odd item contributes least to the score of an even one
    recommender.fit(checkerboard())
    explained = recommender.explain(X[:1], missing(0))
    assert set(explained["item"]) == set(np.flatnonzero(X[0]))
    assert explained["item"].iloc[-1] == 3
    assert explained["contribution"].is_monotonic_decreasing
    # contribution: decrease of the score
    item = explained["item"].iloc[0]
    less = X[:1].copy()
    less[0, item] = 0
    scores = recommender.decision_function(np.vstack([X[:1], less]))[:, missing(0)]
    assert scores[0] - scores[1] == pytest.approx(explained["contribution"].iloc[0])
    flat = recommender.explain(X[0], missing(0))
    pd.testing.assert_frame_equal(flat, explained)
    series = recommender.explain(pd.Series(X[0]), missing(0))
    pd.testing.assert_frame_equal(series, explained)


def test_rows_without_items_get_the_most_frequent_items(recommender):
    X = checkerboard(21)
    recommender.fit(X)
    empty = np.vstack([X[:1], np.zeros((1, N_ITEMS))])
    with pytest.warns(UserWarning, match="1 of 2 rows of X have no item .*row 1"):
        scores = recommender.decision_function(empty)
    np.testing.assert_allclose(scores[1], X.mean(axis=0))
    with pytest.warns(UserWarning, match="no item"):
        lists = recommender.recommend(empty, k=3)
    assert (
        lists.loc[lists["row"] == 1, "item"].isin(np.argsort(-X.mean(axis=0))[:6]).all()
    )


def test_rows_without_items_in_fit(recommender):
    X = checkerboard()
    padded = np.vstack([np.zeros((3, N_ITEMS)), X])
    lists = recommender.fit(padded).recommend(X, k=1)
    assert lists["item"].tolist() == [missing(row) for row in range(40)]


# ----- evaluation -----


def test_score_is_ndcg_of_held_out_items(recommender):
    X = checkerboard(60)
    recommender.fit(X[:40])
    score = recommender.score(X[40:], k=2)
    # one of the five items of each row is held out, the sixth is never there
    assert 0.6 < score <= 1
    assert recommender.score(X[40:], k=2) == score
    assert recommender.score(X[40:], [1] * 20, k=2) == score
    others = {recommender.score(X[40:], k=2, random_state=seed) for seed in range(6)}
    assert len(others) > 1
    # two held out and one never there, so that two of three first ranks are right
    assert 0.4 < recommender.score(X[40:], k=1, test_size=0.5) < 0.9
    # rows with a single item are ignored
    more = np.vstack([X[40:], np.eye(N_ITEMS)])
    assert recommender.score(more, k=2) == pytest.approx(score)


@pytest.mark.parametrize("cv", [KFold(3), GroupKFold(3)], ids=["KFold", "GroupKFold"])
def test_cross_validation_with_new_patients(recommender, cv):
    X = sparse.csr_array(checkerboard(48))
    groups = np.arange(48) // 4
    groups = groups if isinstance(cv, GroupKFold) else None
    scores = cross_val_score(recommender, X, groups=groups, cv=cv, error_score="raise")
    assert scores.shape == (3,)
    # chance is 0.18
    assert np.all(scores > 0.3)


@pytest.mark.parametrize(
    "step",
    [TfidfTransformer(), FunctionTransformer(np.log1p, accept_sparse=True)],
    ids=["tfidf", "log"],
)
def test_pipelines(recommender, step):
    X = sparse.csr_array(checkerboard())
    pipeline = make_pipeline(step, recommender).fit(X)
    assert pipeline.score(X) > 0.5
    assert pipeline.decision_function(X).shape == X.shape
    lists = pipeline[-1].recommend(pipeline[:-1].transform(X), k=1)
    assert np.mean(lists["item"] == [missing(row) for row in range(40)]) > 0.9


def test_search_over_a_factorization():
    X = checkerboard(48)
    grid = {
        "alsrecommender__n_components": [1, 8],
        "alsrecommender__regularization": [0.07, 5.0],
        "alsrecommender__alpha": [10.0],
    }
    pipeline = make_pipeline(TfidfTransformer(), ALSRecommender(random_state=0))
    search = GridSearchCV(
        pipeline, grid, cv=GroupKFold(3), error_score="raise", n_jobs=1
    )
    search.fit(X, groups=np.arange(48) // 4)
    assert search.best_params_ == {
        "alsrecommender__n_components": 8,
        "alsrecommender__regularization": 0.07,
        "alsrecommender__alpha": 10.0,
    }


# ----- factorizations -----


@pytest.mark.parametrize("recommender", FACTORIZATIONS, ids=names(FACTORIZATIONS))
def test_factors_are_folded_in(recommender):
    X = checkerboard()
    factors = recommender.fit_transform(X)
    assert factors.shape == (40, 8)
    assert factors.dtype == np.float64
    np.testing.assert_array_equal(factors, recommender.fit(X).transform(X))
    np.testing.assert_array_equal(factors[3:5], recommender.transform(X[3:5]))
    assert recommender.components_.shape == (8, N_ITEMS)
    prefix = type(recommender).__name__.lower()
    assert recommender.get_feature_names_out()[0] == f"{prefix}0"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not recommender.transform(np.zeros((1, N_ITEMS))).any()


@pytest.mark.parametrize("recommender", FACTORIZATIONS, ids=names(FACTORIZATIONS))
def test_progress_bar_only_if_verbose(recommender, capfd):
    X = checkerboard()
    recommender.fit(X)
    assert capfd.readouterr() == ("", "")
    recommender.set_params(verbose=1)
    try:
        recommender.fit(X)
    finally:
        recommender.set_params(verbose=0)
    assert "100%" in capfd.readouterr().err


def test_ranking_in_batches_gives_the_same(recommender, monkeypatch):
    X = checkerboard()
    recommender.fit(X)
    expected = recommender.recommend(X), recommender.score(X)
    scores = recommender.decision_function(X)
    monkeypatch.setattr("skmed.metrics._top_k._MAX_SCORES", 3 * N_ITEMS)
    pd.testing.assert_frame_equal(recommender.recommend(X), expected[0])
    assert recommender.score(X) == pytest.approx(expected[1])
    np.testing.assert_allclose(recommender.decision_function(X), scores)


def test_real_links_of_problems_and_drugs(skmed_data):
    """One split of the data of the accuracy benchmark."""
    links = pd.read_csv(skmed_data / "pharmacotherapydb/indications.tsv", sep="\t")
    table = pd.crosstab(links["disease"], links["drug"]).clip(upper=1)
    table = table.loc[:, table.sum() > 1]
    X = sparse.csr_array(table.to_numpy(float))
    popular = np.tile(X.sum(axis=0), (X.shape[0], 1))
    baseline = ndcg_at_k_score(X, popular)
    for recommender in (ALSRecommender(random_state=0), EASERecommender()):
        assert recommender.fit(X).score(X) > 0.3
    assert baseline < 0.25

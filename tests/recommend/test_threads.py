"""Threads of recommenders, and the limit of BLAS threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import joblib
import pandas as pd
import pytest
from scipy import sparse
from threadpoolctl import threadpool_info, threadpool_limits

from skmed.recommend import ALSRecommender, EASERecommender
from skmed.recommend._threads import (
    effective_n_threads,
    map_in_threads,
    single_blas_thread,
)


def blas_threads():
    return {
        library["num_threads"]
        for library in threadpool_info()
        if library["user_api"] == "blas"
    }


def test_last_to_exit_restores_the_limit():
    with threadpool_limits(limits=2, user_api="blas"):
        before = blas_threads()
        first, second = single_blas_thread(), single_blas_thread()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert blas_threads() == {1}
        second.__exit__(None, None, None)
        assert blas_threads() == before


@pytest.mark.parametrize("number", [1, 3])
def test_results_are_in_the_order_of_the_items(number):
    assert list(map_in_threads(lambda i: i * i, range(50), number)) == [
        i * i for i in range(50)
    ]


def test_no_nested_threads():
    assert (
        list(map_in_threads(lambda _: effective_n_threads(4), range(4), 2)) == [1] * 4
    )
    assert effective_n_threads(4) == 4


def test_n_jobs_follows_scikit_learn(monkeypatch):
    monkeypatch.setattr(
        "skmed.recommend._threads._openmp_effective_n_threads",
        lambda n_jobs=None: 3 if n_jobs in (None, -1) else n_jobs,
    )
    assert effective_n_threads(None) == 1
    assert effective_n_threads(-1) == 3
    assert effective_n_threads(-1, work=100) == 1
    with joblib.parallel_config(n_jobs=2):
        assert effective_n_threads(None) == 2
        assert effective_n_threads(1) == 1
    # the workers of a cluster are not cores of this machine
    with joblib.parallel_config(n_jobs=64):
        assert effective_n_threads(None) == 3


def test_n_jobs_of_zero():
    with pytest.raises(ValueError, match="0"):
        effective_n_threads(0)


@pytest.mark.parametrize("recommender", [ALSRecommender, EASERecommender])
def test_recommendations_do_not_depend_on_threads(recommender, monkeypatch):
    X = sparse.random_array((4000, 60), density=0.3, rng=0, format="csr")
    model = recommender()
    if recommender is ALSRecommender:
        model.set_params(n_components=4, random_state=0)
    model.fit(X)
    asked = []

    def threads(number):
        def count(*_):
            asked.append(number)
            return number

        monkeypatch.setattr(
            "skmed.recommend._recommendations.effective_n_threads", count
        )
        monkeypatch.setattr("skmed.metrics._top_k._MAX_SCORES", 60 * 500)
        return model.recommend(X, k=3)

    pd.testing.assert_frame_equal(threads(1), threads(3))
    assert asked == [1, 3]


def test_concurrent_callers(monkeypatch):
    monkeypatch.setattr("skmed.recommend._threads._MIN_WORK", 0)
    X = sparse.random_array((300, 40), density=0.2, rng=0, format="csr")
    model = ALSRecommender(n_components=4, n_jobs=-1, random_state=0).fit(X)
    expected = model.recommend(X, k=3)
    ready = Barrier(3)

    def ask(_):
        ready.wait()
        return model.recommend(X, k=3)

    with ThreadPoolExecutor(3) as pool:
        for lists in pool.map(ask, range(3)):
            pd.testing.assert_frame_equal(lists, expected)

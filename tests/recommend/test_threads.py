from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pandas as pd
import pytest
from scipy import sparse
from threadpoolctl import threadpool_info, threadpool_limits

from skmed.recommend import ALSRecommender, EASERecommender
from skmed.recommend._threads import each_in_threads, n_threads, one_blas_thread


def blas_threads():
    return {
        library["num_threads"]
        for library in threadpool_info()
        if library["user_api"] == "blas"
    }


def test_the_limit_is_lifted_whoever_leaves_last():
    with threadpool_limits(limits=2, user_api="blas"):
        before = blas_threads()
        first, second = one_blas_thread(), one_blas_thread()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert blas_threads() == {1}
        second.__exit__(None, None, None)
        assert blas_threads() == before


@pytest.mark.parametrize("number", [1, 3])
def test_results_come_in_the_order_of_the_items(number):
    assert list(each_in_threads(lambda i: i * i, range(50), number)) == [
        i * i for i in range(50)
    ]


def test_a_worker_starts_no_threads_of_its_own():
    assert list(each_in_threads(lambda _: n_threads(4), range(4), 2)) == [1] * 4
    assert n_threads(4) == 4


@pytest.mark.parametrize("recommender", [ALSRecommender, EASERecommender])
def test_lists_do_not_depend_on_threads(recommender, monkeypatch):
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

        monkeypatch.setattr("skmed.recommend._lists.n_threads", count)
        monkeypatch.setattr("skmed.metrics._top_k._SCORES", 60 * 500)
        return model.recommend(X, k=3)

    pd.testing.assert_frame_equal(threads(1), threads(3))
    assert asked == [1, 3]


def test_lists_of_several_callers_do_not_meet():
    X = sparse.random_array((300, 40), density=0.2, rng=0, format="csr")
    model = ALSRecommender(n_components=4, random_state=0).fit(X)
    expected = model.recommend(X, k=3)
    ready = Barrier(3)

    def ask(_):
        ready.wait()
        return model.recommend(X, k=3)

    with ThreadPoolExecutor(3) as pool:
        for lists in pool.map(ask, range(3)):
            pd.testing.assert_frame_equal(lists, expected)

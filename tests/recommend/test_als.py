"""ALSRecommender, compared with plain linear algebra and with implicit."""

import tracemalloc

import numpy as np
import pytest
from implicit.cpu.als import AlternatingLeastSquares
from scipy import sparse
from threadpoolctl import threadpool_limits

from skmed.recommend import ALSRecommender
from skmed.recommend._als import _largest_singular_value

PLAIN = {
    "alpha": 10.0,
    "weighting": "linear",
    "frequency_scaling": 0.0,
    "random_state": 0,
}


@pytest.fixture(scope="module")
def counts():
    rng = np.random.default_rng(0)
    taste = rng.random((60, 3)) @ rng.random((3, 20))
    return rng.poisson(0.8 * taste).astype(float)


def solve(rows, components, penalties):
    """Solve the normal equations of each row with numpy."""
    result = []
    for row, penalty in zip(rows, penalties):
        confidence = np.where(row > 0, 1 + 10 * row, 1.0)
        left = (components * confidence) @ components.T
        left += penalty * np.eye(len(components))
        result.append(np.linalg.solve(left, components @ (confidence * (row > 0))))
    return np.array(result)


def test_fold_in_solves_the_normal_equations(counts):
    als = ALSRecommender(n_components=4, **PLAIN).fit(counts)
    new = counts[::-1][:7] + np.eye(7, 20)
    expected = solve(new, als.components_, np.full(7, als._penalty))
    np.testing.assert_allclose(als.transform(new), expected, rtol=1e-3, atol=1e-4)


def test_frequent_rows_are_regularized_more(counts):
    als = ALSRecommender(n_components=4, **{**PLAIN, "frequency_scaling": 1.0}).fit(
        counts
    )
    weights = 20 + 10 * counts.sum(axis=1)
    penalties = als._penalty * weights / als._mean_weights[0]
    expected = solve(counts, als.components_, penalties)
    # the penalty is rounded to a power of the root of two
    np.testing.assert_allclose(als.transform(counts), expected, rtol=0.2, atol=0.02)
    uniform = ALSRecommender(n_components=4, **PLAIN).fit(counts)
    norms = [
        np.linalg.norm(model.transform(counts), axis=1) for model in (als, uniform)
    ]
    heavy = np.argsort(weights)[-10:]
    assert np.mean(norms[0][heavy]) < np.mean(norms[1][heavy])


def test_same_loss_as_implicit(counts):
    """implicit's own model with the same parameters reaches the same loss."""
    als = ALSRecommender(n_components=4, max_iter=60, **PLAIN).fit(counts)
    confidence = np.where(counts > 0, 1 + 10 * counts, 0)
    with threadpool_limits(limits=1, user_api="blas"):
        peer = AlternatingLeastSquares(
            factors=4, regularization=als._penalty, iterations=60, random_state=0
        )
        peer.fit(sparse.csr_matrix(confidence.astype(np.float32)), show_progress=False)
    scores = peer.user_factors.astype(float) @ peer.item_factors.T

    def loss(scores):
        return np.sum(
            np.where(counts > 0, confidence, 1) * ((counts > 0) - scores) ** 2
        )

    assert loss(als.decision_function(counts)) == pytest.approx(loss(scores), rel=0.02)


@pytest.mark.parametrize("shape", [(1, 7), (7, 1), (3, 3), (60, 20)], ids=str)
def test_largest_singular_value(shape):
    rng = np.random.default_rng(0)
    table = rng.poisson(1.0, shape) + np.eye(*shape)
    scales = rng.random(shape[0]) + 0.5, rng.random(shape[1]) + 0.5
    expected = np.linalg.norm(table / np.sqrt(np.outer(*scales)), 2)
    rows = sparse.csr_array(table.astype(np.float32))
    got = {_largest_singular_value(rows, *scales) for _ in range(20)}
    assert len(got) == 1
    assert got.pop() == pytest.approx(expected, rel=1e-2)


def test_regularization_of_one_gives_zero_factors(counts):
    for frequency_scaling in (0.0, 1.0):
        als = ALSRecommender(
            n_components=4,
            frequency_scaling=frequency_scaling,
            max_iter=200,
            random_state=0,
        )
        zero = als.set_params(regularization=1.4).fit(counts).components_
        assert np.abs(zero).max() < 1e-3
        some = als.set_params(regularization=0.5).fit(counts).components_
        assert np.abs(some).max() > 0.05


@pytest.mark.parametrize("copies", [10, 100])
def test_regularization_does_not_depend_on_n_patients(counts, copies):
    als = ALSRecommender(n_components=20, random_state=0, max_iter=30)
    few = als.fit(counts).decision_function(counts)
    many = als.fit(np.tile(counts, (copies, 1))).decision_function(counts)
    assert np.corrcoef(few.ravel(), many.ravel())[0, 1] > 0.99


@pytest.mark.parametrize("n_jobs", [1, 2, 3, -1])
def test_threads_do_not_change_the_result(counts, n_jobs, monkeypatch):
    # without it, such a small table is fitted in one thread
    monkeypatch.setattr("skmed.recommend._threads._MIN_WORK", 0)
    als = ALSRecommender(n_components=4, random_state=0)
    expected = als.fit(counts).decision_function(counts)
    als.set_params(n_jobs=n_jobs)
    np.testing.assert_array_equal(als.fit(counts).decision_function(counts), expected)


def test_refit_starts_from_new_factors(counts):
    als = ALSRecommender(n_components=4, random_state=0)
    expected = als.fit(counts).components_
    als.fit(counts[:, ::-1] + 1)
    np.testing.assert_array_equal(als.fit(counts).components_, expected)


# ----- more patients -----


def test_partial_fit_learns_from_new_patients():
    rng = np.random.default_rng(0)
    X = np.zeros((400, 12))
    for row in range(400):
        own = rng.permutation(np.arange(row % 3, 12, 3))[:3]
        X[row, own] = 1
    new = X[200:].copy()
    # among the new patients, item 0 goes with the others of group 1
    new[np.arange(200) % 3 == 0, 0] = 0
    new[(np.arange(200) + 200) % 3 == 1, 0] = 1
    als = ALSRecommender(n_components=6, random_state=0).fit(X[:200])
    query = np.zeros((1, 12))
    query[0, [1, 4]] = 1
    before = als.decision_function(query)[0, 0]
    frequency = als.item_frequency_.copy()
    assert als.partial_fit(new) is als
    assert als.decision_function(query)[0, 0] > before + 0.1
    assert als.n_patients_ == 400
    both = np.vstack([X[:200], new])
    np.testing.assert_allclose(als.item_frequency_, both.astype(bool).mean(axis=0))
    assert not np.allclose(frequency, als.item_frequency_)
    refitted = ALSRecommender(n_components=6, random_state=0).fit(both)
    assert als.score(new) == pytest.approx(refitted.score(new), abs=0.1)


def test_first_partial_fit_is_a_fit(counts):
    als = ALSRecommender(n_components=4, random_state=0)
    expected = als.fit(counts).components_
    again = ALSRecommender(n_components=4, random_state=0).partial_fit(counts)
    np.testing.assert_array_equal(again.components_, expected)


def test_failed_partial_fit_does_not_change_the_model(counts):
    als = ALSRecommender(n_components=4, random_state=0).fit(counts)
    before = dict(vars(als))
    with pytest.raises(ValueError, match="Negative"):
        als.partial_fit(-counts)
    assert vars(als) == before


@pytest.mark.parametrize("frequency_scaling", [0.0, 1.0])
def test_memory_of_fit(frequency_scaling):
    rng = np.random.default_rng(0)
    n_patients, n_items, n_events = 20_000, 200, 400_000
    events = (
        rng.integers(n_patients, size=n_events),
        rng.integers(n_items, size=n_events),
    )
    X = sparse.csr_array((np.ones(n_events, np.float32), events), (n_patients, n_items))
    X.sum_duplicates()
    als = ALSRecommender(
        n_components=8, max_iter=1, frequency_scaling=frequency_scaling, random_state=0
    )
    tracemalloc.start()
    try:
        als.fit(X)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # the table by rows and by columns; factors and chunks are small
    table = X.data.nbytes + X.indices.nbytes
    assert most < 3.2 * table

"""What BPRRecommender and LMFRecommender have in common."""

import joblib
import numpy as np
import pytest

from skmed.recommend import BPRRecommender, LMFRecommender


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    X = np.zeros((80, 16))
    for row in range(80):
        X[row, rng.permutation(np.arange(row % 2, 16, 2))[:5]] = rng.integers(1, 4, 5)
    return X


@pytest.mark.parametrize("cls", [BPRRecommender, LMFRecommender])
def test_more_than_one_thread_warns(rows, cls):
    model = cls(n_components=3, max_iter=2, n_jobs=2, random_state=0)
    with pytest.warns(UserWarning, match="use n_jobs=1"):
        model.fit(rows)
    # without a seed, no fit is reproducible
    model.set_params(random_state=None).fit(rows)


@pytest.mark.parametrize("cls", [BPRRecommender, LMFRecommender])
def test_one_thread_unless_in_a_parallel_config(rows, cls, monkeypatch):
    monkeypatch.setattr(
        "skmed.recommend._threads._openmp_effective_n_threads",
        lambda n_jobs=None: 4 if n_jobs is None else n_jobs,
    )
    model = cls(n_components=3, max_iter=2, n_jobs=None, random_state=0)
    expected = cls(n_components=3, max_iter=2, random_state=0).fit(rows).components_
    np.testing.assert_array_equal(model.fit(rows).components_, expected)
    with (
        joblib.parallel_config(n_jobs=2),
        pytest.warns(UserWarning, match="with 2 threads"),
    ):
        model.fit(rows)


@pytest.mark.parametrize("cls", [BPRRecommender, LMFRecommender])
@pytest.mark.parametrize("seed", [0, np.int64(3), np.random.RandomState(0)], ids=type)
def test_seeds_of_any_kind(rows, cls, seed):
    model = cls(n_components=3, max_iter=2, random_state=seed).fit(rows)
    assert np.isfinite(model.decision_function(rows)).all()


def test_a_row_that_has_everything(rows):
    for cls in (BPRRecommender, LMFRecommender):
        model = cls(n_components=3, max_iter=5, random_state=0).fit(rows)
        everything = np.ones((1, 16))
        assert np.isfinite(model.decision_function(everything)).all()
        assert len(model.recommend(everything)) == 0


def test_negatives_are_sampled_from_many_items():
    rng = np.random.default_rng(0)
    X = rng.random((40, 700)) < 0.02
    X[:, 0] = True
    for cls in (BPRRecommender, LMFRecommender):
        model = cls(n_components=3, max_iter=3, random_state=0).fit(X)
        assert len(model._negatives) == 256
        scores = model.decision_function(X)
        np.testing.assert_array_equal(model.fit(X).decision_function(X), scores)


def test_popularity_is_added(rows):
    bpr = BPRRecommender(n_components=3, random_state=0)
    without = bpr.set_params(popularity=0.0).fit(rows).decision_function(rows)
    whole = bpr.set_params(popularity=1.0).fit(rows).decision_function(rows)
    expected = np.log((rows > 0).mean(axis=0))
    np.testing.assert_allclose(whole - without, np.tile(expected, (80, 1)))

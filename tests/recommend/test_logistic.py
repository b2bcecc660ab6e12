"""BPRRecommender and LMFRecommender, and the vectors of new patients."""

import numpy as np
import pytest
from scipy.optimize import minimize

from skmed.recommend import BPRRecommender, LMFRecommender
from skmed.recommend._newton import logistic_vector


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    X = np.zeros((80, 16))
    for row in range(80):
        X[row, rng.permutation(np.arange(row % 2, 16, 2))[:5]] = rng.integers(1, 4, 5)
    return X


def test_newton_finds_the_minimum():
    rng = np.random.default_rng(0)
    design = rng.normal(size=(30, 4))
    sign = rng.choice([-1.0, 1.0], 30)
    weight, offset, penalty = rng.random(30), rng.normal(size=30), rng.random(4) + 0.1

    def loss(vector):
        margin = sign * (design @ vector + offset)
        return weight @ np.logaddexp(0, -margin) + penalty @ vector**2 / 2

    expected = minimize(loss, np.zeros(4), tol=1e-12).x
    got = logistic_vector(design, sign, weight, offset, penalty)
    np.testing.assert_allclose(got, expected, atol=1e-4)


def test_newton_on_a_hard_start():
    # a full step from zero would overshoot
    got = logistic_vector(
        np.array([[50.0], [-1.0]]),
        np.ones(2),
        np.ones(2),
        np.zeros(2),
        np.full(1, 1e-3),
    )
    assert np.isfinite(got).all()


def test_lmf_new_vector_maximises_the_likelihood(rows):
    lmf = LMFRecommender(n_components=3, random_state=0, weighting="linear").fit(rows)
    row = rows[0]
    own, absent = np.flatnonzero(row), np.flatnonzero(row == 0)
    share = lmf._absent_share[np.isin(lmf._absent, absent)]
    negatives = min(30 * len(own), 5) * share / share.sum()
    items = lmf.components_

    def loss(vector):
        scores = vector[:-1] @ items + vector[-1] + lmf.item_bias_
        seen = row[own] @ np.logaddexp(0, -scores[own])
        unseen = negatives @ np.logaddexp(0, scores[absent])
        return seen + unseen + 0.6 * vector @ vector / 2

    expected = minimize(loss, np.zeros(4), tol=1e-12).x
    vectors, bias = lmf._fold_in(lmf_rows(lmf, row))
    np.testing.assert_allclose(np.r_[vectors[0], bias], expected, atol=1e-3)


def lmf_rows(lmf, row):
    from skmed.recommend._rows import check_rows

    return check_rows(lmf, row[np.newaxis], reset=False)


@pytest.mark.parametrize("cls", [BPRRecommender, LMFRecommender])
def test_more_threads_than_one_are_warned_of(rows, cls):
    model = cls(n_components=3, max_iter=2, n_jobs=2, random_state=0)
    with pytest.warns(UserWarning, match="use n_jobs=1"):
        model.fit(rows)
    # without a seed nothing is promised, so nothing is said
    model.set_params(random_state=None).fit(rows)


@pytest.mark.parametrize("cls", [BPRRecommender, LMFRecommender])
@pytest.mark.parametrize("seed", [0, np.int64(3), np.random.RandomState(0)], ids=type)
def test_seeds_of_any_kind(rows, cls, seed):
    model = cls(n_components=3, max_iter=2, random_state=seed).fit(rows)
    assert np.isfinite(model.decision_function(rows)).all()


def test_popularity_is_given_back(rows):
    bpr = BPRRecommender(n_components=3, random_state=0)
    without = bpr.set_params(popularity=0.0).fit(rows).decision_function(rows)
    whole = bpr.set_params(popularity=1.0).fit(rows).decision_function(rows)
    expected = np.log((rows > 0).mean(axis=0))
    np.testing.assert_allclose(whole - without, np.tile(expected, (80, 1)))


def test_bpr_does_not_count(rows):
    bpr = BPRRecommender(n_components=3, max_iter=20, random_state=0)
    expected = bpr.fit(rows > 0).decision_function(rows > 0)
    np.testing.assert_array_equal(bpr.fit(rows).decision_function(rows), expected)


def test_a_row_that_has_everything(rows):
    for cls in (BPRRecommender, LMFRecommender):
        model = cls(n_components=3, max_iter=5, random_state=0).fit(rows)
        everything = np.ones((1, 16))
        assert np.isfinite(model.decision_function(everything)).all()
        assert len(model.recommend(everything)) == 0


def test_many_items_are_represented_by_some():
    rng = np.random.default_rng(0)
    X = rng.random((40, 700)) < 0.02
    X[:, 0] = True
    for cls in (BPRRecommender, LMFRecommender):
        model = cls(n_components=3, max_iter=3, random_state=0).fit(X)
        assert len(model._absent) == 256
        scores = model.decision_function(X)
        np.testing.assert_array_equal(model.fit(X).decision_function(X), scores)

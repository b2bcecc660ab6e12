"""Ranking metrics, compared with scikit-learn's and with plain loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.metrics import (
    average_precision_score,
    make_scorer,
    ndcg_score,
    precision_score,
    recall_score,
)

from skmed.datasets import make_prescriptions
from skmed.metrics import (
    average_precision_at_k_score,
    coverage_at_k_score,
    hit_rate_at_k_score,
    ndcg_at_k_score,
    precision_at_k_score,
    recall_at_k_score,
    reciprocal_rank_at_k_score,
)
from skmed.recommend import ContextRecommender

METRICS = [
    average_precision_at_k_score,
    hit_rate_at_k_score,
    ndcg_at_k_score,
    precision_at_k_score,
    recall_at_k_score,
    reciprocal_rank_at_k_score,
]


def case(seed, n_samples=13, n_items=9, density=0.3):
    rng = np.random.default_rng(seed)
    y_true = (rng.random((n_samples, n_items)) < density).astype(int)
    return y_true, rng.normal(size=(n_samples, n_items))


@given(seed=st.integers(0, 1000), k=st.integers(1, 12))
def test_ndcg_equals_scikit_learn(seed, k):
    y_true, y_score = case(seed)
    gains = y_true * np.random.default_rng(seed).integers(1, 4, y_true.shape)
    for truth in (y_true, gains):
        expected = ndcg_score(truth, y_score, k=k)
        assert ndcg_at_k_score(truth, y_score, k=k) == pytest.approx(expected)


@given(seed=st.integers(0, 1000), k=st.integers(1, 9))
def test_precision_and_recall_equal_scikit_learn(seed, k):
    y_true, y_score = case(seed)
    ranked = np.zeros_like(y_true)
    np.put_along_axis(ranked, np.argsort(-y_score, axis=1)[:, :k], 1, axis=1)
    for ours, theirs in [
        (precision_at_k_score, precision_score),
        (recall_at_k_score, recall_score),
    ]:
        expected = theirs(y_true, ranked, average="samples", zero_division=0)
        assert ours(y_true, y_score, k=k) == pytest.approx(expected)


@given(seed=st.integers(0, 1000))
def test_average_precision_equals_scikit_learn(seed):
    y_true, y_score = case(seed)
    y_true[:, 0] = 1
    expected = average_precision_score(y_true, y_score, average="samples")
    got = average_precision_at_k_score(y_true, y_score, k=9)
    assert got == pytest.approx(expected)


@given(seed=st.integers(0, 1000), k=st.integers(1, 12))
def test_other_metrics_equal_plain_loops(seed, k):
    y_true, y_score = case(seed)
    order = np.argsort(-y_score, axis=1)[:, :k]
    first, hits, ranked, average = [], [], set(), []
    for truth, items in zip(y_true, order):
        found = [rank for rank, item in enumerate(items, 1) if truth[item]]
        first.append(1 / found[0] if found else 0)
        hits.append(bool(found))
        ranked |= set(items)
        precisions = [truth[items[:rank]].mean() for rank in found]
        average.append(sum(precisions) / max(1, min(k, truth.sum())))
    assert reciprocal_rank_at_k_score(y_true, y_score, k=k) == pytest.approx(
        np.mean(first)
    )
    assert hit_rate_at_k_score(y_true, y_score, k=k) == np.mean(hits)
    assert coverage_at_k_score(y_score, k=k) == len(ranked) / 9
    assert average_precision_at_k_score(y_true, y_score, k=k) == pytest.approx(
        np.mean(average)
    )


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("container", [sparse.csr_matrix, sparse.csc_array, np.asarray])
def test_types_of_y_true(metric, container, monkeypatch):
    y_true, y_score = case(0)
    expected = metric(y_true, y_score, k=3)
    assert metric(container(y_true), y_score, k=3) == expected
    monkeypatch.setattr("skmed.metrics._top_k._MAX_SCORES", 20)
    assert metric(container(y_true), y_score, k=3) == pytest.approx(expected)


@pytest.mark.parametrize("metric", METRICS)
def test_items_that_are_not_ranked(metric):
    y_true = np.array([[1, 1, 0]])
    everything = metric(y_true, np.array([[1.0, 2, 3]]), k=3)
    some = metric(y_true, np.array([[-np.inf, 2, 3]]), k=3)
    none = metric(y_true, np.full((1, 3), -np.inf), k=3)
    assert none == 0 <= some <= everything


@pytest.mark.parametrize("metric", METRICS)
def test_samples_without_relevant_items_score_zero(metric):
    y_true, y_score = np.array([[1, 0], [0, 0]]), np.array([[2.0, 1], [2, 1]])
    assert metric(y_true, y_score, k=1) == 0.5


def test_ties_are_broken_by_column_index():
    assert ndcg_at_k_score([[1, 0, 0]], [[5, 5, 5]], k=1) == 1
    assert ndcg_at_k_score([[0, 0, 1]], [[5, 5, 5]], k=3) == 0.5


def test_as_a_scorer():
    diagnoses, drugs = make_prescriptions(n_patients=100, random_state=0)
    model = ContextRecommender().fit(diagnoses, drugs)
    scorer = make_scorer(ndcg_at_k_score, response_method="decision_function", k=5)
    assert scorer(model, diagnoses, drugs) == pytest.approx(
        ndcg_at_k_score(drugs, model.decision_function(diagnoses), k=5)
    )


@pytest.mark.parametrize(
    ("y_true", "y_score", "k", "message"),
    [
        ([[1, 0]], [[1.0, 2, 3]], 1, r"shapes \(1, 2\) and \(1, 3\)"),
        ([[1, 0]], [[np.nan, 2]], 1, r"NaN or \+inf"),
        ([[1, 0]], [[np.inf, 2]], 1, r"NaN or \+inf"),
        ([[1, np.nan]], [[1.0, 2]], 1, "y_true contains NaN"),
        ([[-1, 0]], [[1.0, 2]], 1, "y_true has negative"),
        ([[1, 0]], [[1.0, 2]], 0, "k == 0"),
        ([[1, 0]], [["a", "b"]], 1, "y_score"),
    ],
    ids=["shapes", "nan", "inf", "nan truth", "negative", "k", "text"],
)
def test_wrong_input(y_true, y_score, k, message):
    for metric in METRICS:
        with pytest.raises(ValueError, match=message):
            metric(y_true, y_score, k=k)

"""Metrics of recommendations: how good a list is, and how safe.

Where scikit-learn has the metric already, use its own: ``jaccard_score``,
``average_precision_score`` and ``f1_score`` take the indicators and scores that
`skmed.recommend` gives.
"""

from ._ddi import ddi_rate_score
from ._ranking import (
    average_precision_at_k_score,
    coverage_at_k_score,
    hit_rate_at_k_score,
    ndcg_at_k_score,
    precision_at_k_score,
    recall_at_k_score,
    reciprocal_rank_at_k_score,
)

__all__ = [
    "average_precision_at_k_score",
    "coverage_at_k_score",
    "ddi_rate_score",
    "hit_rate_at_k_score",
    "ndcg_at_k_score",
    "precision_at_k_score",
    "recall_at_k_score",
    "reciprocal_rank_at_k_score",
]

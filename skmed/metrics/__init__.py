"""Metrics of recommendations: ranking quality, coverage and drug-drug interactions.

For metrics that scikit-learn has, use scikit-learn's: ``jaccard_score``,
``average_precision_score`` and ``f1_score`` accept the indicators and scores that
`skmed.recommend` returns.
"""

from ._ddi_rate import ddi_rate_score
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

"""Recommend drugs and treatments: a row is a patient, a visit or a diagnosis."""

from skmed.recommend._als import ALSRecommender
from skmed.recommend._context import ContextRecommender
from skmed.recommend._interactions import interaction_matrix
from skmed.recommend._item_models import EASERecommender, ItemKNNRecommender
from skmed.recommend._logistic import BPRRecommender, LMFRecommender

__all__ = [
    "ALSRecommender",
    "BPRRecommender",
    "ContextRecommender",
    "EASERecommender",
    "ItemKNNRecommender",
    "LMFRecommender",
    "interaction_matrix",
]

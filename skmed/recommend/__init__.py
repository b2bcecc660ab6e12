"""Recommend drugs and treatments: a row is a patient, a visit or a diagnosis."""

from ._als import ALSRecommender
from ._context import ContextRecommender
from ._interactions import interaction_matrix
from ._item_models import EASERecommender, ItemKNNRecommender
from ._logistic import BPRRecommender, LMFRecommender

__all__ = [
    "ALSRecommender",
    "BPRRecommender",
    "ContextRecommender",
    "EASERecommender",
    "ItemKNNRecommender",
    "LMFRecommender",
    "interaction_matrix",
]

"""Recommenders of drugs and treatments: rows are patients, visits or diagnoses."""

from ._als import ALSRecommender
from ._bpr import BPRRecommender
from ._context import ContextRecommender
from ._ease import EASERecommender
from ._interaction_matrix import interaction_matrix
from ._item_knn import ItemKNNRecommender
from ._lmf import LMFRecommender

__all__ = [
    "ALSRecommender",
    "BPRRecommender",
    "ContextRecommender",
    "EASERecommender",
    "ItemKNNRecommender",
    "LMFRecommender",
    "interaction_matrix",
]

"""Data to learn from: real sets that are downloaded once, and seeded synthetic ones."""

from skmed.datasets._pneumoniamnist import fetch_pneumoniamnist
from skmed.datasets._prescriptions import make_prescriptions
from skmed.datasets._synthetic import make_chest_xrays

__all__ = ["fetch_pneumoniamnist", "make_chest_xrays", "make_prescriptions"]

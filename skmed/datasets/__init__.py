"""Data to learn from: real sets, read or downloaded once, and seeded synthetic ones."""

from skmed.datasets._physiotherapy import load_physiotherapy
from skmed.datasets._pneumoniamnist import fetch_pneumoniamnist
from skmed.datasets._prescriptions import make_prescriptions
from skmed.datasets._synthetic import make_chest_xrays
from skmed.datasets._volumes import make_ct_nodules

__all__ = [
    "fetch_pneumoniamnist",
    "load_physiotherapy",
    "make_chest_xrays",
    "make_ct_nodules",
    "make_prescriptions",
]

"""Data to learn from: real sets, read or downloaded once, and seeded synthetic ones."""

from ._physiotherapy import load_physiotherapy
from ._pneumoniamnist import fetch_pneumoniamnist
from ._prescriptions import make_prescriptions
from ._synthetic import make_chest_xrays
from ._volumes import make_ct_nodules

__all__ = [
    "fetch_pneumoniamnist",
    "load_physiotherapy",
    "make_chest_xrays",
    "make_ct_nodules",
    "make_prescriptions",
]

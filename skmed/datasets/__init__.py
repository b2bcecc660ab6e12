"""Real data sets, loaded or downloaded, and generators of synthetic ones."""

from ._chest_xrays import make_chest_xrays
from ._ct_nodules import make_ct_nodules
from ._physiotherapy import load_physiotherapy
from ._pneumoniamnist import fetch_pneumoniamnist
from ._prescriptions import make_prescriptions

__all__ = [
    "fetch_pneumoniamnist",
    "load_physiotherapy",
    "make_chest_xrays",
    "make_ct_nodules",
    "make_prescriptions",
]

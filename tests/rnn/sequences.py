"""Sequences of two channels in every form, for the tests of this folder.

Modules read this file with ``runpy.run_path``.
"""

import numpy as np
import pandas as pd

NAN = np.nan
SMALL = {"units": (4,), "epochs": 2, "batch_size": 8, "random_state": 0}
LENGTHS = np.random.default_rng(1).integers(2, 30, size=20)
X = [
    np.random.default_rng(n).normal(size=(length, 2))
    for n, length in enumerate(LENGTHS)
]
LABELS = np.where(LENGTHS > 15, "long", "short")


def as_objects(X):
    array = np.empty(len(X), dtype=object)
    array[:] = X
    return array


def as_padded(X, more=0):
    longest = max(map(len, X)) + more
    return np.stack(
        [np.pad(x, [(0, longest - len(x)), (0, 0)], constant_values=NAN) for x in X]
    )


FORMS = {
    "list": list,
    "tuple": tuple,
    "object array": as_objects,
    "Series": lambda X: pd.Series(list(X)),
    "nested lists": lambda X: [x.tolist() for x in X],
    "padded": as_padded,
    "padded more": lambda X: as_padded(X, 40),
}

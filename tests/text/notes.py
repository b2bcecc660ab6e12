"""Notes of three kinds, for the tests of this folder.

Modules read this file with ``runpy.run_path``.
"""

import numpy as np
import pytest

SMALL = {
    "embedding_dim": 8,
    "dense_units": (),
    "epochs": 30,
    "batch_size": 8,
    "learning_rate": 0.02,
    "random_state": 0,
}
# architecture -> sizes that it alone has
SIZES = {
    "bag": {},
    "cnn": {"filters": (8, 8, 8)},
    "rnn": {"units": (8,)},
    "transformer": {"depth": 1, "n_heads": 2},
}


@pytest.fixture(scope="module")
def notes():
    kinds = ["fever and cough", "chest pain at rest", "wound of the hand"]
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=45)
    more = [" ".join(rng.choice(["since", "today", "no"], n % 4)) for n in range(45)]
    return [f"{kinds[label]} {words}" for label, words in zip(y, more)], y

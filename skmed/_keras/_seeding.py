"""One seed per fit, and no trace of it in the process's random streams."""

import contextlib
import random
import threading

import numpy as np
from sklearn.utils import check_random_state

# the streams below belong to the process, so one network is built at a time
_BUILDING = threading.Lock()


def draw_seed(random_state):
    """Draw one integer seed the way scikit-learn's estimators consume a state."""
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))


@contextlib.contextmanager
def seeded(seed):
    """Seed what Keras draws initial weights and layer seeds from, then put it back.

    Keras draws the seed of each initializer and dropout layer from python's
    global stream; a user's own network may draw from numpy's.
    """
    with _BUILDING:
        python_state, numpy_state = random.getstate(), np.random.get_state()
        random.seed(seed)
        np.random.seed(seed)
        try:
            yield
        finally:
            random.setstate(python_state)
            np.random.set_state(numpy_state)


def epoch_order(seed, epoch, n_samples):
    """Return the order in which an epoch visits its rows.

    It depends on the seed and the epoch's number alone, so a warm start needs
    to remember no generator.
    """
    rng = np.random.default_rng([seed, epoch])
    return rng.permutation(n_samples).astype(np.int32)

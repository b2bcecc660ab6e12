"""One seed per fit, and no trace of it in the process's random streams."""

import contextlib
import random
import threading

import numpy as np
from keras.src.random import seed_generator
from sklearn.utils import check_random_state

from skmed._keras.graphs.padding import similar_together

_here = threading.local()


class _Source:
    """What Keras draws from the seeds of initializers, dropout and augmentation.

    It is python's global stream, as always, but for a thread that is building a
    network of ours: that one has a stream of its own. Seeding the global stream
    instead would let any other thread (a dask worker has several) take numbers
    out of it, so that the same seed would give other weights.
    """

    def __getattr__(self, name):
        return getattr(getattr(_here, "stream", random), name)


# the only place where Keras draws a seed that nobody gave
seed_generator.python_random = _Source()


def draw_seed(random_state):
    """Draw one integer seed the way scikit-learn's estimators consume a state."""
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))


@contextlib.contextmanager
def seeded(seed):
    """Let Keras draw its seeds from ``seed`` in this thread."""
    before = getattr(_here, "stream", random)
    _here.stream = random.Random(seed)
    try:
        yield
    finally:
        _here.stream = before


def epoch_order(seed, epoch, n_samples, lengths=None, batch_size=None):
    """Return the order in which an epoch visits its rows.

    It depends on the seed and the epoch's number alone, so a warm start needs
    to remember no generator. Where the lengths of sequences differ, those of similar
    length come together.
    """
    rng = np.random.default_rng([seed, epoch])
    order = rng.permutation(n_samples).astype(np.int32)
    if lengths is None:
        return order
    return similar_together(order, lengths, batch_size, rng)

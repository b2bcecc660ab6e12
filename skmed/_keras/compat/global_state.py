"""What Keras keeps per thread or process while networks are built.

Layer names, the default dtype and the seeds of initializers come from global state.
Here each of them is set for one network and put back afterwards.
"""

import collections
import contextlib
import random
import threading

import keras
from keras.src.backend.common import global_state
from keras.src.random import seed_generator

_NAME_COUNTERS = "object_name_uids"
_POLICIES = {"float32": "float32", "float64": "float64", "mixed": "mixed_float16"}

_thread = threading.local()


@contextlib.contextmanager
def fresh_names():
    """Count automatic layer names from the start, and restore Keras's counters.

    Without this the second fit's ``conv1d`` would be ``conv1d_1``, and TensorFlow
    keeps a kernel for each name, so that memory would grow with every network. Keras
    counts per thread.
    """
    before = global_state.get_global_attribute(_NAME_COUNTERS)
    global_state.set_global_attribute(_NAME_COUNTERS, collections.defaultdict(int))
    try:
        yield
    finally:
        global_state.set_global_attribute(_NAME_COUNTERS, before)


@contextlib.contextmanager
def layer_dtype(precision):
    """Give layers built here the dtype policy of ``precision``.

    Keras keeps the default policy per thread. It is restored on leaving, so that no
    other thread and no later code sees it.

    Parameters
    ----------
    precision : {"float32", "float64", "mixed"}
        The precision of an estimator.
    """
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(_POLICIES[precision])
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def variable_dtype(precision):
    """Return the dtype of weights, losses, inputs and outputs."""
    return "float64" if precision == "float64" else "float32"


class _RandomSource:
    """The stream from which Keras draws seeds of initializers and dropout.

    It is Python's global stream, as in Keras, except in a thread that is building one
    of our networks: that thread has a stream of its own. Seeding the global stream
    would let other threads (a dask worker has several) draw from it, so that the same
    seed would give other weights.
    """

    def __getattr__(self, name):
        return getattr(getattr(_thread, "stream", random), name)


# the only place where Keras draws a seed that was not given
seed_generator.python_random = _RandomSource()


@contextlib.contextmanager
def seeded(seed):
    """Let Keras draw its seeds from ``seed`` in this thread."""
    before = getattr(_thread, "stream", random)
    _thread.stream = random.Random(seed)
    try:
        yield
    finally:
        _thread.stream = before

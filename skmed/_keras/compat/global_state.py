"""Global state of Keras while networks are built: names, dtype policy and seeds.

Context managers set it for one network, and restore it afterwards.
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
    """Number automatic layer names from the start; restore Keras's counters afterwards.

    Otherwise the layer ``conv1d`` would be ``conv1d_1`` in the second fit. TensorFlow
    keeps a kernel for each name, so that memory would grow with each network. Keras has
    counters per thread.
    """
    before = global_state.get_global_attribute(_NAME_COUNTERS)
    global_state.set_global_attribute(_NAME_COUNTERS, collections.defaultdict(int))
    try:
        yield
    finally:
        global_state.set_global_attribute(_NAME_COUNTERS, before)


@contextlib.contextmanager
def layer_dtype(precision):
    """Set the default dtype policy to that of ``precision``; restore it afterwards.

    Keras has a default policy per thread, so that other threads are not affected.

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
    """Return the dtype of weights, losses, inputs and outputs for a precision."""
    return "float64" if precision == "float64" else "float32"


class _RandomSource:
    """The generator from which Keras draws seeds of initializers and dropout.

    It is Python's global generator, as in Keras, except inside of `seeded`, where each
    thread has its own. If the global generator were seeded instead, other threads (a
    dask worker has several) could draw from it, and a seed would not determine the
    weights.
    """

    def __getattr__(self, name):
        return getattr(getattr(_thread, "generator", random), name)


# the only place where Keras draws a seed that was not given
seed_generator.python_random = _RandomSource()


@contextlib.contextmanager
def seeded(seed):
    """Seed the generator from which Keras draws seeds, in this thread only."""
    before = getattr(_thread, "generator", random)
    _thread.generator = random.Random(seed)
    try:
        yield
    finally:
        _thread.generator = before

"""Names of layers that are the same in every fit."""

import collections
import contextlib

from keras.src.backend.common import global_state

_COUNTERS = "object_name_uids"


@contextlib.contextmanager
def fresh_names():
    """Count automatic names from the start, and put Keras's counters back.

    Without this the second fit's ``conv1d`` would be ``conv1d_1``, and
    TensorFlow would keep a kernel for each name that it has ever met, which is
    why memory grows with every network built. Keras counts per thread.
    """
    before = global_state.get_global_attribute(_COUNTERS)
    global_state.set_global_attribute(_COUNTERS, collections.defaultdict(int))
    try:
        yield
    finally:
        global_state.set_global_attribute(_COUNTERS, before)

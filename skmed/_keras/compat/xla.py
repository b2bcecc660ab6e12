"""Whether TensorFlow's compiler can be used."""

import functools

import tensorflow as tf

from .startup import quiet_import


@functools.cache
def can_compile():
    """Tell whether XLA is there, and nothing better.

    Returns
    -------
    bool
        False on a GPU, for which TensorFlow has kernels made by its vendor.
    """
    if tf.config.list_physical_devices("GPU"):
        return False
    try:
        # at its start the compiler says so on stderr; asked for inside of a graph, it
        # would start with that graph
        with quiet_import(), tf.init_scope():
            tf.function(lambda x: x + 1, jit_compile=True, autograph=False)(
                tf.constant(1)
            )
    except (tf.errors.OpError, ValueError):
        return False
    return True

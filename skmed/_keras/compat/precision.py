"""The dtype of layers, losses and data, and never the process's global one."""

import contextlib

import keras

_POLICIES = {"float32": "float32", "float64": "float64", "mixed": "mixed_float16"}


@contextlib.contextmanager
def layer_dtype(precision):
    """Give layers built here the policy of ``precision``.

    Keras keeps the default policy per thread; it is put back on leaving, so
    no other thread and no later code sees it.
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

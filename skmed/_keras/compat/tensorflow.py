"""TensorFlow: its compiler, its table of gradients, and copies to the device."""

import functools
import weakref

import numpy as np
import tensorflow as tf
from tensorflow.python.framework.ops import gradient_registry

from .startup import hide_startup_messages

# alignment in bytes that the fastest instructions need
_ALIGNMENT = 64
# a second copy of a smaller array doesn't matter
_LARGE = 2**20


@functools.cache
def can_compile():
    """Return whether XLA is available and no better kernels are.

    Returns
    -------
    bool
        False on a GPU, for which TensorFlow has kernels made by its vendor.
    """
    if tf.config.list_physical_devices("GPU"):
        return False
    try:
        # the compiler writes to stderr when it starts; called inside a graph, it would
        # start with that graph
        with hide_startup_messages(), tf.init_scope():
            tf.function(lambda x: x + 1, jit_compile=True, autograph=False)(
                tf.constant(1)
            )
    except (tf.errors.OpError, ValueError):
        return False
    return True


def to_tensor(array):
    """Copy an array to the device on which networks are trained.

    TensorFlow's own conversion makes two copies of an array and keeps both until its
    next operation.

    Parameters
    ----------
    array : ndarray
        Numbers.

    Returns
    -------
    tf.Tensor
        Of the same dtype and shape; it shares no memory with the array.
    """
    if (
        array.nbytes < _LARGE
        or array.dtype.kind not in "iuf"
        or tf.config.list_physical_devices("GPU")
    ):
        return tf.convert_to_tensor(array)
    memory = np.empty(array.nbytes + _ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    copy = memory[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return tf.experimental.dlpack.from_dlpack(copy.__dlpack__())


def release_gradients_with(function):
    """Remove a function's custom gradients from TensorFlow's table when it goes.

    An operation with a gradient of its own (every optimizer step has one, and some
    activations) is registered in a table of the process, which would keep the whole
    graph alive.

    Parameters
    ----------
    function : tensorflow concrete function
        A traced function.
    """
    definition = function.graph.as_graph_def()
    functions = definition.library.function
    nodes = [*definition.node, *(n for each in functions for n in each.node_def)]
    names = {node.attr["_gradient_op_type"].s.decode() for node in nodes}
    own = {name for name in names if name.startswith("CustomGradient-")}

    def release():
        for name in own:
            gradient_registry._registry.pop(name, None)

    weakref.finalize(function, release).atexit = False

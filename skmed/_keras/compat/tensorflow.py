"""TensorFlow: XLA, the registry of gradients, and copies to the device."""

import functools
import weakref

import numpy as np
import tensorflow as tf
from tensorflow.python.framework.ops import gradient_registry

from .startup import hide_startup_messages

# alignment in bytes for vector instructions
_ALIGNMENT = 64
# bytes from which avoiding a second copy matters
_LARGE = 2**20


@functools.cache
def can_compile():
    """Return whether to compile with XLA.

    Returns
    -------
    bool
        False without XLA, and on a GPU, for which TensorFlow has faster kernels.
    """
    if tf.config.list_physical_devices("GPU"):
        return False
    try:
        # XLA prints messages when it starts; inside of a graph that would be when the
        # graph runs
        with hide_startup_messages(), tf.init_scope():
            tf.function(lambda x: x + 1, jit_compile=True, autograph=False)(
                tf.constant(1)
            )
    except (tf.errors.OpError, ValueError):
        return False
    return True


def to_tensor(array):
    """Copy an array to the device.

    ``tf.convert_to_tensor`` makes two copies of an array and keeps both until the next
    operation.

    Parameters
    ----------
    array : ndarray
        Array of numbers.

    Returns
    -------
    tf.Tensor
        Tensor of the same dtype and shape, which shares no memory with the array.
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
    """Unregister a function's custom gradients when it is garbage-collected.

    TensorFlow registers operations with a custom gradient (optimizer steps and some
    activations) in a global registry, which would keep the whole graph in memory.

    Parameters
    ----------
    function : tensorflow concrete function
        The traced function.
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

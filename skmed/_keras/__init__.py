"""Deep estimators' base: the only folder that imports TensorFlow, Keras and scikeras.

The families' networks import Keras from here, so that its environment variables are
set before it loads.
"""

import os

from skmed._keras.compat.startup import hide_startup_messages

__all__ = ["keras", "layers", "ops"]

# TensorFlow and Keras read these while they load
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

# joblib and dask limit the threads of their workers by OMP_NUM_THREADS, which
# TensorFlow ignores
if os.environ.get("OMP_NUM_THREADS", "").isdigit():
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", os.environ["OMP_NUM_THREADS"])

with hide_startup_messages():
    import keras
    import tensorflow as tf
    from keras import layers, ops

    # the first operation starts the runtime, which prints more messages
    tf.zeros(())

if keras.backend.backend() != "tensorflow":
    raise ImportError(
        "skmed's deep estimators need Keras on TensorFlow, but Keras was started on "
        f"{keras.backend.backend()!r}; set the environment variable "
        "KERAS_BACKEND=tensorflow before Python starts."
    )

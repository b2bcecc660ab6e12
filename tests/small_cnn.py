"""Small convolutional estimators and their data, for the tests of what they share.

Modules read this file with ``runpy.run_path``, as they read ``estimators.py``.
"""

import numpy as np
import pytest

from skmed import CNNClassifier

SMALL = {
    "filters": (2, 3),
    "dense_units": (4,),
    "epochs": 2,
    "batch_size": 16,
    "random_state": 0,
}

# Keras's variables don't know numpy 2's copy keyword; gone when Keras's own
# callbacks and savers no longer warn.
keras_and_numpy_2 = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)


def outputs(estimator, X):
    for name in ("predict_proba", "predict", "transform"):
        if hasattr(estimator, name):
            return getattr(estimator, name)(X)


def images(n_samples, *shape, seed=0):
    """Pictures from 0 to 255, and whether the upper left is the brighter corner."""
    rng = np.random.default_rng(seed)
    X = rng.integers(0, 256, size=(n_samples, *shape))
    first, last = X.reshape(n_samples, -1)[:, [0, -1]].T
    return X, (first > last).astype(int)


def learn(**changes):
    X, y = images(60, 6)
    settings = {**SMALL, "epochs": 6, "learning_rate": 0.01, **changes}
    return CNNClassifier(**settings).fit(X, y)


def weights(estimator):
    return [v.numpy() for v in estimator.model_.trainable_variables]


def same_weights(one, other):
    return all(np.array_equal(a, b) for a, b in zip(weights(one), weights(other)))

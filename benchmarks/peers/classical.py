"""Simpler models that the networks are compared with."""

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer


def flat(X):
    """Return images as rows of numbers from 0 to 1."""
    return X.reshape(len(X), -1).astype(np.float32) / 255


def on_pixels(model):
    """Return a pipeline of a model on pixels."""
    return make_pipeline(FunctionTransformer(flat), model)


def summaries(X):
    """Return statistics of each channel of each sequence; arrays as they are."""
    if isinstance(X, np.ndarray):
        return X
    statistics = (np.mean, np.std, np.min, np.max, np.median)
    return np.stack([np.concatenate([f(x, axis=0) for f in statistics]) for x in X])

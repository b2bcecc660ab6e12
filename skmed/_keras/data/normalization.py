"""Standardise channels with the statistics of the training samples."""

import math

import keras
import numpy as np

LAYER_NAME = "normalize"
# samples are read in chunks, so that a large uint8 array is never cast as a whole
_CHUNK_VALUES = 2**22


def normalization_layer():
    """Return the layer that standardises its last axis.

    A frozen batch normalisation has its mean and variance as weights: any Keras loads
    it, and networks with other statistics have the same configuration and share a
    program.
    """
    return keras.layers.BatchNormalization(
        center=False, scale=False, epsilon=0.0, trainable=False, name=LAYER_NAME
    )


def set_statistics(network, x, weight):
    """Set the statistics of a network's normalization layer, if it has one.

    Parameters
    ----------
    network : keras.Model
        Its variables are set.
    x : ndarray of shape (n_samples, ..., n_channels)
        Training samples.
    weight : ndarray of shape (n_samples,) or None
        Weights of the samples.
    """
    layer = _normalization_of(network)
    if layer is not None:
        mean, variance = channel_statistics(x, weight)
        limits = np.finfo(layer.moving_variance.dtype)
        if np.any(variance < limits.tiny) or np.any(variance > limits.max):
            raise ValueError(
                f"X has a channel whose variance, {variance.min():.1g} or "
                f"{variance.max():.1g}, is out of the range of {limits.dtype}; rescale "
                "X, or use precision='float64'."
            )
        layer.moving_mean.assign(mean)
        layer.moving_variance.assign(variance)


def inverse_standardize(network, x):
    """Return standardised inputs of a network in their own units."""
    layer = _normalization_of(network)
    if layer is None:
        return x
    return x * np.sqrt(layer.moving_variance.numpy()) + layer.moving_mean.numpy()


def _normalization_of(network):
    return next((layer for layer in network.layers if layer.name == LAYER_NAME), None)


def channel_statistics(x, weight):
    """Return the weighted mean and variance of each channel.

    Missing values, among them the padding of sequences, are left out. The variance of a
    constant channel is one, as in scikit-learn's StandardScaler.

    Parameters
    ----------
    x : ndarray of shape (n_samples, ..., n_channels)
        Samples of any real dtype.
    weight : ndarray of shape (n_samples,) or None
        Weights of the samples.

    Returns
    -------
    mean, variance : ndarray of shape (n_channels,), float64
        Statistics.
    """
    if weight is None:
        weight = np.ones(len(x))
    x = x.reshape(len(x), math.prod(x.shape[1:-1]), x.shape[-1])
    step = max(1, _CHUNK_VALUES // max(1, math.prod(x.shape[1:])))
    chunks = [slice(i, i + step) for i in range(0, len(x), step)]

    def mean_of(function):
        total = present = 0
        for rows in chunks:
            values = function(x[rows].astype(np.float64))
            missing = np.isnan(values)
            if missing.any():
                values[missing] = 0
                present += np.einsum("n,npc->c", weight[rows], ~missing)
            else:
                present += weight[rows].sum() * x.shape[1]
            total += np.einsum("n,npc->c", weight[rows], values)
        # a channel may be missing everywhere
        return total / np.where(present, present, 1)

    mean = mean_of(lambda values: values)
    variance = mean_of(lambda values: (values - mean) ** 2)
    # the variance of a constant may be rounding error
    constant = variance <= 10 * np.finfo(np.float64).eps * (mean**2 + variance)
    return mean, np.where(constant, 1.0, variance)

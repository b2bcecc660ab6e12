"""Standardisation of channels with statistics of the training samples."""

import math

import keras
import numpy as np

LAYER_NAME = "normalize"
# values per chunk: a large uint8 array isn't cast to float64 at once
_CHUNK_VALUES = 2**22


def normalization_layer():
    """Return the layer that standardises its last axis.

    It is a frozen batch normalisation. Mean and variance are weights, not part of the
    configuration, so that networks with other statistics share a program.
    """
    return keras.layers.BatchNormalization(
        center=False, scale=False, epsilon=0.0, trainable=False, name=LAYER_NAME
    )


def set_statistics(network, x, weight):
    """Set the statistics of a network's normalization layer, if it has one.

    Parameters
    ----------
    network : keras.Model
        Network whose statistics are set.
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
    """Return standardised inputs of a network in the units of X."""
    layer = _normalization_of(network)
    if layer is None:
        return x
    return x * np.sqrt(layer.moving_variance.numpy()) + layer.moving_mean.numpy()


def _normalization_of(network):
    return next((layer for layer in network.layers if layer.name == LAYER_NAME), None)


def channel_statistics(x, weight):
    """Return the weighted mean and variance of each channel.

    Missing values, such as the padding of sequences, are ignored. The variance of a
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
        Mean and variance of each channel.
    """
    if weight is None:
        weight = np.ones(len(x))
    x = x.reshape(len(x), math.prod(x.shape[1:-1]), x.shape[-1])
    step = max(1, _CHUNK_VALUES // max(1, math.prod(x.shape[1:])))
    chunks = [slice(i, i + step) for i in range(0, len(x), step)]

    def weighted_mean(function):
        total = n_present = 0
        for indices in chunks:
            values = function(x[indices].astype(np.float64))
            missing = np.isnan(values)
            if missing.any():
                values[missing] = 0
                n_present += np.einsum("n,npc->c", weight[indices], ~missing)
            else:
                n_present += weight[indices].sum() * x.shape[1]
            total += np.einsum("n,npc->c", weight[indices], values)
        # a channel may have no values at all
        return total / np.where(n_present, n_present, 1)

    mean = weighted_mean(lambda values: values)
    variance = weighted_mean(lambda values: (values - mean) ** 2)
    # the variance of a constant channel may be a rounding error
    constant = variance <= 10 * np.finfo(np.float64).eps * (mean**2 + variance)
    return mean, np.where(constant, 1.0, variance)

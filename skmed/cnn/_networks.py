"""Convolutional networks as pure functions, from tensor to tensor.

Each works on signals, images and volumes alike: the rank of its input, shape
``(batch, *sizes, channels)``, decides which layers of Keras it takes.
"""

import math

from keras import layers

_CONVOLUTION = {1: layers.Conv1D, 2: layers.Conv2D, 3: layers.Conv3D}
_MAX_POOLING = {1: layers.MaxPooling1D, 2: layers.MaxPooling2D, 3: layers.MaxPooling3D}
_UPSAMPLING = {1: layers.UpSampling1D, 2: layers.UpSampling2D, 3: layers.UpSampling3D}
_CROPPING = {1: layers.Cropping1D, 2: layers.Cropping2D, 3: layers.Cropping3D}


def plain(x, filters, kernel_size, pool_size, dense_units, activation, dropout):
    """Compute features with the textbook network.

    Convolutions with pooling between them, then dense layers (LeCun et al., 1998).
    Kernels and pooling shrink to what an axis has, down to one value.

    Parameters
    ----------
    x : KerasTensor of shape (batch, *sizes, channels)
        Input.
    filters : tuple of int
        Filters of each convolution.
    kernel_size, pool_size : int
        Width along each axis.
    dense_units : tuple of int
        Units of each dense layer.
    activation : str
        Activation of every layer.
    dropout : float
        Rate before each dense layer and after the last.

    Returns
    -------
    KerasTensor of shape (batch, features)
        Features.
    """
    for i, n_filters in enumerate(filters):
        if i:
            x = _pool(x, pool_size)
        x = _convolve(x, n_filters, kernel_size, activation)
    x = layers.Flatten()(x)
    for units in dense_units:
        x = _drop(x, dropout)
        x = layers.Dense(units, activation=activation)(x)
    return _drop(x, dropout)


def plain_decoder(code, shape, filters, kernel_size, pool_size, activation):
    """Turn a code back into an input: the textbook network the other way round.

    Parameters
    ----------
    code : KerasTensor of shape (batch, n_components)
        Codes.
    shape : tuple of int
        Sizes and channels of the input to rebuild.
    filters, kernel_size, pool_size, activation
        As for :func:`plain`.

    Returns
    -------
    KerasTensor of shape (batch, *shape)
        Standardised inputs.
    """
    *sizes, channels = shape
    steps = [sizes]
    for _ in filters[1:]:
        steps.append([math.ceil(size / pool_size) for size in steps[-1]])

    x = layers.Dense(math.prod(steps[-1]) * filters[-1], activation=activation)(code)
    x = layers.Reshape((*steps[-1], filters[-1]))(x)
    for n_filters, sizes in zip(filters[-2::-1], steps[-2::-1], strict=True):
        x = _unpool(x, sizes, pool_size)
        x = _convolve(x, n_filters, kernel_size, activation)
    return _convolve(x, channels, kernel_size, "linear")


def _convolve(x, n_filters, kernel_size, activation):
    sizes = x.shape[1:-1]
    return _CONVOLUTION[len(sizes)](
        n_filters,
        tuple(min(kernel_size, size) for size in sizes),
        padding="same",
        activation=activation,
    )(x)


def _pool(x, pool_size):
    widths = tuple(min(pool_size, size) for size in x.shape[1:-1])
    if all(width == 1 for width in widths):
        return x
    return _MAX_POOLING[len(widths)](widths)(x)


def _unpool(x, sizes, pool_size):
    """Repeat values up to ``sizes``, and cut off what is too much."""
    rank = len(sizes)
    widths = tuple(min(pool_size, size) for size in sizes)
    if any(width > 1 for width in widths):
        # one axis takes an int, several a tuple
        x = _UPSAMPLING[rank](widths if rank > 1 else widths[0])(x)
    surplus = tuple((0, got - size) for got, size in zip(x.shape[1:-1], sizes))
    if any(after for _, after in surplus):
        x = _CROPPING[rank](surplus if rank > 1 else surplus[0])(x)
    return x


def _drop(x, rate):
    return layers.Dropout(rate)(x) if rate else x

"""Layers for signals, images and volumes, chosen by the rank of their input.

Sizes of kernels, strides and pools are limited to the size of each axis.
"""

import math

from skmed._keras import layers

_CONVOLUTION = {1: layers.Conv1D, 2: layers.Conv2D, 3: layers.Conv3D}
_MAX_POOLING = {1: layers.MaxPooling1D, 2: layers.MaxPooling2D, 3: layers.MaxPooling3D}
_AVERAGE_POOLING = {
    1: layers.AveragePooling1D,
    2: layers.AveragePooling2D,
    3: layers.AveragePooling3D,
}
_GLOBAL_AVERAGE_POOLING = {
    1: layers.GlobalAveragePooling1D,
    2: layers.GlobalAveragePooling2D,
    3: layers.GlobalAveragePooling3D,
}
_GLOBAL_MAX_POOLING = {
    1: layers.GlobalMaxPooling1D,
    2: layers.GlobalMaxPooling2D,
    3: layers.GlobalMaxPooling3D,
}
_UPSAMPLING = {1: layers.UpSampling1D, 2: layers.UpSampling2D, 3: layers.UpSampling3D}
# maximum size of an axis after downsampling, by rank
_MAX_SIZE = {1: 1024, 2: 64, 3: 64}
_CROPPING = {1: layers.Cropping1D, 2: layers.Cropping2D, 3: layers.Cropping3D}


def rank_of(x):
    """Return the number of sizes of a tensor of shape (batch, *sizes, n_channels)."""
    return len(x.shape) - 2


def convolve(x, n_filters, width, activation=None, *, stride=1, **keywords):
    """Apply a convolution whose kernel has the same size along each axis."""
    sizes = x.shape[1:-1]
    return _CONVOLUTION[rank_of(x)](
        n_filters,
        tuple(min(width, size) for size in sizes),
        strides=tuple(min(stride, size) for size in sizes),
        padding="same",
        activation=activation,
        **keywords,
    )(x)


def convolve_normalized(x, n_filters, width, activation=None, *, stride=1):
    """Apply a convolution, batch normalisation and optionally an activation."""
    # He initialisation keeps the variance through many layers
    x = convolve(
        *(x, n_filters, width),
        stride=stride,
        use_bias=False,
        kernel_initializer="he_normal",
    )
    return normalize(x, activation)


def normalize(x, activation=None):
    """Apply batch normalisation and optionally an activation."""
    # statistics of about 10 steps; the default momentum, 0.99, needs about 100
    x = layers.BatchNormalization(momentum=0.9)(x)
    return layers.Activation(activation)(x) if activation else x


def pool(x, width, *, stride=None):
    """Apply max-pooling; ``stride=None`` is the width."""
    sizes = x.shape[1:-1]
    widths = tuple(min(width, size) for size in sizes)
    if all(width == 1 for width in widths):
        return x
    if stride is None:
        return _MAX_POOLING[len(widths)](widths)(x)
    return _MAX_POOLING[len(widths)](widths, strides=stride, padding="same")(x)


def downsample(x, width):
    """Apply average pooling along large axes, by powers of ``width``; 1 for none."""
    sizes = x.shape[1:-1]
    max_size = _MAX_SIZE[len(sizes)]
    widths = [1] * len(sizes)
    for i, size in enumerate(sizes):
        while width > 1 and math.ceil(size / widths[i]) > max_size:
            widths[i] *= width
    if all(width == 1 for width in widths):
        return x
    return _AVERAGE_POOLING[len(sizes)](tuple(widths), padding="same")(x)


def upsample(x, sizes, width):
    """Repeat values and crop the result to ``sizes``."""
    rank = len(sizes)
    widths = tuple(min(width, size) for size in sizes)
    if any(width > 1 for width in widths):
        # Keras's layers for one axis take an int instead of a tuple
        x = _UPSAMPLING[rank](widths if rank > 1 else widths[0])(x)
    surplus = tuple((0, got - size) for got, size in zip(x.shape[1:-1], sizes))
    if any(after for _, after in surplus):
        x = _CROPPING[rank](surplus if rank > 1 else surplus[0])(x)
    return x


def global_average(x):
    """Return the mean over all positions."""
    return _GLOBAL_AVERAGE_POOLING[rank_of(x)]()(x)


def global_maximum(x):
    """Return the maximum over all positions."""
    return _GLOBAL_MAX_POOLING[rank_of(x)]()(x)


def drop_samples(x, rate):
    """Drop whole samples at random in training (stochastic depth)."""
    if not rate:
        return x
    return layers.Dropout(rate, noise_shape=(None, *[1] * (len(x.shape) - 1)))(x)

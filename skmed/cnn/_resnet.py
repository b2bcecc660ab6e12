"""Residual networks for signals, images and volumes."""

from skmed._keras import layers

from ._layers import convolve_normalized, downsample, drop_samples


def resnet(x, sizes, activation, stochastic_depth):
    """Compute features by position with a residual network of basic blocks.

    The network of He et al. (2016) for small images: a convolution, then stages of
    blocks of two convolutions with a residual connection. All stages but the first
    begin with a stride of ``pool_size``. With ``filters=(16, 32, 64)`` and a ``depth``
    of 3, 5, 7 or 9 it is ResNet-20, 32, 44 or 56; with ``filters=(64, 128, 256, 512)``
    and ``depth=2`` it is ResNet-18 for small images. Where shapes differ, the residual
    connection is a convolution of kernel size 1.

    Parameters
    ----------
    x : KerasTensor of shape (batch, *sizes, n_channels)
        Samples.
    sizes : Sizes
        Sizes: ``filters`` of each stage, ``depth`` (blocks per stage), ``kernel_size``
        and ``pool_size``.
    activation : str
        Activation of all layers.
    stochastic_depth : float
        Rate at which a sample skips the last block in training; rates of earlier blocks
        decrease linearly (Huang et al., 2016).

    Returns
    -------
    KerasTensor of shape (batch, *sizes, n_filters)
        Features by position.
    """
    width = sizes.kernel_size
    n_blocks = len(sizes.filters) * sizes.depth
    x = convolve_normalized(
        downsample(x, sizes.pool_size), sizes.filters[0], width, activation
    )
    for i in range(n_blocks):
        n_filters = sizes.filters[i // sizes.depth]
        begins_stage = i and i % sizes.depth == 0
        stride = sizes.pool_size if begins_stage else 1
        y = convolve_normalized(x, n_filters, width, activation, stride=stride)
        y = convolve_normalized(y, n_filters, width)
        y = drop_samples(y, stochastic_depth * (i + 1) / n_blocks)
        if y.shape != x.shape:
            x = convolve_normalized(x, n_filters, 1, stride=stride)
        x = layers.Activation(activation)(layers.Add()([x, y]))
    return x

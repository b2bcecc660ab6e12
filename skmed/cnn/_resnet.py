"""Residual networks, from tensor to tensor."""

from skmed._keras import layers

from ._layers import convolve_normalized, downsample, drop_samples


def resnet(x, sizes, activation, stochastic_depth):
    """Compute a map of features with a residual network of basic blocks.

    The network that He et al. built for small images: a 3-wide first layer,
    then stages of blocks of two convolutions around which the input is carried.
    Every stage but the first begins with a stride of ``pool_size``. With
    ``filters=(16, 32, 64)`` and 3, 5, 7, 9 blocks a stage it is ResNet-20, 32, 44
    and 56; with ``filters=(64, 128, 256, 512)`` and 2 it is the ResNet-18 of small
    images. Shortcuts that change shape are 1-wide convolutions.

    Parameters
    ----------
    x : KerasTensor of shape (batch, *sizes, channels)
        Input.
    sizes : Sizes
        ``filters`` of each stage, ``depth``: blocks per stage, ``kernel_size``,
        ``pool_size``.
    activation : str
        Activation after each normalisation.
    stochastic_depth : float
        Rate at which a row skips the last block in training; it grows linearly
        from the first block (Huang et al., 2016).

    Returns
    -------
    KerasTensor of shape (batch, *sizes, filters)
        Features by position.
    """
    width = sizes.kernel_size
    depth = len(sizes.filters) * sizes.depth
    x = convolve_normalized(
        downsample(x, sizes.pool_size), sizes.filters[0], width, activation
    )
    for i in range(depth):
        n_filters = sizes.filters[i // sizes.depth]
        begins_stage = i and i % sizes.depth == 0
        stride = sizes.pool_size if begins_stage else 1
        y = convolve_normalized(x, n_filters, width, activation, stride=stride)
        y = convolve_normalized(y, n_filters, width)
        y = drop_samples(y, stochastic_depth * (i + 1) / depth)
        if y.shape != x.shape:
            x = convolve_normalized(x, n_filters, 1, stride=stride)
        x = layers.Activation(activation)(layers.Add()([x, y]))
    return x

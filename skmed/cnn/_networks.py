"""The plain convolutional network, and its decoder."""

import math

from skmed._keras import layers

from ._layers import convolve, pool, upsample


def plain(x, sizes, activation, stochastic_depth=0.0):
    """Compute features by position with convolutions and max-pooling.

    The network is that of LeCun et al. (1998), with other sizes.

    Parameters
    ----------
    x : KerasTensor of shape (batch, *sizes, n_channels)
        Samples.
    sizes : Sizes
        Sizes: ``filters`` of each stage, ``depth`` (convolutions per stage),
        ``kernel_size``, and ``pool_size`` of the max-pooling between stages.
    activation : str
        Activation of all layers.
    stochastic_depth : float
        Zero, as the network has no residual connections.

    Returns
    -------
    KerasTensor of shape (batch, *sizes, n_filters)
        Features by position.
    """
    for i, n_filters in enumerate(sizes.filters):
        if i:
            x = pool(x, sizes.pool_size)
        for _ in range(sizes.depth):
            x = convolve(x, n_filters, sizes.kernel_size, activation)
    return x


def plain_decoder(code, shape, sizes, activation):
    """Reconstruct samples from codes with the layers of `plain` in reverse order.

    Parameters
    ----------
    code : KerasTensor of shape (batch, n_components)
        Codes.
    shape : tuple of int
        Sizes and number of channels of a sample.
    sizes, activation
        As in :func:`plain`.

    Returns
    -------
    KerasTensor of shape (batch, *shape)
        Standardised samples.
    """
    *lengths, channels = shape
    filters, width, pool_size = sizes.filters, sizes.kernel_size, sizes.pool_size
    stage_sizes = [lengths]
    for _ in filters[1:]:
        stage_sizes.append(
            [math.ceil(length / pool_size) for length in stage_sizes[-1]]
        )

    x = layers.Dense(math.prod(stage_sizes[-1]) * filters[-1], activation=activation)(
        code
    )
    x = layers.Reshape((*stage_sizes[-1], filters[-1]))(x)
    for n_filters, lengths in zip(filters[-2::-1], stage_sizes[-2::-1], strict=True):
        x = upsample(x, lengths, pool_size)
        x = convolve(x, n_filters, width, activation)
    return convolve(x, channels, width, "linear")

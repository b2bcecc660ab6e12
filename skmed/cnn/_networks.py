"""The textbook network, and the way back from its code, from tensor to tensor."""

import math

from skmed._keras import layers

from ._layers import convolve, pool, upsample


def plain(x, sizes, activation, stochastic_depth=0.0):
    """Compute a map of features with the textbook network.

    Convolutions with pooling between them (LeCun et al., 1998).

    Parameters
    ----------
    x : KerasTensor of shape (batch, *sizes, channels)
        Input.
    sizes : Sizes
        ``filters`` of each stage, ``depth``: convolutions per stage,
        ``kernel_size``, ``pool_size``: width of the pooling between stages.
    activation : str
        Activation of every layer.
    stochastic_depth : float
        Zero: there is nothing to skip.

    Returns
    -------
    KerasTensor of shape (batch, *sizes, filters)
        Features by position.
    """
    for i, n_filters in enumerate(sizes.filters):
        if i:
            x = pool(x, sizes.pool_size)
        for _ in range(sizes.depth):
            x = convolve(x, n_filters, sizes.kernel_size, activation)
    return x


def plain_decoder(code, shape, sizes, activation):
    """Turn a code back into an input: the textbook network the other way round.

    Parameters
    ----------
    code : KerasTensor of shape (batch, n_components)
        Codes.
    shape : tuple of int
        Sizes and channels of the input to rebuild.
    sizes, activation
        As for :func:`plain`.

    Returns
    -------
    KerasTensor of shape (batch, *shape)
        Standardised inputs.
    """
    *lengths, channels = shape
    filters, width, pool_size = sizes.filters, sizes.kernel_size, sizes.pool_size
    steps = [lengths]
    for _ in filters[1:]:
        steps.append([math.ceil(length / pool_size) for length in steps[-1]])

    x = layers.Dense(math.prod(steps[-1]) * filters[-1], activation=activation)(code)
    x = layers.Reshape((*steps[-1], filters[-1]))(x)
    for n_filters, lengths in zip(filters[-2::-1], steps[-2::-1], strict=True):
        x = upsample(x, lengths, pool_size)
        x = convolve(x, n_filters, width, activation)
    return convolve(x, channels, width, "linear")

"""Inception networks for signals, images and volumes."""

from skmed._keras import layers

from ._layers import convolve, convolve_normalized, drop_samples, normalize, pool


def inception(x, sizes, activation, stochastic_depth):
    """Compute features by position with an inception network.

    A module concatenates convolutions of three sizes (``kernel_size``, a half and a
    quarter of it) and the maximum of three neighbours. Each stage has a residual
    connection. ``filters=(32, 32)``, ``depth=3``, ``kernel_size=40`` and no pooling is
    the network of Ismail Fawaz et al. (2020). With ``pool_size`` above one there is
    max-pooling between stages, which images need.

    Parameters
    ----------
    x : KerasTensor of shape (batch, *sizes, n_channels)
        Samples.
    sizes : Sizes
        Sizes: ``filters`` of each branch by stage, ``depth`` (modules per stage),
        ``kernel_size`` and ``pool_size``.
    activation : str
        Activation of each module.
    stochastic_depth : float
        Rate at which a sample skips the last stage in training; rates of earlier stages
        decrease linearly.

    Returns
    -------
    KerasTensor of shape (batch, *sizes, 4 * n_filters)
        Features by position.
    """
    for i, n_filters in enumerate(sizes.filters):
        if i:
            x = pool(x, sizes.pool_size)
        y = x
        for _ in range(sizes.depth):
            y = _module(y, n_filters, sizes.kernel_size, activation)
        y = drop_samples(y, stochastic_depth * (i + 1) / len(sizes.filters))
        x = convolve_normalized(x, 4 * n_filters, 1)
        x = layers.Activation(activation)(layers.Add()([x, y]))
    return x


def _module(x, n_filters, width, activation):
    options = {"use_bias": False, "kernel_initializer": "he_normal"}
    narrow = convolve(x, n_filters, 1, **options) if x.shape[-1] > 1 else x
    widths = (max(1, width // part) for part in (1, 2, 4))
    branches = [convolve(narrow, n_filters, width, **options) for width in widths]
    branches.append(convolve(pool(x, 3, stride=1), n_filters, 1, **options))
    return normalize(layers.Concatenate()(branches), activation)

"""Inception networks, from tensor to tensor."""

from skmed._keras import layers

from ._layers import convolve, convolve_normalized, drop_samples, normalize, pool


def inception(x, sizes, activation, stochastic_depth):
    """Compute a map of features with InceptionTime's network, in any rank.

    A module looks at its input through kernels of three widths (``kernel_size``,
    half and a quarter of it) and a maximum of three neighbours, all side by side;
    a residual connection leads around each stage. ``filters=(32, 32)``, three
    modules a stage, ``kernel_size=40`` and no pooling make the network of Ismail
    Fawaz et al. (2020). With ``pool_size`` above one, maxima are taken between
    stages, as images need.

    Parameters
    ----------
    x : KerasTensor of shape (batch, *sizes, channels)
        Input.
    sizes : Sizes
        ``filters`` of each branch by stage, ``depth``: modules per stage,
        ``kernel_size``, ``pool_size``.
    activation : str
        Activation of each module.
    stochastic_depth : float
        Rate at which a row skips the last stage in training; it grows linearly
        from the first.

    Returns
    -------
    KerasTensor of shape (batch, *sizes, 4 * filters)
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
    plain = {"use_bias": False, "kernel_initializer": "he_normal"}
    narrow = convolve(x, n_filters, 1, **plain) if x.shape[-1] > 1 else x
    widths = (max(1, width // part) for part in (1, 2, 4))
    branches = [convolve(narrow, n_filters, width, **plain) for width in widths]
    branches.append(convolve(pool(x, 3, stride=1), n_filters, 1, **plain))
    return normalize(layers.Concatenate()(branches), activation)

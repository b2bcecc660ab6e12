"""Layers that several families of networks use."""

from keras import layers, ops


def drop(x, rate):
    """Apply dropout, unless the rate is zero."""
    return layers.Dropout(rate)(x) if rate else x


def attend(x, mask=None):
    """Pool by attention: average positions with learned weights (Ilse et al., 2018).

    Parameters
    ----------
    x : KerasTensor of shape (batch, n_positions, n_channels)
        Features by position.
    mask : KerasTensor of bool, shape (batch, n_positions), or None
        Positions to average; at least one per sample.

    Returns
    -------
    KerasTensor of shape (batch, n_channels)
        Weighted mean; the weights of a sample sum to one.
    """
    hidden = layers.Dense(max(1, x.shape[-1] // 2), activation="tanh")(x)
    mask = None if mask is None else ops.expand_dims(mask, -1)
    softmax = layers.Softmax(axis=1, name="attention")
    weight = softmax(layers.Dense(1)(hidden), mask=mask)
    return layers.Flatten()(layers.Dot(axes=1)([weight, x]))

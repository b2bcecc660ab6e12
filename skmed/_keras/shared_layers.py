"""Layers that several families share."""

from keras import layers, ops


def drop(x, rate):
    """Leave features out at random in training."""
    return layers.Dropout(rate)(x) if rate else x


def attend(x, mask=None):
    """Average positions by weights that the network learns (Ilse et al., 2018).

    Parameters
    ----------
    x : KerasTensor of shape (batch, positions, channels)
        Features by position.
    mask : KerasTensor of bool, shape (batch, positions), or None
        Which positions count; at least one of each row.

    Returns
    -------
    KerasTensor of shape (batch, channels)
        Their weighted mean; the weights of a row sum to one.
    """
    hidden = layers.Dense(max(1, x.shape[-1] // 2), activation="tanh")(x)
    mask = None if mask is None else ops.expand_dims(mask, -1)
    softmax = layers.Softmax(axis=1, name="attention")
    weight = softmax(layers.Dense(1)(hidden), mask=mask)
    return layers.Flatten()(layers.Dot(axes=1)([weight, x]))

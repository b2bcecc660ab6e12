"""Pooling of features by position into one vector, and dense layers."""

from skmed._keras import layers, shared_layers
from skmed._keras.shared_layers import drop

from ._layers import global_average, global_maximum


def attend(x):
    """Average positions with learned weights."""
    if all(size == 1 for size in x.shape[1:-1]):
        return layers.Flatten()(x)
    return shared_layers.attend(layers.Reshape((-1, x.shape[-1]))(x))


POOLINGS = {
    "flatten": lambda x: layers.Flatten()(x),
    "avg": global_average,
    "max": global_maximum,
    "attention": attend,
}


def pool_and_dense(x, pooling, dense_units, activation, dropout):
    """Pool features by position into one vector, and add dense layers.

    Parameters
    ----------
    x : KerasTensor of shape (batch, *sizes, n_channels)
        Features by position.
    pooling : str
        One of ``POOLINGS``.
    dense_units : tuple of int
        Units of each dense layer.
    activation : str
        Activation of the dense layers.
    dropout : float
        Dropout rate before each dense layer and after the last.

    Returns
    -------
    KerasTensor of shape (batch, n_features)
        Features.
    """
    return add_dense(POOLINGS[pooling](x), dense_units, activation, dropout)


def add_dense(x, dense_units, activation, dropout):
    """Add dense layers, with dropout before each of them and after the last."""
    for units in dense_units:
        x = drop(x, dropout)
        x = layers.Dense(units, activation=activation)(x)
    return drop(x, dropout)

"""Architectures by name, with their default sizes, and encoder and decoder."""

from dataclasses import dataclass, replace

from ._inception import inception
from ._layers import rank_of
from ._networks import plain, plain_decoder
from ._pooling import pool_and_dense
from ._resnet import resnet


@dataclass(frozen=True)
class Sizes:
    """Sizes of a network.

    Parameters
    ----------
    filters : tuple of int
        Number of filters of each stage.
    depth : int
        Convolutions, blocks or modules per stage.
    kernel_size, pool_size : int
        Size along each axis.
    pooling : str
        How features by position are pooled into one vector.
    dense_units : tuple of int
        Units of each dense layer after the pooling.
    """

    filters: tuple
    depth: int
    kernel_size: int
    pool_size: int
    pooling: str
    dense_units: tuple


_PLAIN = Sizes((32, 64, 128), 1, 3, 2, "flatten", (128,))
_RESNET = Sizes((16, 32, 64), 1, 3, 2, "avg", ())
_SIGNAL_RESNET = replace(_RESNET, filters=(32, 64, 128), kernel_size=7)
# narrower and shallower than the published network, (32, 32) and 3: as accurate on
# small data sets of signals, in a third of the time
_INCEPTION = Sizes((16, 16), 2, 40, 1, "avg", ())
_SMALL_INCEPTION = replace(_INCEPTION, depth=1, pool_size=2)
# name -> function that builds the network, default sizes for signals, images, volumes
ARCHITECTURES = {
    "plain": (plain, (_PLAIN, _PLAIN, _PLAIN)),
    "resnet": (resnet, (_SIGNAL_RESNET, _RESNET, _RESNET)),
    "inception": (
        inception,
        (
            _INCEPTION,
            replace(_SMALL_INCEPTION, filters=(16, 32, 64), kernel_size=7),
            replace(_SMALL_INCEPTION, filters=(8, 16, 32), kernel_size=5),
        ),
    ),
}


# minimum number of steps for signals, of architectures that need more than others
MIN_SIGNAL_STEPS = {"inception": 1000}


def complete_sizes(architecture, rank, **given):
    """Return the sizes of a network, with defaults for those that are not given.

    Parameters
    ----------
    architecture : str
        One of ``ARCHITECTURES``.
    rank : int
        1 for signals, 2 for images, 3 for volumes.
    **given : dict
        Fields of ``Sizes``; None for the defaults of the architecture.

    Returns
    -------
    Sizes
        Sizes, all of which are set.
    """
    own = ARCHITECTURES[architecture][1][rank - 1]
    given = {name: value for name, value in given.items() if value is not None}
    return replace(own, **given)


def encode(x, architecture, given, activation, dropout, stochastic_depth):
    """Return a feature vector for each sample.

    Parameters
    ----------
    x : KerasTensor of shape (batch, *sizes, n_channels)
        Samples.
    architecture : str
        One of ``ARCHITECTURES``.
    given : dict
        Fields of ``Sizes``; None for the defaults of the architecture.
    activation : str
        Activation of all layers.
    dropout : float
        Dropout rate around dense layers.
    stochastic_depth : float
        Rate at which samples skip the last block in training.

    Returns
    -------
    KerasTensor of shape (batch, n_features)
        Features.
    """
    network, _ = ARCHITECTURES[architecture]
    sizes = complete_sizes(architecture, rank_of(x), **given)
    x = network(x, sizes, activation, stochastic_depth)
    return pool_and_dense(x, sizes.pooling, sizes.dense_units, activation, dropout)


def decode(code, shape, architecture, given, activation):
    """Return a reconstruction of the given shape for each code.

    Parameters
    ----------
    code : KerasTensor of shape (batch, n_components)
        Codes.
    shape : tuple of int
        Sizes and number of channels of a sample.
    architecture, given, activation
        As in :func:`encode`.

    Returns
    -------
    KerasTensor of shape (batch, *shape)
        Standardised samples.
    """
    sizes = complete_sizes(architecture, len(shape) - 1, **given)
    return plain_decoder(code, shape, sizes, activation)

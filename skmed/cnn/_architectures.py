"""The networks by name, and the sizes that each has unless told otherwise."""

from dataclasses import dataclass, replace

from ._inception import inception
from ._layers import rank_of
from ._networks import plain, plain_decoder
from ._pooling import pool_and_dense
from ._resnet import resnet


@dataclass(frozen=True)
class Sizes:
    """How large a network is.

    Parameters
    ----------
    filters : tuple of int
        Filters of each stage.
    depth : int
        Convolutions, blocks or modules of a stage.
    kernel_size, pool_size : int
        Width along each axis.
    pooling : str
        How positions become one row of features.
    dense_units : tuple of int
        Units of each dense layer after that.
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
# narrower and shallower than the paper's (32, 32) and 3: as accurate on small sets of
# signals, in a third of the time
_INCEPTION = Sizes((16, 16), 2, 40, 1, "avg", ())
_SMALL_INCEPTION = replace(_INCEPTION, depth=1, pool_size=2)
# name -> the network, and its sizes for signals, images and volumes
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


# inception networks of signals still gain where other networks have finished
MIN_SIGNAL_STEPS = {"inception": 1000}


def complete_sizes(architecture, rank, **given):
    """Return the sizes of a network: those given, the rest its own.

    Parameters
    ----------
    architecture : str
        One of ``ARCHITECTURES``.
    rank : int
        1 for signals, 2 for images, 3 for volumes.
    **given : dict
        Fields of ``Sizes``; None for the architecture's own.

    Returns
    -------
    Sizes
        None of them is None.
    """
    own = ARCHITECTURES[architecture][1][rank - 1]
    given = {name: value for name, value in given.items() if value is not None}
    return replace(own, **given)


def encode(x, architecture, given, activation, dropout, stochastic_depth):
    """Return a row of features for each input.

    Parameters
    ----------
    x : KerasTensor of shape (batch, *sizes, channels)
        Input.
    architecture : str
        One of ``ARCHITECTURES``.
    given : dict
        Sizes that a user asked for.
    activation : str
        Activation of every layer.
    dropout : float
        Rate around dense layers.
    stochastic_depth : float
        Rate at which rows skip blocks.

    Returns
    -------
    KerasTensor of shape (batch, features)
        Features.
    """
    network, _ = ARCHITECTURES[architecture]
    sizes = complete_sizes(architecture, rank_of(x), **given)
    x = network(x, sizes, activation, stochastic_depth)
    return pool_and_dense(x, sizes.pooling, sizes.dense_units, activation, dropout)


def decode(code, shape, architecture, given, activation):
    """Return an input of the given shape for each code.

    Parameters
    ----------
    code : KerasTensor of shape (batch, n_components)
        Codes.
    shape : tuple of int
        Sizes and channels of an input.
    architecture, given, activation
        As for :func:`encode`.

    Returns
    -------
    KerasTensor of shape (batch, *shape)
        Standardised inputs.
    """
    sizes = complete_sizes(architecture, len(shape) - 1, **given)
    return plain_decoder(code, shape, sizes, activation)

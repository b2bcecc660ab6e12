"""The network of ``init_from``: of an estimator, in memory, in a file, or by name."""

import difflib
import functools
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.utils.validation import check_is_fitted

from skmed._keras.compat.global_state import seeded
from skmed._keras.compat.models import GRAPH_MODELS
from skmed._validation.messages import first_sentence

# mean and standard deviation of the channels of ImageNet: red, green, blue
_MEAN = np.array([123.675, 116.28, 103.53])
_DEVIATION = np.array([58.395, 57.12, 57.375])


@dataclass(frozen=True)
class Source:
    """A network whose layers are copied.

    Parameters
    ----------
    network : keras.Model
        A network with one input and one output, which is not changed.
    channel_conversion : tuple of ndarray or None
        Matrix and offset that convert channels of inputs to those that the network was
        trained on.
    """

    network: keras.Model
    channel_conversion: tuple | None = None


def is_name(init_from):
    """Return whether ``init_from`` names a network of ``keras.applications``."""
    return isinstance(init_from, str) and not init_from.endswith(".keras")


def read_source(init_from, init_weights, input_shape, standardised):
    """Return the network of ``init_from``.

    Parameters
    ----------
    init_from : estimator, keras.Model, path or str
        The parameter ``init_from``.
    init_weights : path or None
        File with the weights of a network by name.
    input_shape : tuple of int
        Shape of a sample.
    standardised : bool
        Whether the input of the network will be standardised.

    Returns
    -------
    Source
        A network that takes samples of that shape.

    Raises
    ------
    ValueError
        If there is no such network, or it doesn't take such samples.
    """
    # building and loading must not change the global random state
    with seeded(0):
        if is_name(init_from):
            return _by_name(init_from, init_weights, input_shape, standardised)
        if isinstance(init_from, str | os.PathLike):
            network = _load(Path(init_from))
        elif isinstance(init_from, keras.Model):
            network = init_from
        else:
            network = _of_estimator(init_from)
    _check(network, input_shape)
    return Source(network)


def _of_estimator(estimator):
    if isinstance(estimator, FrozenEstimator):
        estimator = estimator.estimator
    name = type(estimator).__name__
    try:
        check_is_fitted(estimator)
    except (NotFittedError, TypeError) as error:
        raise ValueError(
            f"init_from is a {name} that isn't fitted; fit it first (among the values "
            "of a search, put it into sklearn.frozen.FrozenEstimator, since cloning "
            "forgets a fit)."
        ) from error
    network = getattr(estimator, "model_", None)
    if not isinstance(network, keras.Model):
        raise ValueError(
            f"init_from is a {name}, which has no Keras model; give one of skmed's "
            "deep estimators, fitted."
        )
    if hasattr(estimator, "estimators_"):
        raise ValueError(
            f"init_from is an ensemble of {len(estimator.estimators_)} networks; give "
            "one of its estimators_."
        )
    return network


def _load(path):
    if path.suffix != ".keras" or not path.is_file():
        raise ValueError(
            f"init_from={str(path)!r} isn't a file of a Keras model; give the path "
            "that model.save('....keras') wrote to."
        )
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:
        raise ValueError(
            f"init_from={str(path)!r} can't be loaded without running code from it, or "
            f"is damaged ({type(error).__name__}: {first_sentence(str(error))}); save "
            "a model of Keras's own layers, without Lambda."
        ) from error


def _check(network, input_shape):
    ends = [*getattr(network, "inputs", ()), *getattr(network, "outputs", ())]
    if not isinstance(network, GRAPH_MODELS) or not network.built or len(ends) != 2:
        raise ValueError(
            "init_from must be a functional or sequential Keras model, built, with one "
            f"input and one output; got {type(network).__name__} {network.name!r}."
        )
    wanted = network.inputs[0].shape[1:]
    if len(wanted) != len(input_shape) or any(
        size not in (None, given) for size, given in zip(wanted, input_shape)
    ):
        raise ValueError(
            f"init_from takes rows of shape {tuple(wanted)}, but X has rows of shape "
            f"{tuple(input_shape)}; resize X, or choose another network."
        )


# ----- keras.applications -----


@functools.cache
def _applications():
    return {
        name: thing
        for name, thing in vars(keras.applications).items()
        if name[0].isupper() and callable(thing)
    }


def _by_name(name, path, input_shape, standardised):
    known = _applications()
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"use {', '.join(known)}."
        raise ValueError(
            f"init_from={name!r} is neither a path that ends in .keras nor a network "
            f"of keras.applications; {hint}"
        )
    *sizes, channels = input_shape
    if len(sizes) != 2 or channels not in (1, 3):
        raise ValueError(
            f"init_from={name!r} takes images of 1 or 3 channels, but X has rows of "
            f"shape {tuple(input_shape)}; give image_shape=, or another init_from."
        )
    if not Path(path).is_file():
        raise ValueError(
            f"init_weights={str(path)!r} isn't a file; give the path of weights of "
            f"{name} without its last layers (include_top=False), downloaded before."
        )
    try:
        network = known[name](
            weights=None, include_top=False, input_shape=(*sizes, 3), name=name.lower()
        )
    except ValueError as error:
        raise ValueError(
            f"init_from={name!r} can't take images of shape {tuple(input_shape)} "
            f"({first_sentence(str(error))}); give larger ones, or another network."
        ) from error
    try:
        network.load_weights(path)
    except Exception as error:
        raise ValueError(
            f"init_weights={str(path)!r} doesn't hold the weights of {name} without "
            f"its last layers ({type(error).__name__}: {first_sentence(str(error))}); "
            "give the file of include_top=False."
        ) from error
    return Source(network, _channel_conversion(known[name], channels, standardised))


def _channel_conversion(application, channels, standardised):
    """Return matrix and offset that convert channels of X for an application.

    Standardised channels are first scaled to mean and standard deviation of ImageNet;
    others are expected to be between 0 and 255. Grey values are used for red, green and
    blue.
    """
    prepare = sys.modules[application.__module__].preprocess_input
    # preprocess_input is affine, so that black and three colours determine it
    colours = np.concatenate([np.zeros((1, 3)), 255 * np.eye(3)])
    black, *others = prepare(colours.reshape(4, 1, 1, 3)).reshape(4, 3)
    matrix, offset = (np.array(others) - black) / 255, black
    if standardised:
        offset = offset + _MEAN @ matrix
        matrix = _DEVIATION[:, np.newaxis] * matrix
    if channels == 1:
        matrix = matrix.sum(axis=0, keepdims=True)
    return matrix, offset

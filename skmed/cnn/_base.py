"""What the three convolutional estimators share."""

import dataclasses
import functools
import math
from collections.abc import Callable
from numbers import Integral, Real

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from skmed._keras.data.checks import call_architecture
from skmed._keras.estimators.base import KerasEstimator
from skmed._keras.graphs.augmentation.options import (
    USUAL,
    mean_over_views,
    read_augment,
)
from skmed._keras.transfer.fine_tuning import FineTuning
from skmed._parameters import ListOf, parameter

from . import _architectures
from ._architectures import ARCHITECTURES, LEAST_STEPS_OF_SIGNALS
from ._pooling import POOLINGS, add_dense

# a last number up to this is channels, above it a size
_MOST_CHANNELS = 4
_SIZE = Interval(Integral, 1, None, closed="left")


class CNN(FineTuning, KerasEstimator):
    """What the three convolutional estimators share."""

    architecture: str | Callable = parameter(
        "{'plain', 'resnet', 'inception'} or callable",
        r"""'plain' is the textbook network: convolutions with max-pooling between
        them, then dense layers. 'resnet' is a residual network (He et al., 2016) and
        'inception' InceptionTime's (Ismail Fawaz et al., 2020), both with batch
        normalisation, for signals, images and volumes alike. Each has sizes of its
        own, which `filters`, `depth`, `kernel_size`, `pool_size`, `pooling` and
        `dense_units` change:

        =============== ============= ==================== =========================
        \               plain         resnet               inception
        =============== ============= ==================== =========================
        filters         (32, 64, 128) (16, 32, 64);        (16, 16); images (16, 32,
                                      signals (32, 64,     64); volumes (8, 16, 32)
                                      128)
        depth           1             1                    2; images, volumes 1
        kernel_size     3             3; signals 7         40; images 7; volumes 5
        pool_size       2             2                    1; images, volumes 2
        pooling         'flatten'     'avg'                'avg'
        dense_units     (128,)        ()                   ()
        =============== ============= ==================== =========================

        ``epochs="auto"`` trains 'inception' on signals for 1000 steps at least.
        InceptionTime as published has ``filters=(32, 32)`` and ``depth=3``. 'resnet'
        first averages neighbours, by powers of `pool_size`, along axes longer than 64
        (signals 1024) until they aren't.

        A callable gets a Keras tensor of shape ``(batch, *sizes, channels)`` and
        returns features of shape ``(batch, n_features)``; the layers that make the
        prediction are added.""",
        StrOptions(set(ARCHITECTURES)),
        callable,
        default="plain",
    )
    image_shape: tuple | None = parameter(
        "tuple of int or None",
        """``(height, width)``, ``(height, width, channels)``,
        ``(depth, height, width)`` or ``(depth, height, width, channels)`` of one row
        of X, which may then be flat or shaped. Of three numbers the last is channels
        if it is at most 4; write four numbers for a volume that thin. Without it, X
        of shape ``(n, length)`` or ``(n, length, channels)`` is signals, ``(n, height,
        width, channels)`` images and ``(n, depth, height, width, channels)``
        volumes.""",
        ListOf(_SIZE, 2, 4),
        None,
        default=None,
    )
    filters: tuple | None = parameter(
        "tuple of int or None",
        """Filters of each stage: of each convolution ('plain'), of the blocks
        ('resnet'), of each of a module's four branches ('inception').""",
        ListOf(_SIZE, 1),
        None,
        default=None,
    )
    depth: int | None = parameter(
        "int or None",
        "Convolutions, residual blocks or inception modules in each stage.",
        _SIZE,
        None,
        default=None,
    )
    kernel_size: int | None = parameter(
        "int or None",
        """Width of the convolutions along each axis; of an inception module the
        widest, beside which are half and a quarter of it.""",
        _SIZE,
        None,
        default=None,
    )
    pool_size: int | None = parameter(
        "int or None",
        """By how much each axis shrinks between stages, by max-pooling or ('resnet')
        by stride; 1 for not at all.""",
        _SIZE,
        None,
        default=None,
    )
    pooling: str | None = parameter(
        "{'flatten', 'avg', 'max', 'attention'} or None",
        """How features by position become one row: all of them side by side, their
        mean or maximum over positions, or a mean with weights that the network learns
        (Ilse et al., 2018).""",
        StrOptions(set(POOLINGS)),
        None,
        default=None,
    )
    dense_units: tuple | None = parameter(
        "tuple of int or None",
        "Units of each dense layer after the convolutions; ``()`` for none.",
        ListOf(_SIZE),
        None,
        default=None,
    )
    activation: str = parameter(
        "str",
        "Activation of convolutions and dense layers: relu, elu, gelu, silu or tanh.",
        StrOptions({"relu", "elu", "gelu", "silu", "tanh"}),
        default="relu",
    )
    dropout: float = parameter(
        "float",
        "Part of the features left out at random in training, around dense layers.",
        Interval(Real, 0, 1, closed="left"),
        default=0.0,
    )
    stochastic_depth: float = parameter(
        "float",
        """Rate at which a row skips the last residual connection's layers in training,
        growing linearly from the first (Huang et al., 2016). Only for 'resnet' and
        'inception'.""",
        Interval(Real, 0, 1, closed="left"),
        default=0.0,
    )

    augment: str | tuple | dict | None = parameter(
        "str, tuple of str, dict of str to float or None",
        """Random changes of the training rows, drawn anew in every epoch; a dict gives
        their strengths: 'shift' (0.1 of the size), 'rotation' (10 degrees; images and
        volumes), 'zoom' (0.1), 'flip' (mirror with probability 0.5, left to right or
        in time), 'warp' (0.05 of the length; signals), 'contrast' (0.2), 'noise' (0.1
        standard deviations of the row), 'cutout' (0.25 of each size), 'mixup' (0.2,
        Zhang et al., 2018). Volumes are moved within their slices.""",
        str,
        ListOf(StrOptions(set(USUAL))),
        dict,
        None,
        default=None,
    )
    test_time_augmentation: int = parameter(
        "int",
        """Predictions are averaged over so many views of each row, the row itself and
        others changed by `augment` ('cutout' and 'mixup' apart).""",
        _SIZE,
        default=1,
    )

    _shaping = ("architecture", "filters", "depth", "kernel_size", "pool_size")
    _shaping += ("stochastic_depth",)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags

    # ----- rows -----

    def _before_validation(self, X, *, reset):
        """Lay shaped rows flat where ``image_shape`` says how to shape them."""
        if not hasattr(X, "shape"):
            X = np.asarray(X)
        shape = X.shape
        if reset:
            self._check_architecture()
            # the form in which inputs are given back
            self._row_shape = tuple(shape[1:])
        if self.image_shape is None:
            if len(shape) == 3 and X.dtype == np.uint8:
                raise ValueError(
                    f"X of shape {tuple(shape)} as uint8 looks like grey images; "
                    f"pass image_shape={tuple(shape[1:])}, or give signals as float."
                )
            return X
        size = math.prod(self.image_shape)
        if len(shape) > 1 and math.prod(shape[1:]) != size:
            raise ValueError(
                f"image_shape={self.image_shape} has {size} values per row, but X of "
                f"shape {tuple(shape)} has {math.prod(shape[1:])}; make them agree."
            )
        if len(shape) > 2:
            wanted = tuple(self.image_shape)
            if tuple(shape[1:]) not in (wanted, self._image_sizes()):
                raise ValueError(
                    f"X of shape {tuple(shape)} isn't rows of image_shape={wanted}; "
                    "make the axes agree, or pass flat rows."
                )
            return np.asarray(X).reshape(len(X), size)
        return X

    def _image_sizes(self):
        """Return sizes and channels that ``image_shape`` stands for."""
        shape = tuple(self.image_shape)
        if len(shape) == 4 or (len(shape) == 3 and shape[-1] <= _MOST_CHANNELS):
            return shape
        return (*shape, 1)

    def _shape(self, X, *, reset):
        """Return X as ``(n, *sizes, channels)``."""
        if 0 in X.shape:
            raise ValueError(
                f"X of shape {X.shape} has an axis without values; give at least one."
            )
        if self.image_shape is not None:
            X = X.reshape(len(X), *self._image_sizes())
        elif X.ndim == 2:
            X = X.reshape(*X.shape, 1)
        elif X.ndim > 5:
            raise ValueError(
                f"X has {X.ndim} axes; signals must have 2 or 3, images 4, volumes 5."
            )
        if reset:
            self._input_shape = X.shape[1:]
            self._check_views()
            self._augmentation()
        elif X.shape[1:] != self._input_shape:
            raise ValueError(
                f"X has rows of shape {X.shape[1:]}, but {type(self).__name__} was "
                f"fitted on rows of shape {self._input_shape}."
            )
        return X

    def _unshape(self, X):
        """Return inputs in the form in which fit was given X."""
        return X.reshape(len(X), *self._row_shape)

    # ----- networks -----

    def _check_architecture(self):
        if self.stochastic_depth and self.architecture not in ("resnet", "inception"):
            raise ValueError(
                "stochastic_depth needs residual connections to skip; use architecture="
                "'resnet' or 'inception', or leave stochastic_depth at 0."
            )

    def _least_training(self):
        usual = super()._least_training()
        if len(self._input_shape) > 2 or callable(self.architecture):
            return usual
        steps = LEAST_STEPS_OF_SIGNALS.get(self.architecture, usual.steps)
        return usual._replace(steps=steps)

    def _augmentation(self):
        return read_augment(self.augment, len(self._input_shape) - 1)

    def _check_views(self):
        if self.test_time_augmentation == 1:
            return None
        augmentation = self._augmentation()
        views = augmentation and augmentation.views()
        if views is None:
            raise ValueError(
                f"test_time_augmentation={self.test_time_augmentation} needs augment= "
                "to say how views of a row differ, by more than 'cutout' and 'mixup'."
            )
        return views

    def _run(self, network, x):
        views = self._check_views()
        if views is None or network is getattr(self, "decoder_", None):
            return super()._run(network, x)
        return mean_over_views(
            functools.partial(super()._run, network),
            x,
            network.inputs[0].dtype,
            views,
            self.test_time_augmentation,
            self._seed,
        )

    def _given_sizes(self):
        return {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(_architectures.Sizes)
        }

    def _features(self, inputs):
        if callable(self.architecture):
            return call_architecture(self.architecture, inputs)
        return _architectures.encode(
            inputs,
            self.architecture,
            self._given_sizes(),
            self.activation,
            self.dropout,
            self.stochastic_depth,
        )

    def _head(self, features):
        """Return one row of features, with the dense layers asked for."""
        if len(features.shape) > 2:
            features = POOLINGS[self.pooling or "avg"](features)
        elif self.pooling is not None:
            raise ValueError(
                f"pooling={self.pooling!r} has nothing to do, since the features of "
                "init_from are one row already; leave it None."
            )
        units = self.dense_units or ()
        return add_dense(features, units, self.activation, self.dropout)

    def _decode(self, code, shape):
        # what a user's own network has no way back from, the textbook network has
        name = "plain" if callable(self.architecture) else self.architecture
        return _architectures.decode(
            code, shape, name, self._given_sizes(), self.activation
        )

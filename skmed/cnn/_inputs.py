"""Validation and conversion of signals, images and volumes."""

import math

import numpy as np

from skmed._keras.data.inputs import Inputs

# largest last number of ``image_shape`` that is channels
_MAX_CHANNELS = 4


class ArrayInputs(Inputs):
    """Arrays with one or more axes and channels per sample.

    Parameters
    ----------
    image_shape : tuple of int or None
        Shape of a sample; None takes the shape of X.
    precision, normalize
        As in `Inputs`.
    """

    def __init__(self, image_shape, precision, normalize):
        super().__init__(precision, normalize)
        self._image_shape = None if image_shape is None else tuple(image_shape)

    def check(self, estimator, X, y="no_validation", *, reset):
        """Check X and y, and that ``image_shape`` is that of the fit."""
        given = estimator.image_shape
        if not reset and given is not None and self._image_shape is not None:
            given, fitted = map(_sizes_and_channels, (given, self._image_shape))
            if given != fitted:
                raise ValueError(
                    f"image_shape stands for samples of shape {given}, but "
                    f"{type(estimator).__name__} was fitted on samples of shape "
                    f"{fitted}; set image_shape back, or fit again."
                )
        return super().check(estimator, X, y, reset=reset)

    def prepare(self, X, *, reset):
        """Flatten samples if ``image_shape`` is given."""
        if not hasattr(X, "shape"):
            X = np.asarray(X)
        shape = tuple(X.shape)
        if reset:
            # for inverse_transform
            self._sample_shape = shape[1:]
        if self._image_shape is None:
            if len(shape) == 3 and X.dtype == np.uint8:
                raise ValueError(
                    f"X of shape {shape} as uint8 looks like grey images; "
                    f"pass image_shape={shape[1:]}, or give signals as float."
                )
            return X
        size = math.prod(self._image_shape)
        if len(shape) > 1 and math.prod(shape[1:]) != size:
            raise ValueError(
                f"image_shape={self._image_shape} has {size} values per row, but X of "
                f"shape {shape} has {math.prod(shape[1:])}; make them agree."
            )
        if len(shape) > 2:
            if shape[1:] not in (
                self._image_shape,
                _sizes_and_channels(self._image_shape),
            ):
                raise ValueError(
                    f"X of shape {shape} isn't rows of image_shape="
                    f"{self._image_shape}; make the axes agree, or pass flat rows."
                )
            return np.asarray(X).reshape(len(X), size)
        return X

    def reshape(self, X, estimator_name, *, reset):
        """Return X of shape (n_samples, *sizes, n_channels)."""
        if 0 in X.shape:
            raise ValueError(
                f"X of shape {X.shape} has an axis without values; give at least one."
            )
        if self._image_shape is not None:
            X = X.reshape(len(X), *_sizes_and_channels(self._image_shape))
        elif X.ndim == 2:
            X = X.reshape(*X.shape, 1)
        elif X.ndim > 5:
            raise ValueError(
                f"X has {X.ndim} axes; signals must have 2 or 3, images 4, volumes 5."
            )
        if reset:
            self.shape = X.shape[1:]
        elif X.shape[1:] != self.shape:
            raise ValueError(
                f"X has rows of shape {X.shape[1:]}, but {estimator_name} was "
                f"fitted on rows of shape {self.shape}."
            )
        return X

    def inverse_transform(self, X):
        """Return inputs of the network in the shape of X in fit."""
        return X.reshape(len(X), *self._sample_shape)


def _sizes_and_channels(image_shape):
    """Return the sizes and channels of ``image_shape``."""
    shape = tuple(image_shape)
    if len(shape) == 4 or (len(shape) == 3 and shape[-1] <= _MAX_CHANNELS):
        return shape
    return (*shape, 1)

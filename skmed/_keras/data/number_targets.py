"""Targets of regression: one or several numbers per sample."""

import keras
import numpy as np

from skmed._validation.messages import translate_errors
from skmed._validation.sample_props import _RANGE

from .targets import REDUCTION, Targets, output_layer


class NumberTargets(Targets):
    """Targets of regression: one or several numbers per sample.

    Untrained networks predict values near zero, and the size of gradient steps doesn't
    depend on the scale of y. So targets are standardised for training, with sample
    weights, and `decode` transforms predictions back. Counts with a Poisson loss are
    only scaled, since their mean can't be negative.

    Parameters
    ----------
    loss : str
        One of ``losses``.
    """

    losses = ("squared_error", "absolute_error", "huber", "poisson")

    def __init__(self, loss):
        self.loss = loss
        self._counts = loss == "poisson"
        self.kind = "counts" if self._counts else "numbers"

    def fit(self, y, weight):
        """Learn the mean and scale of each target."""
        self.one_dimensional = y.ndim == 1
        y = self._columns(y)
        self.mean = np.average(y, axis=0, weights=weight)
        if self._counts:
            self.scale = np.where(self.mean > 0, self.mean, 1.0)
            self.mean = np.zeros_like(self.mean)
        else:
            deviation = np.sqrt(
                np.average((y - self.mean) ** 2, axis=0, weights=weight)
            )
            rounding = 10 * np.finfo(float).eps * np.abs(self.mean)
            self.scale = np.where(deviation > rounding, deviation, 1.0)
        return self

    def check(self, y):
        """Raise if y is not numeric, or has values for which the loss is undefined."""
        if y.dtype.kind in "USmM":
            raise ValueError(f"y must hold numbers, not {y.dtype}; convert it first.")
        with translate_errors("y"):
            y = self._columns(y)
        largest = np.max(np.abs(y), initial=0)
        if not largest < _RANGE.max:
            raise ValueError(
                "y has missing values, or values too large for float32; leave such "
                "rows out, or rescale y."
            )
        if self._counts and np.any(y < 0):
            raise ValueError(
                "y has negative values, which loss='poisson' can't take; use "
                "loss='squared_error', 'absolute_error' or 'huber'."
            )

    @staticmethod
    def _columns(y):
        return np.asarray(y, np.float64).reshape(len(y), -1)

    def check_known(self, y):
        """Raise if y has another number of targets than in the first fit."""
        n_targets = self._columns(y).shape[1]
        if n_targets != len(self.scale):
            raise ValueError(
                f"y must have {len(self.scale)} target(s) as in the first fit; got "
                f"{n_targets}."
            )

    def encode(self, y, dtype):
        """Return standardised targets."""
        self.check_known(y)
        return ((self._columns(y) - self.mean) / self.scale).astype(dtype)

    def decode(self, outputs):
        """Return the network's outputs in the units of y."""
        y = outputs * self.scale.astype(outputs.dtype) + self.mean.astype(outputs.dtype)
        return y[:, 0] if self.one_dimensional else y

    def output(self, features, x, precision):
        """Return the output layer: one unit per target."""
        activation = "exponential" if self._counts else "linear"
        return output_layer(features, len(self.scale), activation, precision)

    def keras_loss(self, dtype):
        """Return the Keras loss, computed in ``dtype``."""
        losses = {
            "squared_error": keras.losses.MeanSquaredError,
            "absolute_error": keras.losses.MeanAbsoluteError,
            "huber": keras.losses.Huber,
            "poisson": keras.losses.Poisson,
        }
        return losses[self.loss](reduction=REDUCTION, dtype=dtype)

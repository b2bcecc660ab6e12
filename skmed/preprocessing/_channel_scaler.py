"""Standardization of channels."""

from typing import Self

import numpy as np
from sklearn.base import OneToOneFeatureMixin, _fit_context
from sklearn.utils import _safe_indexing
from sklearn.utils._param_validation import StrOptions

from skmed._parameters import parameter
from skmed._restore import restore_on_failure
from skmed._validation.sample_props import check_weights
from skmed._validation.sequences import group_by_length

from ._base import SignalTransformer


class ChannelScaler(OneToOneFeatureMixin, SignalTransformer):
    """Standardize each channel to mean 0 and standard deviation 1.

    All time steps of a channel are shifted and scaled by the same numbers, so that
    the shape of a signal is kept, unlike with scikit-learn's StandardScaler, which
    scales each time step of a table separately. A table is one channel.

    See Also
    --------
    BaselineRemover : Subtract the mean, or drift, of each signal.
    sklearn.preprocessing.StandardScaler : Standardize each column of a table.

    References
    ----------
    LeCun, Y., Bottou, L., Orr, G. B. & Müller, K.-R. (1998). Efficient BackProp. In
    Neural Networks: Tricks of the Trade, 9-50. Springer.

    Examples
    --------
    >>> import numpy as np
    >>> from skmed.preprocessing import ChannelScaler
    >>> X = [np.ones((5, 2)), np.zeros((3, 2))]
    >>> scaler = ChannelScaler().fit(X)
    >>> scaler.mean_.shape, [x.shape for x in scaler.transform(X)]
    ((2,), [(5, 2), (3, 2)])
    """

    statistics: str = parameter(
        "{'training', 'recording'}",
        """Data of which mean and standard deviation are computed: 'training' for all
        signals seen in fit, which keeps differences between recordings, or 'recording'
        for each recording by itself, which removes the gain of its sensor.""",
        StrOptions({"training", "recording"}),
        default="training",
    )

    _attribute_docs = {
        "mean_": (
            "ndarray of shape (n_channels,) or None",
            "Mean of each channel. None with ``statistics='recording'``.",
        ),
        "scale_": (
            "ndarray of shape (n_channels,) or None",
            "Standard deviation of each channel, 1 if it is constant. None with "
            "``statistics='recording'``.",
        ),
    }

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None, sample_weight=None) -> Self:
        """Compute the mean and the standard deviation of each channel.

        Parameters
        ----------
        X : array-like of shape (n_samples, length) or (n_samples, length, channels), \
                or list of n_samples arrays of shape (length_i, channels)
            Signals.
        y : Ignored
            Not used.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the signals. All time steps of a signal have its weight.

        Returns
        -------
        object
            The fitted transformer.
        """
        with restore_on_failure(self):
            X = self._validate_signals(X, reset=True)
            weight = check_weights(sample_weight, X)
            self.mean_ = self.scale_ = None
            if self.statistics == "training":
                weight = np.ones(len(X)) if weight is None else weight
                present = np.flatnonzero(weight)
                self.mean_, self.scale_ = _mean_and_scale(
                    _safe_indexing(X, present), weight[present]
                )
        return self

    def _transform(self, x):
        if self.statistics == "training":
            return (x - self.mean_) / self.scale_
        x = x.astype(np.float64, copy=False)
        mean, std = x.mean(axis=1), x.std(axis=1)
        return (x - mean[:, None]) / _handle_constant(std, mean)[:, None]


def _mean_and_scale(X, weight):
    """Return the weighted mean and scale of each channel, in double precision."""
    batches = [(weight, X)]
    if isinstance(X, list):
        batches = [(weight[indices], x) for indices, x in group_by_length(X)]
    total = sum(w.sum() * x.shape[1] for w, x in batches)

    def average(function):
        return sum(np.einsum("n,nlc->c", w, function(x)) for w, x in batches) / total

    mean = average(lambda x: x.astype(np.float64, copy=False))
    std = np.sqrt(average(lambda x: (x - mean) ** 2))
    return mean, _handle_constant(std, mean)


def _handle_constant(std, mean):
    """Replace standard deviations that are 0 up to rounding errors by 1."""
    tolerance = 10 * np.finfo(np.float64).eps * np.abs(mean)
    return np.where(std <= tolerance, 1.0, std)

"""Standardise channels."""

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
    """Bring each channel to mean 0 and standard deviation 1.

    Unlike scikit-learn's StandardScaler, which takes each step of a table by itself,
    all steps of a channel are moved and divided by the same numbers, so that the
    shape of signals stays. A table is one channel.

    See Also
    --------
    BaselineRemover : Takes only the mean, or drift, from each signal.

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
        """Whose mean and deviation: those of all steps of all signals seen in fit, so
        that differences between recordings stay; or those of each recording, which
        takes out how strongly a sensor was set.""",
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
            "Standard deviation of each channel, 1 where it is constant.",
        ),
    }

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None, sample_weight=None):
        """Learn the mean and the deviation of each channel.

        Parameters
        ----------
        X : array-like of shape (n, length) or (n, length, channels), or list of n \
                arrays of shape (length_i, channels)
            Signals.
        y : Ignored
            Not used.
        sample_weight : array-like of shape (n,), default=None
            How much each step of a signal counts, by signal.

        Returns
        -------
        object
            The fitted transformer itself.
        """
        with restore_on_failure(self):
            X = self._check(X, reset=True)
            weight = check_weights(sample_weight, X)
            self.mean_ = self.scale_ = None
            if self.statistics == "training":
                weight = np.ones(len(X)) if weight is None else weight
                present = np.flatnonzero(weight)
                self.mean_, self.scale_ = _moments(
                    _safe_indexing(X, present), weight[present]
                )
        return self

    def _transform(self, x):
        if self.statistics == "training":
            return (x - self.mean_) / self.scale_
        x = x.astype(np.float64, copy=False)
        mean, deviation = x.mean(axis=1), x.std(axis=1)
        return (x - mean[:, None]) / _not_zero(deviation, mean)[:, None]


def _moments(X, weight):
    """Return the mean and the deviation of each channel, in double precision."""
    batches = [(weight, X)]
    if isinstance(X, list):
        batches = [(weight[numbers], x) for numbers, x in group_by_length(X)]
    total = sum(w.sum() * x.shape[1] for w, x in batches)

    def mean(of):
        return sum(np.einsum("n,nlc->c", w, of(x)) for w, x in batches) / total

    middle = mean(lambda x: x.astype(np.float64, copy=False))
    deviation = np.sqrt(mean(lambda x: (x - middle) ** 2))
    return middle, _not_zero(deviation, middle)


def _not_zero(deviation, mean):
    """Put 1 where a channel is constant but for rounding."""
    rounding = 10 * np.finfo(np.float64).eps * np.abs(mean)
    return np.where(deviation <= rounding, 1.0, deviation)

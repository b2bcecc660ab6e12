"""Take out slow drift."""

import numpy as np
from scipy.ndimage import median_filter
from scipy.signal import detrend
from sklearn.base import OneToOneFeatureMixin
from sklearn.utils._param_validation import StrOptions

from skmed._parameters import ListOf, parameter

from ._base import SignalTransformer
from ._sampling import POSITIVE, Sampled, n_steps


class BaselineRemover(OneToOneFeatureMixin, Sampled, SignalTransformer):
    """Subtract the baseline of each signal and channel.

    The baseline is its mean, the straight line through it, or what is left when
    medians of moving windows have taken out everything shorter, as the waves of a
    heartbeat: with the default windows those of P and QRS, then those of T.

    See Also
    --------
    BandPassFilter : A high-pass filter, which takes drift out as well.

    References
    ----------
    de Chazal, P., O'Dwyer, M. & Reilly, R. B. (2004). Automatic classification of
    heartbeats using ECG morphology and heartbeat interval features. IEEE Transactions
    on Biomedical Engineering 51 (7), 1196-1206.

    Examples
    --------
    >>> import numpy as np
    >>> from skmed.preprocessing import BaselineRemover
    >>> X = np.random.default_rng(0).normal(size=(3, 500))
    >>> BaselineRemover(method="median", sampling_rate=250).fit_transform(X).shape
    (3, 500)
    """

    method: str = parameter(
        "{'constant', 'linear', 'median'}",
        "What the baseline is: the mean, a straight line, or moving medians.",
        StrOptions({"constant", "linear", "median"}),
        default="linear",
    )
    windows: tuple[float, ...] = parameter(
        "tuple of float",
        "Widths of the moving medians in seconds, one after another; they and "
        "`sampling_rate` are for ``method='median'``.",
        ListOf(POSITIVE, least=1),
        default=(0.2, 0.6),
    )

    def _check_parameters(self):
        if self.method == "median":
            self._widths()

    def _widths(self):
        """Return widths in steps, odd so that a step is in the middle."""
        return [n_steps(w, self.sampling_rate, "windows") | 1 for w in self.windows]

    def _transform(self, x):
        if self.method != "median":
            return detrend(x, axis=1, type=self.method)
        baseline = x
        for width in self._widths():
            # scipy is thirty times as fast on one axis as on that axis of three
            baseline = np.apply_along_axis(
                median_filter, 1, baseline, size=width, mode="nearest"
            )
        return x - baseline

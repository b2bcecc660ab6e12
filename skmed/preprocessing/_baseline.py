"""Baseline removal."""

import numpy as np
from scipy.ndimage import median_filter
from scipy.signal import detrend
from sklearn.base import OneToOneFeatureMixin
from sklearn.utils._param_validation import StrOptions

from skmed._parameters import ListOf, parameter

from ._base import SignalTransformer
from ._sampling import POSITIVE, SamplingParameters, n_steps

# median windows in seconds that remove P waves and QRS complexes, then T waves
_ECG_WINDOWS = (0.2, 0.6)


class BaselineRemover(OneToOneFeatureMixin, SamplingParameters, SignalTransformer):
    """Subtract the baseline of each signal and channel.

    The baseline is the mean, the least-squares line, or the result of moving median
    filters, which remove everything shorter than half of their windows. The default
    windows are those of de Chazal et al. (2004) for electrocardiograms: the first
    removes P waves and QRS complexes, the second T waves.

    See Also
    --------
    BandPassFilter : A high-pass filter, which removes drift as well.

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
        "Baseline: the mean, the least-squares line, or moving medians.",
        StrOptions({"constant", "linear", "median"}),
        default="linear",
    )
    windows: tuple[float, ...] | None = parameter(
        "tuple of float or None",
        f"""Windows in seconds of the median filters, which are applied one after
        another. Only with ``method='median'``, which needs `sampling_rate` too. None
        for ``{_ECG_WINDOWS}``.""",
        ListOf(POSITIVE, least=1),
        None,
        default=None,
    )

    def _check_parameters(self):
        if self.method == "median":
            self._window_lengths()
        elif self.windows is not None:
            raise ValueError(
                f"windows is for method='median' and has no effect with method="
                f"{self.method!r}; leave windows at None."
            )

    def _window_lengths(self):
        """Return the windows in time steps, rounded up to odd numbers."""
        windows = _ECG_WINDOWS if self.windows is None else self.windows
        return [
            n_steps(window, self.sampling_rate, "windows") | 1 for window in windows
        ]

    def _transform(self, x):
        if self.method != "median":
            return detrend(x, axis=1, type=self.method)
        baseline = x
        for length in self._window_lengths():
            # thirty times as fast as one call on three axes
            baseline = np.apply_along_axis(
                median_filter, 1, baseline, size=length, mode="nearest"
            )
        return x - baseline

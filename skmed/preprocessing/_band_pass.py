"""Band-pass, low-pass and high-pass filters."""

from numbers import Integral

from scipy.signal import butter
from sklearn.utils._param_validation import Interval

from skmed._parameters import parameter

from ._sampling import POSITIVE
from ._zero_phase import ZeroPhaseFilter


class BandPassFilter(ZeroPhaseFilter):
    """Keep the frequencies between two cutoffs.

    A Butterworth filter, applied forwards and backwards: the phase is not shifted, and
    the amplitude at a cutoff is halved. With one cutoff only it is a low-pass or a
    high-pass filter. Electrocardiograms are commonly monitored between 0.5 and 40 Hz.

    See Also
    --------
    NotchFilter : Remove a single frequency.
    BaselineRemover : Remove slow drift without the ringing of a filter.

    References
    ----------
    Butterworth, S. (1930). On the theory of filter amplifiers. Experimental Wireless
    and the Wireless Engineer 7, 536-541.

    Gustafsson, F. (1996). Determining the initial states in forward-backward
    filtering. IEEE Transactions on Signal Processing 44 (4), 988-992.

    Examples
    --------
    >>> import numpy as np
    >>> from skmed.preprocessing import BandPassFilter
    >>> X = np.random.default_rng(0).normal(size=(3, 500))
    >>> BandPassFilter(low=0.5, high=40, sampling_rate=250).fit_transform(X).shape
    (3, 500)
    """

    low: float | None = parameter(
        "float or None",
        "Lower cutoff in Hz. None for a low-pass filter.",
        POSITIVE,
        None,
        default=None,
    )
    high: float | None = parameter(
        "float or None",
        "Upper cutoff in Hz. None for a high-pass filter.",
        POSITIVE,
        None,
        default=None,
    )
    order: int = parameter(
        "int",
        "Order of the filter: 12 dB per octave for each, since it is applied twice.",
        Interval(Integral, 1, None, closed="left"),
        default=4,
    )

    def _design_filter(self):
        cutoffs = {"low": self.low, "high": self.high}
        given = {name: value for name, value in cutoffs.items() if value is not None}
        if not given:
            raise ValueError(
                "low and high are both None; give at least one cutoff, in Hz."
            )
        for name, value in given.items():
            self._check_frequency(value, name)
        if len(given) == 2 and self.low >= self.high:
            raise ValueError(
                f"low={self.low} Hz must be below high={self.high} Hz; exchange them."
            )
        kind = "bandpass" if len(given) == 2 else {"low": "high", "high": "low"}[name]
        return butter(
            self.order,
            list(given.values()) if len(given) == 2 else value,
            btype=kind,
            fs=self.sampling_rate,
            output="sos",
        )

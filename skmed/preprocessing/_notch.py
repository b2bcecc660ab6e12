"""Notch filter."""

from scipy.signal import iirnotch, tf2sos

from skmed._parameters import parameter

from ._sampling import POSITIVE
from ._zero_phase import ZeroPhaseFilter


class NotchFilter(ZeroPhaseFilter):
    """Remove a single frequency, such as power-line interference.

    A second-order notch filter, applied forwards and backwards: the phase is not
    shifted.

    See Also
    --------
    BandPassFilter : Keep a band of frequencies.

    References
    ----------
    Orfanidis, S. J. (1996). Introduction to Signal Processing. Prentice-Hall.

    Examples
    --------
    >>> import numpy as np
    >>> from skmed.preprocessing import NotchFilter
    >>> X = np.random.default_rng(0).normal(size=(3, 500))
    >>> NotchFilter(frequency=60, sampling_rate=250).fit_transform(X).shape
    (3, 500)
    """

    frequency: float = parameter(
        "float",
        "Frequency to remove, in Hz: 50 or 60 for the power line.",
        POSITIVE,
        default=50.0,
    )
    quality: float = parameter(
        "float",
        "Quality factor: `frequency` divided by the bandwidth. Higher values give a "
        "narrower notch.",
        POSITIVE,
        default=30.0,
    )

    def _design_filter(self):
        self._check_frequency(self.frequency, "frequency")
        return tf2sos(*iirnotch(self.frequency, self.quality, fs=self.sampling_rate))

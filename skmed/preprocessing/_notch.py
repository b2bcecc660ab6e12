"""Take one frequency out."""

from scipy.signal import iirnotch, tf2sos

from skmed._parameters import parameter

from ._sampling import POSITIVE
from ._zero_phase import ZeroPhaseFilter


class NotchFilter(ZeroPhaseFilter):
    """Take a single frequency out, such as the hum of the mains.

    A notch of second order, run forwards and backwards, so that no wave is delayed.

    See Also
    --------
    BandPassFilter : Keeps a band of frequencies.

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
        "What to take out, in Hz: 50 or 60 for the mains.",
        POSITIVE,
        default=50.0,
    )
    quality: float = parameter(
        "float",
        "The frequency divided by the width of the notch: the higher, the narrower.",
        POSITIVE,
        default=30.0,
    )

    def _design(self):
        self._check_frequency(self.frequency, "frequency")
        return tf2sos(*iirnotch(self.frequency, self.quality, fs=self.sampling_rate))

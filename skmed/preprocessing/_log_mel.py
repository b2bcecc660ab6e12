"""Spectrograms on the mel scale."""

from numbers import Integral

import numpy as np
from sklearn.utils._param_validation import Interval

from skmed._parameters import parameter

from ._spectral import SpectralTransformer, output_parameter

_AT_LEAST_ONE = Interval(Integral, 1, None, closed="left")


class LogMelSpectrogram(SpectralTransformer):
    """Turn sound into its loudness in bands that the ear tells apart.

    The power of the short-time Fourier transform is summed in triangular bands that
    are equally wide on the mel scale, and given in decibels: what most networks for
    speech, coughs and heart sounds take.

    See Also
    --------
    MFCC : Fewer numbers for each frame, for small models.
    Spectrogram : Frequencies equally far apart.

    References
    ----------
    Stevens, S. S., Volkmann, J. & Newman, E. B. (1937). A scale for the measurement of
    the psychological magnitude pitch. Journal of the Acoustical Society of America 8,
    185-190.

    Examples
    --------
    >>> import numpy as np
    >>> from skmed.preprocessing import LogMelSpectrogram
    >>> X = np.random.default_rng(0).normal(size=(3, 8000))
    >>> LogMelSpectrogram(sampling_rate=16_000).fit_transform(X).shape
    (3, 48, 40)
    """

    output: str = output_parameter("sequence")
    n_mels: int = parameter("int", "Number of bands.", _AT_LEAST_ONE, default=40)

    _attribute_docs = {
        "filters_": (
            "ndarray of shape (n_mels, n_frequencies)",
            "How much each frequency of the transform counts in each band.",
        ),
    }

    def _check_parameters(self):
        super()._check_parameters()
        frequencies = self._all_frequencies()
        self.filters_ = _bands(
            frequencies, self.n_mels, self.min_frequency, self._highest()
        )
        empty = np.flatnonzero(~self.filters_.any(axis=1))
        if len(empty):
            raise ValueError(
                f"n_mels={self.n_mels} leaves {len(empty)} bands without a frequency "
                f"of window={self.window} s; take fewer bands, or a longer window or "
                "n_fft."
            )

    def _log_mel(self, x):
        """Return decibels of shape (n, n_mels, channels, frames)."""
        power = self._power(x)
        mel = np.tensordot(self.filters_, power, axes=(1, 1))
        return self._decibels(np.moveaxis(mel, 0, 1))

    def _transform(self, x):
        return self._arranged(self._log_mel(x))


def _bands(frequencies, n_mels, low, high):
    """Return triangles whose corners are equally far apart in mel."""
    mels = np.linspace(_mel(low), _mel(high), n_mels + 2)
    corners = 700 * (10 ** (mels / 2595) - 1)
    left, middle, right = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    rising = (frequencies - left) / (middle - left)
    falling = (right - frequencies) / (right - middle)
    return np.maximum(0, np.minimum(rising, falling))


def _mel(frequency):
    return 2595 * np.log10(1 + frequency / 700)

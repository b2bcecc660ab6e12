"""Log-mel spectrograms."""

from numbers import Integral

import numpy as np
from sklearn.utils._param_validation import Interval

from skmed._parameters import parameter

from ._spectral import SpectralTransformer, output_parameter

_AT_LEAST_ONE = Interval(Integral, 1, None, closed="left")


class LogMelSpectrogram(SpectralTransformer):
    """Compute log-mel spectrograms of sound.

    The power of the short-time Fourier transform is summed in triangular bands that
    are equally wide on the mel scale, and converted to decibels. This is the usual
    input of networks for speech, coughs and heart sounds.

    See Also
    --------
    MFCC : Fewer features per frame, for small models.
    Spectrogram : Linearly spaced frequencies.

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
    n_mels: int = parameter("int", "Number of mel bands.", _AT_LEAST_ONE, default=40)

    _attribute_docs = {
        "filters_": (
            "ndarray of shape (n_mels, n_frequencies)",
            "Weight of each frequency of the Fourier transform in each band.",
        ),
    }

    def _check_parameters(self):
        super()._check_parameters()
        self.filters_ = _mel_filters(
            self._fft_frequencies(),
            self.n_mels,
            self.min_frequency,
            self._upper_frequency(),
        )
        empty = np.flatnonzero(~self.filters_.any(axis=1))
        if len(empty):
            raise ValueError(
                f"n_mels={self.n_mels} leaves {len(empty)} bands without a frequency "
                f"of window={self.window} s; take fewer bands, or a longer window or "
                "n_fft."
            )

    def _log_mel(self, x):
        """Return decibels, shape (n_samples, n_mels, channels, frames)."""
        power = self._power(x)
        mel = np.tensordot(self.filters_, power, axes=(1, 1))
        return self._to_decibels(np.moveaxis(mel, 0, 1))

    def _transform(self, x):
        return self._arrange_axes(self._log_mel(x))


def _mel_filters(frequencies, n_mels, low, high):
    """Return triangular filters whose corners are equally spaced in mel.

    Parameters
    ----------
    frequencies : ndarray of shape (n_frequencies,)
        Frequencies of the Fourier transform, in Hz.
    n_mels : int
        Number of filters.
    low, high : float
        Lower end of the first and upper end of the last filter, in Hz.

    Returns
    -------
    ndarray of shape (n_mels, n_frequencies)
        Weights between 0 and 1.
    """
    mels = np.linspace(_hz_to_mel(low), _hz_to_mel(high), n_mels + 2)
    corners = 700 * (10 ** (mels / 2595) - 1)
    left, middle, right = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    rising = (frequencies - left) / (middle - left)
    falling = (right - frequencies) / (right - middle)
    return np.maximum(0, np.minimum(rising, falling))


def _hz_to_mel(frequency):
    return 2595 * np.log10(1 + frequency / 700)

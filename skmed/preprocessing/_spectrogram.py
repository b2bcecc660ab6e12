"""Images of the short-time Fourier transform."""

from skmed._parameters import parameter

from ._spectral import SpectralTransformer, output_parameter


class Spectrogram(SpectralTransformer):
    """Turn signals into images of their frequencies over time.

    The power of the short-time Fourier transform, in decibels: images of shape
    (n, frequencies, frames, channels) that :class:`skmed.cnn.CNNClassifier` takes.
    Row 0 is the lowest frequency.

    See Also
    --------
    LogMelSpectrogram : Spaces the frequencies as the ear does.

    References
    ----------
    Allen, J. B. & Rabiner, L. R. (1977). A unified approach to short-time Fourier
    analysis and synthesis. Proceedings of the IEEE 65 (11), 1558-1564.

    Examples
    --------
    >>> import numpy as np
    >>> from skmed.preprocessing import Spectrogram
    >>> X = np.random.default_rng(0).normal(size=(3, 500))
    >>> images = Spectrogram(sampling_rate=250, window=0.4, step=0.1, max_frequency=40)
    >>> images.fit_transform(X).shape
    (3, 17, 17, 1)
    """

    output: str = output_parameter("image")
    decibels: bool = parameter(
        "bool",
        "Return the power in decibels rather than as it is.",
        "boolean",
        default=True,
    )

    _attribute_docs = {
        "frequencies_": (
            "ndarray of shape (n_frequencies,)",
            "The frequencies of the rows of an image, in Hz.",
        ),
    }

    def _check_parameters(self):
        super()._check_parameters()
        frequencies = self._all_frequencies()
        self._kept = (frequencies >= self.min_frequency) & (
            frequencies <= self._highest()
        )
        if not self._kept.any():
            raise ValueError(
                f"no frequency of window={self.window} s is between min_frequency and "
                "max_frequency; take a longer window or n_fft."
            )
        self.frequencies_ = frequencies[self._kept]

    def _transform(self, x):
        power = self._power(x)[:, self._kept]
        return self._arranged(self._decibels(power) if self.decibels else power)

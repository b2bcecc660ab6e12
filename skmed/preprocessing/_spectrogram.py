"""Spectrograms."""

from skmed._parameters import parameter

from ._spectral import SpectralTransformer, output_parameter


class Spectrogram(SpectralTransformer):
    """Compute spectrograms of signals.

    The power of the short-time Fourier transform, in decibels: images of shape
    (n_samples, frequencies, frames, channels) for :class:`skmed.cnn.CNNClassifier`.
    Row 0 of an image is the lowest frequency.

    See Also
    --------
    LogMelSpectrogram : Frequencies on the mel scale.
    scipy.signal.stft : The short-time Fourier transform.

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
        "Whether the power is converted to decibels.",
        "boolean",
        default=True,
    )

    _attribute_docs = {
        "frequencies_": (
            "ndarray of shape (n_frequencies,)",
            "Frequencies of the rows of an image, in Hz.",
        ),
    }

    def _check_parameters(self):
        super()._check_parameters()
        if not self.decibels and self.floor is not None:
            raise ValueError(
                "floor is for power in decibels and has no effect with decibels=False; "
                "leave floor at None."
            )
        frequencies = self._fft_frequencies()
        self._is_selected = (frequencies >= self.min_frequency) & (
            frequencies <= self._upper_frequency()
        )
        if not self._is_selected.any():
            raise ValueError(
                f"no frequency of window={self.window} s is between min_frequency and "
                "max_frequency; take a longer window or n_fft."
            )
        self.frequencies_ = frequencies[self._is_selected]

    def _transform(self, x):
        power = self._power(x)[:, self._is_selected]
        return self._arrange_axes(self._to_decibels(power) if self.decibels else power)

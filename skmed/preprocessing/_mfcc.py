"""Mel-frequency cepstral coefficients."""

from scipy.fft import dct

from skmed._parameters import parameter

from ._log_mel import _AT_LEAST_ONE, LogMelSpectrogram


class MFCC(LogMelSpectrogram):
    """Compute mel-frequency cepstral coefficients of sound.

    The orthonormal cosine transform (DCT-II) of the log-mel spectrogram. The first
    coefficient is the overall loudness; the next ones describe the spectral envelope
    in increasing detail, mostly independent of the pitch of a voice.

    See Also
    --------
    LogMelSpectrogram : The power in mel bands, for larger networks.

    References
    ----------
    Davis, S. & Mermelstein, P. (1980). Comparison of parametric representations for
    monosyllabic word recognition in continuously spoken sentences. IEEE Transactions
    on Acoustics, Speech, and Signal Processing 28 (4), 357-366.

    Examples
    --------
    >>> import numpy as np
    >>> from skmed.preprocessing import MFCC
    >>> X = np.random.default_rng(0).normal(size=(3, 8000))
    >>> MFCC(sampling_rate=16_000).fit_transform(X).shape
    (3, 48, 13)
    """

    n_mfcc: int = parameter(
        "int", "Number of coefficients, at most `n_mels`.", _AT_LEAST_ONE, default=13
    )

    def _check_parameters(self):
        super()._check_parameters()
        if self.n_mfcc > self.n_mels:
            raise ValueError(
                f"n_mfcc={self.n_mfcc} must be at most n_mels={self.n_mels}; take "
                "fewer coefficients or more bands."
            )

    def _transform(self, x):
        cepstrum = dct(self._log_mel(x), type=2, norm="ortho", axis=1)
        return self._arrange_axes(cepstrum[:, : self.n_mfcc])

"""Base class of transformers that compute short-time Fourier transforms."""

from numbers import Integral, Real

import numpy as np
from scipy.signal import stft
from sklearn.utils._param_validation import Interval, StrOptions

from skmed._parameters import parameter

from ._base import SignalTransformer
from ._sampling import POSITIVE, SamplingParameters, n_steps

# power that counts as silence: -100 dB
_SILENCE = 1e-10


def output_parameter(default):
    """Declare the parameter ``output`` with a default."""
    return parameter(
        "{'image', 'sequence'}",
        """Shape of a transformed signal: 'image' for (frequencies, frames, channels),
        for convolutional networks, or 'sequence' for (frames, channels * frequencies),
        for recurrent ones.""",
        StrOptions({"image", "sequence"}),
        default=default,
    )


class SpectralTransformer(SamplingParameters, SignalTransformer):
    """Base class of transformers that compute short-time Fourier transforms."""

    window: float = parameter(
        "float",
        "Length of a frame in seconds. Frames are weighted by a Hann window.",
        POSITIVE,
        default=0.025,
    )
    step: float = parameter(
        "float",
        "Hop length in seconds, from one frame to the next; at most `window`.",
        POSITIVE,
        default=0.01,
    )
    n_fft: int | None = parameter(
        "int or None",
        """Length of the Fourier transform in time steps. Frames are padded with zeros
        to it, which gives more frequencies. None for the length of a frame.""",
        Interval(Integral, 1, None, closed="left"),
        None,
        default=None,
    )
    min_frequency: float = parameter(
        "float",
        "Lowest frequency in Hz.",
        Interval(Real, 0, None, closed="left"),
        default=0.0,
    )
    max_frequency: float | None = parameter(
        "float or None",
        "Highest frequency in Hz. None for half of the sampling rate.",
        POSITIVE,
        None,
        default=None,
    )
    floor: float | None = parameter(
        "float or None",
        f"""Lower bound of the power before it is converted to decibels, since silence
        has no logarithm. None for {_SILENCE}.""",
        POSITIVE,
        None,
        default=None,
    )

    def _check_parameters(self):
        window, step = self._frame_steps()
        if step > window:
            raise ValueError(
                f"step={self.step} s must be at most window={self.window} s, so that "
                "frames leave nothing out; take a shorter step."
            )
        if self.n_fft is not None and self.n_fft < window:
            raise ValueError(
                f"n_fft={self.n_fft} must be at least the {window} steps of window="
                f"{self.window} s; take a longer transform or a shorter window."
            )
        nyquist = self.sampling_rate / 2
        if self._upper_frequency() > nyquist:
            raise ValueError(
                f"max_frequency={self.max_frequency} Hz must be at most half of the "
                f"sampling rate, {nyquist} Hz; give the signals' own sampling_rate, or "
                "a lower max_frequency."
            )
        if self.min_frequency >= self._upper_frequency():
            raise ValueError(
                f"min_frequency={self.min_frequency} Hz must be below max_frequency="
                f"{self._upper_frequency()} Hz; take a lower one."
            )

    def _upper_frequency(self):
        """Return the highest frequency in Hz."""
        if self.max_frequency is None:
            return self.sampling_rate / 2
        return self.max_frequency

    def _frame_steps(self):
        """Return the length of a frame and the hop length, in time steps."""
        return (
            n_steps(self.window, self.sampling_rate, "window"),
            n_steps(self.step, self.sampling_rate, "step"),
        )

    def _min_length(self):
        return self._frame_steps()[0], "give longer signals or a shorter window"

    def _fft_frequencies(self):
        """Return the frequencies of the Fourier transform, in Hz."""
        n_fft = self.n_fft or self._frame_steps()[0]
        return np.fft.rfftfreq(n_fft, 1 / self.sampling_rate)

    def _power(self, x):
        """Return the power, shape (n_samples, frequencies, channels, frames)."""
        window, step = self._frame_steps()
        _, _, spectrum = stft(
            x,
            fs=self.sampling_rate,
            window="hann",
            nperseg=window,
            noverlap=window - step,
            nfft=self.n_fft,
            boundary=None,
            padded=False,
            axis=1,
        )
        return spectrum.real**2 + spectrum.imag**2

    def _to_decibels(self, power):
        floor = _SILENCE if self.floor is None else self.floor
        return 10 * np.log10(np.maximum(power, floor))

    def _arrange_axes(self, features):
        """Convert (n_samples, features, channels, frames) to the shape of `output`."""
        if self.output == "image":
            return np.ascontiguousarray(features.transpose(0, 1, 3, 2))
        n, n_features, channels, frames = features.shape
        sequences = features.transpose(0, 3, 2, 1)
        return sequences.reshape(n, frames, channels * n_features)

    def _restore_axes(self, x):
        return x  # signals of a table become images or sequences

"""What transformers to frequencies share: frames, power, and the form of the result."""

from numbers import Integral, Real

import numpy as np
from scipy.signal import stft
from sklearn.utils._param_validation import Interval, StrOptions

from skmed._parameters import parameter

from ._base import SignalTransformer
from ._sampling import POSITIVE, Sampled, n_steps


def output_parameter(default):
    """Declare in which form frequencies over time are returned."""
    return parameter(
        "{'image', 'sequence'}",
        """``'image'`` is (frequencies, frames, channels) for each signal, for a
        convolutional network; ``'sequence'`` is (frames, channels * frequencies), for
        a recurrent one.""",
        StrOptions({"image", "sequence"}),
        default=default,
    )


class SpectralTransformer(Sampled, SignalTransformer):
    """Base of what is computed from short-time Fourier transforms."""

    window: float = parameter(
        "float",
        "Length of a frame in seconds, which a Hann window weighs.",
        POSITIVE,
        default=0.025,
    )
    step: float = parameter(
        "float",
        "From one frame to the next, in seconds; at most `window`.",
        POSITIVE,
        default=0.01,
    )
    n_fft: int | None = parameter(
        "int or None",
        """Length of the transform in steps: a frame is padded with zeros to it, so
        that frequencies lie closer together. None for the frame's own.""",
        Interval(Integral, 1, None, closed="left"),
        None,
        default=None,
    )
    min_frequency: float = parameter(
        "float",
        "The lowest frequency, in Hz.",
        Interval(Real, 0, None, closed="left"),
        default=0.0,
    )
    max_frequency: float | None = parameter(
        "float or None",
        "The highest frequency, in Hz. None for half of the sampling rate.",
        POSITIVE,
        None,
        default=None,
    )
    floor: float = parameter(
        "float",
        "In decibels, power below this counts as this: silence has no logarithm.",
        POSITIVE,
        default=1e-10,
    )

    def _check_parameters(self):
        window, step = self._frames()
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
        if self._highest() > nyquist:
            raise ValueError(
                f"max_frequency={self.max_frequency} Hz must be at most half of the "
                f"sampling rate, {nyquist} Hz; give the signals' own sampling_rate, or "
                "a lower max_frequency."
            )
        if self.min_frequency >= self._highest():
            raise ValueError(
                f"min_frequency={self.min_frequency} Hz must be below max_frequency="
                f"{self._highest()} Hz; take a lower one."
            )

    def _highest(self):
        if self.max_frequency is None:
            return self.sampling_rate / 2
        return self.max_frequency

    def _frames(self):
        """Return the length of a frame and the way to the next, in steps."""
        return (
            n_steps(self.window, self.sampling_rate, "window"),
            n_steps(self.step, self.sampling_rate, "step"),
        )

    def _least_length(self):
        return self._frames()[0], "give longer signals or a shorter window"

    def _all_frequencies(self):
        return np.fft.rfftfreq(self.n_fft or self._frames()[0], 1 / self.sampling_rate)

    def _power(self, x):
        """Return the power in each frame, (n, frequencies, channels, frames)."""
        window, step = self._frames()
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

    def _decibels(self, power):
        return 10 * np.log10(np.maximum(power, self.floor))

    def _arranged(self, features):
        """Bring (n, features, channels, frames) into the form that is wanted."""
        if self.output == "image":
            return np.ascontiguousarray(features.transpose(0, 1, 3, 2))
        n, n_features, channels, frames = features.shape
        sequences = features.transpose(0, 3, 2, 1)
        return sequences.reshape(n, frames, channels * n_features)

    def _as_given(self, x):
        return x  # a table of signals becomes images or sequences

"""Base class of filters that are applied forwards and backwards."""

from abc import abstractmethod
from numbers import Real

from scipy.signal import sosfiltfilt
from sklearn.base import OneToOneFeatureMixin
from sklearn.utils._param_validation import Interval

from skmed._parameters import parameter

from ._base import SignalTransformer
from ._sampling import SamplingParameters


class ZeroPhaseFilter(OneToOneFeatureMixin, SamplingParameters, SignalTransformer):
    """Base class of zero-phase filters in second-order sections.

    A subclass designs the filter. It is applied forwards and backwards (Gustafsson,
    1996), so that the phase is not shifted.
    """

    padding: float | None = parameter(
        "float or None",
        """Length in seconds by which a signal is extended at both ends before it is
        filtered, by odd reflection. Signals that are not longer are refused. None for
        three times the number of coefficients. Choose a longer padding for low
        frequencies, and 0 for very short signals.""",
        Interval(Real, 0, None, closed="left"),
        None,
        default=None,
    )

    _attribute_docs = {
        "sos_": (
            "ndarray of shape (n_sections, 6)",
            "Filter as second-order sections, which is applied twice.",
        ),
    }

    @abstractmethod
    def _design_filter(self):
        """Return the filter as second-order sections, shape (n_sections, 6)."""

    def _check_parameters(self):
        self.sos_ = self._design_filter()

    def _check_frequency(self, frequency, name):
        """Raise if a frequency isn't below the Nyquist frequency."""
        if frequency >= self.sampling_rate / 2:
            raise ValueError(
                f"{name}={frequency} Hz must be below half of the sampling rate, "
                f"{self.sampling_rate / 2} Hz; give the signals' own sampling_rate, or "
                f"a lower {name}."
            )

    def _padding_length(self):
        """Return the length of the padding in time steps."""
        if self.padding is None:
            return 3 * (2 * len(self.sos_) + 1)
        return round(self.padding * self.sampling_rate)

    def _min_length(self):
        return self._padding_length() + 1, "give longer signals or a shorter padding"

    def _transform(self, x):
        # scipy needs a writable array, and joblib may have memory-mapped this one
        sos = self.sos_.copy()
        return sosfiltfilt(sos, x, axis=1, padlen=self._padding_length())

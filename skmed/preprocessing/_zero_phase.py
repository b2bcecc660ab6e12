"""What filters share: they run forwards and backwards, so that no wave is delayed."""

from abc import abstractmethod
from numbers import Real

from scipy.signal import sosfiltfilt
from sklearn.base import OneToOneFeatureMixin
from sklearn.utils._param_validation import Interval

from skmed._parameters import parameter

from ._base import SignalTransformer
from ._sampling import Sampled


class ZeroPhaseFilter(OneToOneFeatureMixin, Sampled, SignalTransformer):
    """Base of filters in second-order sections."""

    padding: float | None = parameter(
        "float or None",
        """How much of a signal is mirrored at both of its ends before filtering, in
        seconds; shorter signals are refused. None for three times the number of
        coefficients, as scipy does; longer for slow waves, 0 for very short
        signals.""",
        Interval(Real, 0, None, closed="left"),
        None,
        default=None,
    )

    _attribute_docs = {
        "sos_": (
            "ndarray of shape (n_sections, 6)",
            "The filter, as second-order sections. It is applied twice.",
        ),
    }

    @abstractmethod
    def _design(self):
        """Return the filter as second-order sections."""

    def _check_parameters(self):
        self.sos_ = self._design()

    def _check_frequency(self, frequency, name):
        if frequency >= self.sampling_rate / 2:
            raise ValueError(
                f"{name}={frequency} Hz must be below half of the sampling rate, "
                f"{self.sampling_rate / 2} Hz; give the signals' own sampling_rate, or "
                f"a lower {name}."
            )

    def _padding(self):
        if self.padding is None:
            return 3 * (2 * len(self.sos_) + 1)
        return round(self.padding * self.sampling_rate)

    def _least_length(self):
        return self._padding() + 1, "give longer signals or a shorter padding"

    def _transform(self, x):
        # scipy wants to write to what a memory map of a stored filter forbids
        sos = self.sos_.copy()
        return sosfiltfilt(sos, x, axis=1, padlen=self._padding())

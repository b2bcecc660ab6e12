"""Change the sampling rate."""

from fractions import Fraction

import numpy as np
from scipy.signal import resample_poly
from sklearn.base import ClassNamePrefixFeaturesOutMixin

from skmed._parameters import parameter

from ._base import SignalTransformer
from ._sampling import POSITIVE, Sampled

# the filter that keeps frequencies apart is twenty times as long
_LARGEST = 1000


class Resampler(ClassNamePrefixFeaturesOutMixin, Sampled, SignalTransformer):
    """Change the sampling rate of signals.

    Frequencies that the new rate can't hold are filtered out first, without a delay.
    The ends of a signal are taken to lie on a straight line, so that an offset or a
    drift leaves no trace there. Fewer steps make a network learn faster.

    See Also
    --------
    BandPassFilter : Filters without changing the rate.

    References
    ----------
    Crochiere, R. E. & Rabiner, L. R. (1983). Multirate Digital Signal Processing.
    Prentice-Hall.

    Examples
    --------
    >>> import numpy as np
    >>> from skmed.preprocessing import Resampler
    >>> X = [np.ones((100, 6)), np.ones((50, 6))]
    >>> resampler = Resampler(sampling_rate=50, new_sampling_rate=12.5)
    >>> [x.shape for x in resampler.fit_transform(X)]
    [(25, 6), (13, 6)]
    """

    new_sampling_rate: float = parameter(
        "float",
        f"""Steps per second of what is returned, in Hz. The two rates must be in a
        ratio of whole numbers up to {_LARGEST}.""",
        POSITIVE,
        default=1.0,
    )

    def _check_parameters(self):
        self._ratio()

    def _ratio(self):
        exact = Fraction(float(self.new_sampling_rate)) / Fraction(
            float(self.sampling_rate)
        )
        ratio = exact.limit_denominator(_LARGEST)
        if ratio.numerator > _LARGEST or abs(ratio - exact) > 1e-9 * exact:
            raise ValueError(
                f"new_sampling_rate={self.new_sampling_rate} Hz and sampling_rate="
                f"{self.sampling_rate} Hz aren't in a ratio of whole numbers up to "
                f"{_LARGEST}; give rates that are, such as {float(exact):.2g} times "
                "the sampling rate."
            )
        return ratio

    def _least_length(self):
        return 2, "a single step has no rate"

    def _prepare(self, X):
        self._n_features_out = self.n_features_in_
        if self._of_tables:
            ratio = self._ratio()
            self._n_features_out = int(np.ceil(self.n_features_in_ * ratio))

    def _transform(self, x):
        up, down = self._ratio().as_integer_ratio()
        return resample_poly(x, up, down, axis=1, padtype="line")

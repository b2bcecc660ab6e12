"""Resampling of signals."""

from fractions import Fraction

import numpy as np
from scipy.signal import resample_poly
from sklearn.base import ClassNamePrefixFeaturesOutMixin

from skmed._parameters import parameter

from ._base import SignalTransformer
from ._sampling import POSITIVE, SamplingParameters

# the anti-aliasing filter has twenty times as many coefficients
_MAX_FACTOR = 1000


class Resampler(ClassNamePrefixFeaturesOutMixin, SamplingParameters, SignalTransformer):
    """Change the sampling rate of signals.

    Polyphase resampling with a zero-phase anti-aliasing filter. The line through the
    first and the last time step is subtracted before and added after, so that an
    offset or a drift causes no artefacts at the ends. Fewer time steps make a network
    train faster.

    See Also
    --------
    BandPassFilter : Filter without changing the sampling rate.
    scipy.signal.resample_poly : The function that is applied.

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
        f"""Sampling rate of the returned signals, in Hz. The ratio of the two rates
        must be one of whole numbers up to {_MAX_FACTOR}.""",
        POSITIVE,
        default=1.0,
    )

    def _check_parameters(self):
        self._rate_ratio()

    def _rate_ratio(self):
        """Return the new rate divided by the old one, as a Fraction."""
        exact = Fraction(float(self.new_sampling_rate)) / Fraction(
            float(self.sampling_rate)
        )
        ratio = exact.limit_denominator(_MAX_FACTOR)
        if ratio.numerator > _MAX_FACTOR or abs(ratio - exact) > 1e-9 * exact:
            raise ValueError(
                f"new_sampling_rate={self.new_sampling_rate} Hz and sampling_rate="
                f"{self.sampling_rate} Hz aren't in a ratio of whole numbers up to "
                f"{_MAX_FACTOR}; give rates that are, such as {float(exact):.2g} times "
                "the sampling rate."
            )
        return ratio

    def _min_length(self):
        return 2, "a single step has no rate"

    def _fit_signals(self, X):
        self._n_features_out = self.n_features_in_
        if self._is_table:
            ratio = self._rate_ratio()
            self._n_features_out = int(np.ceil(self.n_features_in_ * ratio))

    def _transform(self, x):
        up, down = self._rate_ratio().as_integer_ratio()
        return resample_poly(x, up, down, axis=1, padtype="line")

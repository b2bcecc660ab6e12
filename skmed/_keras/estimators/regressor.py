"""What regressing adds to a network."""

import numpy as np
from sklearn.base import RegressorMixin, _fit_context
from sklearn.utils._param_validation import StrOptions

from skmed._keras.data.number_targets import NumberTargets
from skmed._parameters import parameter

from .ensemble import Ensemble


class RegressorTask(RegressorMixin, Ensemble):
    """Regress: one or several numbers per row."""

    loss: str = parameter(
        "{'squared_error', 'absolute_error', 'huber', 'poisson'}",
        """What training minimises. 'poisson' is for counts: predictions are
        never negative. For the others the targets are standardised during training, and
        'huber' turns linear at one standard deviation.""",
        StrOptions(set(NumberTargets.losses)),
        default="squared_error",
    )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def _make_targets(self):
        return NumberTargets(self.loss)

    def _set_targets(self, targets):
        self._targets = targets

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y, sample_weight=None):
        """Train one more epoch on a part of the data.

        Parameters
        ----------
        X : array-like
            Part of the rows, as for ``fit``. The first part sets the scale of
            inputs and targets.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Their targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        object
            The estimator itself.
        """
        return self._partial_fit(X, y, sample_weight)

    def predict(self, X):
        """Predict the targets.

        Parameters
        ----------
        X : array-like
            Rows, as for ``fit``.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
            Predictions in the units of y.
        """
        return self._decoded(self._outputs(X))

    def _decoded(self, outputs):
        return self._targets.decode(outputs)

    def sample_y(self, X, n_samples=1, random_state=None):
        """Draw predictions with dropout left on (Monte Carlo dropout).

        The spread over the draws says how sure the network is of a row
        (Gal and Ghahramani, ICML 2016); the noise of y itself isn't part of it.

        Parameters
        ----------
        X : array-like
            Rows, as for ``fit``.
        n_samples : int, default=1
            How many draws.
        random_state : int, RandomState instance or None, default=None
            An int gives the same draws each time.

        Returns
        -------
        ndarray of shape (n_rows, n_samples) or (n_rows, n_targets, n_samples)
            Predictions in the units of y.

        Raises
        ------
        ValueError
            If the network has no dropout.
        """
        outputs = self._draw_outputs(X, n_samples, random_state)
        return np.stack([self._targets.decode(each) for each in outputs], axis=-1)

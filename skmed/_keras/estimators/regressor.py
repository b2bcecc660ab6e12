"""Regressor: what regression adds to a family."""

from numbers import Integral

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.metaestimators import available_if

from skmed._keras.data.number_targets import NumberTargets
from skmed._parameters import parameter

from .base import KerasEstimator
from .ensemble import N_ESTIMATORS_DOC, has_members
from .fitted import FittedAttribute
from .prediction import predict_std, sample


class Regressor(RegressorMixin, KerasEstimator):
    """Regress: one or several numbers per sample."""

    _parameter_group = "task"

    loss: str = parameter(
        "{'squared_error', 'absolute_error', 'huber', 'poisson'}",
        """What training minimises. 'poisson' is for counts: predictions are
        never negative. For the others the targets are standardised during training, and
        'huber' turns linear at one standard deviation.""",
        StrOptions(set(NumberTargets.losses)),
        default="squared_error",
    )
    n_estimators: int = parameter(
        "int",
        N_ESTIMATORS_DOC,
        Interval(Integral, 1, None, closed="left"),
        default=1,
    )

    estimators_ = FittedAttribute(
        "members",
        "list of estimator",
        "The members of an ensemble; only with `n_estimators` > 1. `model_` averages "
        "their models, and `history_` their losses.",
    )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def _make_targets(self, inputs):
        return NumberTargets(self.loss)

    def predict(self, X) -> np.ndarray:
        """Predict the targets.

        Parameters
        ----------
        X : array-like
            Samples, as for ``fit``.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
            Predictions in the units of y.
        """
        outputs = self._outputs(X)
        return self._fitted.targets.decode(outputs)

    @available_if(has_members)
    def predict_std(self, X) -> np.ndarray:
        """Compute the standard deviation of predictions over the ensemble.

        Parameters
        ----------
        X : array-like
            Samples, as for ``fit``.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
            Standard deviation over the members, in the units of y.
        """
        return predict_std(self, X)

    def sample_y(self, X, n_samples=1, random_state=None) -> np.ndarray:
        """Draw predictions with dropout left on (Monte Carlo dropout).

        The spread of the draws is a measure of the network's uncertainty
        (Gal and Ghahramani, ICML 2016); the noise of y itself isn't part of it.

        Parameters
        ----------
        X : array-like
            Samples, as for ``fit``.
        n_samples : int, default=1
            Number of draws.
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
        return sample(self, X, n_samples, random_state)

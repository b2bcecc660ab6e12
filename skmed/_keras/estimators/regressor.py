"""Regressor, the task of regression."""

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
    """Task of regression, for one or several targets.

    A regressor derives from this class and a family, in this order. The family builds
    the features of the network; this class adds the output layer, the loss, the
    standardisation of y and ``predict``.

    See Also
    --------
    Classifier : The task of classification.
    Encoder : The task of encoding.
    KerasEstimator : The base class of a family.

    References
    ----------
    .. [1] Y. Gal and Z. Ghahramani, "Dropout as a Bayesian approximation: Representing
       model uncertainty in deep learning", ICML, 2016.
    .. [2] B. Lakshminarayanan, A. Pritzel and C. Blundell, "Simple and scalable
       predictive uncertainty estimation using deep ensembles", NeurIPS, 2017.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skmed.base import KerasEstimator, Regressor, layers
    >>> class Table(KerasEstimator):
    ...     def _build_features(self, x, inputs):
    ...         return layers.Dense(8, activation="relu")(x)
    >>> class TableRegressor(Regressor, Table):
    ...     pass
    >>> X, y = load_diabetes(return_X_y=True)
    >>> regressor = TableRegressor(epochs=1, random_state=0).fit(X, y)
    >>> regressor.predict(X[:2]).shape
    (2,)
    """

    _parameter_group = "task"

    loss: str = parameter(
        "{'squared_error', 'absolute_error', 'huber', 'poisson'}",
        """Loss that training minimises. 'poisson' is for counts: predictions are
        never negative. With the others targets are standardised during training, so
        that 'huber' becomes linear at one standard deviation.""",
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
            Standard deviations over the members, in the units of y.
        """
        return predict_std(self, X)

    def sample_y(self, X, n_samples=1, random_state=None) -> np.ndarray:
        """Sample predictions with active dropout (Monte Carlo dropout).

        Their spread measures the uncertainty of the network (Gal and Ghahramani, ICML
        2016), without the noise of y.

        Parameters
        ----------
        X : array-like
            Samples, as for ``fit``.
        n_samples : int, default=1
            Number of draws per row of X.
        random_state : int, RandomState instance or None, default=None
            Seed of dropout. An int gives the same draws in every call.

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

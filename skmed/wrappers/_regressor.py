"""A regressor around any Keras model."""

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score

from skmed._keras.compat.scikeras import RegressorTargetEncoder

from ._base import BaseWrapper


class KerasRegressor(RegressorMixin, BaseWrapper):
    """Regress with any Keras model.

    The model comes from a function, whose arguments are parameters of the regressor
    and can be searched, or is given as it is. Models of the same architecture share
    one compiled program, so a grid search builds its graph once.

    See Also
    --------
    KerasClassifier : The same for classes.
    skmed.CNNRegressor : A convolutional network that needs no Keras code.

    References
    ----------
    A. Garcia Badaracco. SciKeras: Scikit-Learn API wrapper for Keras. 2020.

    Examples
    --------
    >>> import keras, numpy as np
    >>> from skmed.wrappers import KerasRegressor
    >>> def linear(meta):
    ...     return keras.Sequential(
    ...         [keras.Input((meta["n_features_in_"],)), keras.layers.Dense(1)]
    ...     )
    >>> X = np.random.default_rng(0).normal(size=(20, 4))
    >>> regressor = KerasRegressor(linear, loss="mse", optimizer__learning_rate=0.1)
    >>> regressor.fit(X, X @ [1, 2, 3, 4]).predict(X).shape
    (20,)
    """

    if TYPE_CHECKING:
        # type checkers don't see that the generated constructor accepts **kwargs
        def __init__(self, model: Any = None, **kwargs: Any) -> None: ...

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    @property
    def target_encoder(self):
        """The transformer of y, unfitted; override it to encode y for the model."""
        return RegressorTargetEncoder()

    # the mixin's score doesn't call scorer
    score = BaseWrapper.score

    @staticmethod
    def scorer(y_true, y_pred, **kwargs) -> float:
        """Return R²; override it for another score.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,) or (n_samples, n_outputs)
            True targets.
        y_pred : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Predicted targets.
        **kwargs : dict
            Parameters that begin with ``score__``, and ``sample_weight``.

        Returns
        -------
        float
            The score.
        """
        return r2_score(y_true, y_pred, **kwargs)

    def _validate_data(self, X=None, y=None, reset=False, y_numeric=True):
        return super()._validate_data(X, y, reset, y_numeric=True)

    def _check_model_compatibility(self, y):
        super()._check_model_compatibility(y)
        if type(self).target_encoder is not KerasRegressor.target_encoder:
            return
        shape = getattr(self.model_, "output_shape", None)
        if isinstance(shape, tuple) and None not in shape[1:]:
            units, expected = int(np.prod(shape[1:])), int(np.prod(y.shape[1:]))
            if units != expected:
                raise ValueError(
                    f"model must give {expected} number(s) per row, as y has; it gives "
                    f"{units}: change the units of its last layer."
                )

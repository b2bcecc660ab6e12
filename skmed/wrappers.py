"""scikeras's wrappers of any Keras model, repaired and fast.

Change ``from scikeras.wrappers import KerasClassifier`` to ``from skmed.wrappers
import KerasClassifier``; ``docs/migrating_from_scikeras.md`` lists every difference.
"""

import numpy as np
from scikeras.utils.transformers import RegressorTargetEncoder
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import column_or_1d
from sklearn.utils._param_validation import StrOptions

from skmed._keras.wrapping.base import KerasWrapper
from skmed._keras.wrapping.docs import documented
from skmed._keras.wrapping.labels import (
    ClassifierLabelEncoder,
    as_probabilities,
    class_weights,
)

__all__ = ["BaseWrapper", "KerasClassifier", "KerasRegressor"]


@documented
class BaseWrapper(KerasWrapper):
    """A Keras model as an estimator of neither kind: a base for transformers.

    Use `KerasClassifier` and `KerasRegressor` where they fit. A subclass of this one
    defines ``_keras_build_fn`` and methods such as ``transform``, and may override
    ``target_encoder`` and ``feature_encoder``.

    See Also
    --------
    KerasClassifier : Classify with any Keras model.
    KerasRegressor : Regress with any Keras model.

    References
    ----------
    A. Garcia Badaracco. SciKeras: Scikit-Learn API wrapper for Keras. 2020.

    Examples
    --------
    >>> import keras, numpy as np
    >>> from skmed.wrappers import BaseWrapper
    >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3)])
    >>> X = np.ones((5, 3))
    >>> BaseWrapper(model, loss="mse").fit(X, X).predict(X).shape
    (5, 3)
    """


@documented
class KerasClassifier(ClassifierMixin, KerasWrapper):
    """Classify with any Keras model.

    The model comes from a function, whose arguments are parameters of the classifier
    and can be searched, or is given as it is. Models of the same architecture share
    one compiled program, so a grid search builds its graph once.

    See Also
    --------
    KerasRegressor : The same for numbers.
    skmed.CNNClassifier : A convolutional network that needs no Keras code.

    References
    ----------
    A. Garcia Badaracco. SciKeras: Scikit-Learn API wrapper for Keras. 2020.

    Examples
    --------
    >>> import keras, numpy as np
    >>> from skmed.wrappers import KerasClassifier
    >>> def mlp(meta, units):
    ...     return keras.Sequential(
    ...         [
    ...             keras.Input((meta["n_features_in_"],)),
    ...             keras.layers.Dense(units, "relu"),
    ...             keras.layers.Dense(meta["n_classes_"], "softmax"),
    ...         ]
    ...     )
    >>> X = np.random.default_rng(0).normal(size=(20, 4))
    >>> y = np.where(X[:, 0] > 0, "ill", "well")
    >>> classifier = KerasClassifier(
    ...     mlp, units=5, loss="sparse_categorical_crossentropy", epochs=2
    ... )
    >>> classifier.fit(X, y).predict_proba(X[:1]).shape
    (1, 2)
    """

    _parameter_constraints = {
        **KerasWrapper._parameter_constraints,
        "class_weight": [dict, list, StrOptions({"balanced"}), None],
    }

    def __init__(
        self,
        model=None,
        *,
        build_fn=None,
        warm_start=False,
        random_state=None,
        optimizer="rmsprop",
        loss=None,
        metrics=None,
        batch_size=None,
        validation_batch_size=None,
        verbose=0,
        callbacks=None,
        validation_split=0.0,
        shuffle=True,
        run_eagerly=False,
        epochs=1,
        class_weight=None,
        **kwargs,
    ):
        super().__init__(
            model,
            build_fn=build_fn,
            warm_start=warm_start,
            random_state=random_state,
            optimizer=optimizer,
            loss=loss,
            metrics=metrics,
            batch_size=batch_size,
            validation_batch_size=validation_batch_size,
            verbose=verbose,
            callbacks=callbacks,
            validation_split=validation_split,
            shuffle=shuffle,
            run_eagerly=run_eagerly,
            epochs=epochs,
            **kwargs,
        )
        self.class_weight = class_weight

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    # class_weight is turned into weights of rows, which every path knows
    @property
    def _fit_kwargs(self):
        return KerasWrapper._fit_kwargs - {"class_weight"}

    @property
    def target_encoder(self):
        """The transformer of y, unfitted; override it for targets of another form."""
        categories = "auto" if self.classes_ is None else [self.classes_]
        return ClassifierLabelEncoder(loss=self.loss, categories=categories)

    # not the mixin's, which doesn't ask scorer
    score = KerasWrapper.score

    @staticmethod
    def scorer(y_true, y_pred, **kwargs):
        """Return the accuracy; override it to score otherwise.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,) or (n_samples, n_labels)
            True labels.
        y_pred : array-like of shape (n_samples,) or (n_samples, n_labels)
            Predicted labels.
        **kwargs : dict
            Parameters beginning with ``score__``, and ``sample_weight``.

        Returns
        -------
        float
            The score.
        """
        return accuracy_score(y_true, y_pred, **kwargs)

    def _initialize(self, X, y=None):
        self.classes_ = vars(self).pop("_classes", None)
        return super()._initialize(X, y)

    def _type_of_target(self, y):
        kind = super()._type_of_target(y)
        if kind == "binary" and self.classes_ is not None:
            # a part of the rows may lack classes
            return super()._type_of_target(self.classes_)
        return kind

    def _check_y(self, y, y_numeric):
        y = super()._check_y(y, y_numeric)
        ours = type(self).target_encoder is KerasClassifier.target_encoder
        return column_or_1d(y, warn=True) if ours and y.shape[1:] == (1,) else y

    def _weigh(self, y, weight):
        return class_weights(self.class_weight, y, weight)

    def partial_fit(self, X, y, classes=None, sample_weight=None, **kwargs):
        """Train for one more epoch.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Training rows.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Labels.
        classes : array-like of shape (n_classes,), default=None
            All labels that will ever come; only the first call needs them, where its
            y doesn't hold all.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows; a weight of zero leaves a row out.
        **kwargs : dict
            Arguments of ``Model.fit`` for this call only.

        Returns
        -------
        object
            The estimator itself.
        """
        if classes is not None and not self.initialized_:
            self._classes = np.unique(classes)
        try:
            return super().partial_fit(X, y, sample_weight=sample_weight, **kwargs)
        finally:
            vars(self).pop("_classes", None)

    def predict_proba(self, X, **kwargs):
        """Predict the probability of each class.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Rows, as for ``fit``.
        **kwargs : dict
            Arguments of ``Model.predict`` for this call only.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities, columns in the order of ``classes_``.
        """
        outputs = self._predict_raw(X, **kwargs)
        found = self.target_encoder_.inverse_transform(outputs, return_proba=True)
        if isinstance(found, np.ndarray) and found.ndim == 1:
            # scikeras's own encoders lose an axis where there is one row
            return found.reshape(len(outputs), -1)
        return found

    def _predict_raw(self, X, **kwargs):
        outputs = super()._predict_raw(X, **kwargs)
        return as_probabilities(
            outputs, self.model_.loss if self.model_.compiled else None
        )


@documented
class KerasRegressor(RegressorMixin, KerasWrapper):
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

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    @property
    def target_encoder(self):
        """The transformer of y, unfitted; override it for targets of another form."""
        return RegressorTargetEncoder()

    # not the mixin's, which doesn't ask scorer
    score = KerasWrapper.score

    @staticmethod
    def scorer(y_true, y_pred, **kwargs):
        """Return the coefficient of determination; override it to score otherwise.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,) or (n_samples, n_outputs)
            True targets.
        y_pred : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Predicted targets.
        **kwargs : dict
            Parameters beginning with ``score__``, and ``sample_weight``.

        Returns
        -------
        float
            The score.
        """
        return r2_score(y_true, y_pred, **kwargs)

    def _check_y(self, y, y_numeric):
        return super()._check_y(y, y_numeric=True)

    def _check_model_compatibility(self, y):
        super()._check_model_compatibility(y)
        shape = getattr(self.model_, "output_shape", None)
        if type(self).target_encoder is not KerasRegressor.target_encoder:
            return
        if isinstance(shape, tuple) and None not in shape[1:]:
            units, expected = int(np.prod(shape[1:])), int(np.prod(y.shape[1:]))
            if units != expected:
                raise ValueError(
                    f"model must give {expected} number(s) per row, as y has; it gives "
                    f"{units}: change the units of its last layer."
                )

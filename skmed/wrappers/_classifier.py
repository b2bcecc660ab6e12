"""A classifier around any Keras model."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils import column_or_1d
from sklearn.utils._param_validation import StrOptions

from skmed._keras.data.class_weight import apply_label_weight
from skmed._keras.wrapping.data_validation import check_y
from skmed._keras.wrapping.labels import ClassifierLabelEncoder, to_probabilities
from skmed._parameters import parameter

from ._base import BaseWrapper


class KerasClassifier(ClassifierMixin, BaseWrapper):
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

    _parameter_group = "task"

    class_weight: Any = parameter(
        "dict, list of dict, 'balanced' or None",
        "Weights of the classes, multiplied with `sample_weight`.",
        *(dict, list, StrOptions({"balanced"}), None),
        default=None,
    )

    _attribute_docs: ClassVar = {
        "classes_": ("ndarray of shape (n_classes,)", "The class labels."),
        "n_classes_": ("int", "Number of classes."),
    }

    if TYPE_CHECKING:
        # type checkers don't see that the generated constructor accepts **kwargs
        def __init__(self, model: Any = None, **kwargs: Any) -> None: ...

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    # class_weight becomes sample weights, and isn't passed to Model.fit
    @property
    def _fit_kwargs(self):
        return BaseWrapper._fit_kwargs - {"class_weight"}

    @property
    def target_encoder(self):
        """The transformer of y, unfitted; override it to encode y for the model."""
        categories = "auto" if self.classes_ is None else [self.classes_]
        return ClassifierLabelEncoder(loss=self.loss, categories=categories)

    # the mixin's score doesn't call scorer
    score = BaseWrapper.score

    @staticmethod
    def scorer(y_true, y_pred, **kwargs) -> float:
        """Return the accuracy; override it for another score.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,) or (n_samples, n_labels)
            True labels.
        y_pred : array-like of shape (n_samples,) or (n_samples, n_labels)
            Predicted labels.
        **kwargs : dict
            Parameters that begin with ``score__``, and ``sample_weight``.

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
            # the samples of a partial_fit may lack classes
            return super()._type_of_target(self.classes_)
        return kind

    def _validate_data(self, X=None, y=None, reset=False, y_numeric=False):
        if y is not None:
            y = check_y(y)
            is_default = type(self).target_encoder is KerasClassifier.target_encoder
            y = column_or_1d(y, warn=True) if is_default and y.shape[1:] == (1,) else y
        return super()._validate_data(X, y, reset, y_numeric)

    def _apply_class_weight(self, y, sample_weight):
        return apply_label_weight(y, self.class_weight, sample_weight, self.classes_)

    def partial_fit(self, X, y, classes=None, sample_weight=None, **kwargs) -> Self:
        """Train for one more epoch.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Training samples.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Labels.
        classes : array-like of shape (n_classes,), default=None
            All classes of all calls. Needed in the first call if its y lacks some.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights. Samples with a weight of zero are dropped.
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

    def predict_proba(self, X, **kwargs) -> np.ndarray:
        """Predict the probability of each class.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Samples, as for ``fit``.
        **kwargs : dict
            Arguments of ``Model.predict`` for this call only.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities, columns in the order of ``classes_``.
        """
        outputs = self._predict_raw(X, **kwargs)
        proba = self.target_encoder_.inverse_transform(outputs, return_proba=True)
        if isinstance(proba, np.ndarray) and proba.ndim == 1:
            # scikeras's own encoders squeeze the probabilities of one sample
            return proba.reshape(len(outputs), -1)
        return proba

    def _predict_raw(self, X, **kwargs):
        outputs = super()._predict_raw(X, **kwargs)
        loss = self.model_.loss if self.model_.compiled else None
        return to_probabilities(outputs, loss)

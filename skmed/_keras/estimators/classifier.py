"""Classifier, the task of classification."""

from numbers import Integral, Real
from typing import Self

import numpy as np
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.metaestimators import available_if

from skmed._keras.data.class_targets import ClassTargets
from skmed._parameters import parameter

from .base import KerasEstimator
from .ensemble import N_ESTIMATORS_DOC, has_members
from .fitted import FittedAttribute
from .fitting import FitArguments
from .prediction import predict_std, sample


class Classifier(ClassifierMixin, KerasEstimator):
    """Task of classification, for labels of any kind or a multilabel indicator.

    A classifier derives from this class and a family, in this order. The family builds
    the features of the network; this class adds the output layer, the loss, ``predict``
    and ``predict_proba``.

    See Also
    --------
    Regressor : The task of regression.
    Encoder : The task of encoding.
    KerasEstimator : The base class of a family.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, "Focal loss for dense
       object detection", ICCV, 2017.
    .. [2] C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens and Z. Wojna, "Rethinking the
       Inception architecture for computer vision", CVPR, 2016.
    .. [3] Y. Gal and Z. Ghahramani, "Dropout as a Bayesian approximation: Representing
       model uncertainty in deep learning", ICML, 2016.
    .. [4] B. Lakshminarayanan, A. Pritzel and C. Blundell, "Simple and scalable
       predictive uncertainty estimation using deep ensembles", NeurIPS, 2017.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skmed.base import Classifier, KerasEstimator, layers
    >>> class Table(KerasEstimator):
    ...     def _build_features(self, x, inputs):
    ...         return layers.Dense(8, activation="relu")(x)
    >>> class TableClassifier(Classifier, Table):
    ...     pass
    >>> X, y = load_iris(return_X_y=True)
    >>> classifier = TableClassifier(epochs=1, random_state=0).fit(X, y)
    >>> classifier.predict_proba(X[:2]).shape
    (2, 3)
    """

    _parameter_group = "task"

    loss: str = parameter(
        "{'log_loss', 'focal'}",
        """Loss that training minimises. The focal loss (Lin et al., 2017) gives less
        weight to samples that are already classified well.""",
        StrOptions(set(ClassTargets.losses)),
        default="log_loss",
    )
    class_weight: dict | str | list | None = parameter(
        "dict, 'balanced', list of dict or None",
        """Weights of the classes, multiplied with `sample_weight`. 'balanced'
        weights them inversely to their frequency. For a multilabel y, a list with
        one dict ``{0: ..., 1: ...}`` per label, whose weights are multiplied.""",
        dict,
        list,
        StrOptions({"balanced"}),
        None,
        default=None,
    )
    label_smoothing: float = parameter(
        "float",
        """Fraction of each label that training spreads evenly over all classes
        (Szegedy et al., 2016). `history_` has the loss of the smoothed labels.""",
        Interval(Real, 0, 1, closed="left"),
        default=0.0,
    )
    n_estimators: int = parameter(
        "int",
        N_ESTIMATORS_DOC,
        Interval(Integral, 1, None, closed="left"),
        default=1,
    )

    classes_ = FittedAttribute(
        "targets.classes",
        "ndarray of shape (n_classes,)",
        "The labels; for a multilabel y, the indices of its columns.",
    )
    estimators_ = FittedAttribute(
        "members",
        "list of estimator",
        "The members of an ensemble; only with `n_estimators` > 1. `model_` averages "
        "their models, and `history_` their losses.",
    )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def _make_targets(self, inputs):
        augmentation = self._make_augmentation(inputs)
        return ClassTargets(
            self.loss,
            self.class_weight,
            self.label_smoothing,
            soft=augmentation is not None and augmentation.mixes,
        )

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y, classes=None, sample_weight=None) -> Self:
        """Train for one epoch on the given samples.

        Parameters
        ----------
        X : array-like
            Samples, as for ``fit``.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Labels.
        classes : array-like of shape (n_classes,), default=None
            All labels that will ever occur; required in the first call.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights.

        Returns
        -------
        object
            The fitted estimator itself.
        """
        if classes is None and self._fitted is None:
            raise ValueError(
                "classes must be passed on the first call to partial_fit: the list of "
                "all labels that will ever come."
            )
        arguments = FitArguments(X, y, sample_weight, partial=True, classes=classes)
        return self._fit(arguments, self._fitted)

    def predict_proba(self, X) -> np.ndarray:
        """Predict the probability of each class.

        Parameters
        ----------
        X : array-like
            Samples, as for ``fit``.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities, in the order of ``classes_``.
        """
        return self._outputs(X)

    def predict(self, X) -> np.ndarray:
        """Predict the most probable class, or all labels of probability above 0.5.

        Parameters
        ----------
        X : array-like
            Samples, as for ``fit``.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_labels)
            Predicted labels.
        """
        probabilities = self.predict_proba(X)
        return self._fitted.targets.labels(probabilities)

    @available_if(has_members)
    def predict_std(self, X) -> np.ndarray:
        """Compute the standard deviation of probabilities over the ensemble.

        Parameters
        ----------
        X : array-like
            Samples, as for ``fit``.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Standard deviations over the members, in the order of ``classes_``.
        """
        return predict_std(self, X)

    def sample_proba(self, X, n_samples=1, random_state=None) -> np.ndarray:
        """Sample probabilities with active dropout (Monte Carlo dropout).

        Their spread measures the uncertainty of the network (Gal and Ghahramani, ICML
        2016).

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
        ndarray of shape (n_rows, n_classes, n_samples)
            Probabilities; the second axis is in the order of ``classes_``.

        Raises
        ------
        ValueError
            If the network has no dropout.
        """
        return sample(self, X, n_samples, random_state)

"""What classifying adds to a network."""

from numbers import Real

import numpy as np
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils._param_validation import Interval, StrOptions

from skmed._keras.data.class_targets import ClassTargets
from skmed._keras.data.class_weight import apply_class_weight
from skmed._parameters import parameter

from .ensemble import Ensemble


class ClassifierTask(ClassifierMixin, Ensemble):
    """Classify: labels of any kind, or a multilabel indicator."""

    loss: str = parameter(
        "{'cross_entropy', 'focal'}",
        """What training minimises. The focal loss (Lin et al., 2017) gives less
        weight to rows that are already classified well.""",
        StrOptions(set(ClassTargets.losses)),
        default="cross_entropy",
    )
    class_weight: dict | str | list | None = parameter(
        "dict, 'balanced', list of dict or None",
        """Weights of the classes, multiplied with `sample_weight`. 'balanced'
        weighs them inversely to their frequency. For a multilabel y, a list with
        one dict ``{0: ..., 1: ...}`` per label, whose weights are multiplied.""",
        dict,
        list,
        StrOptions({"balanced"}),
        None,
        default=None,
    )
    label_smoothing: float = parameter(
        "float",
        """Part of each label's certainty that training spreads evenly over all classes
        (Szegedy et al., 2016). `loss` and `history_` are of the smoothed labels.""",
        Interval(Real, 0, 1, closed="left"),
        default=0.0,
    )

    _attribute_docs = {
        "classes_": (
            "ndarray of shape (n_classes,)",
            "The labels; for a multilabel y, the numbers of its columns.",
        )
    }

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def _make_targets(self):
        return ClassTargets(self.label_smoothing, soft=self._mixes())

    def _set_targets(self, targets):
        self._targets = targets
        self.classes_ = targets.classes

    def _weigh(self, rows):
        weight = apply_class_weight(
            self._targets, rows.y, self.class_weight, rows.weight
        )
        return rows.weighted(weight)

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Train one more epoch on a part of the data.

        Parameters
        ----------
        X : array-like
            Part of the rows, as for ``fit``.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Their labels.
        classes : array-like of shape (n_classes,), default=None
            All labels that will ever come; the first call needs them.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        object
            The estimator itself.
        """
        if classes is None and not hasattr(self, "classes_"):
            raise ValueError(
                "classes must be passed on the first call to partial_fit: the list of "
                "all labels that will ever come."
            )
        return self._partial_fit(X, y, sample_weight, classes=classes)

    def predict_proba(self, X):
        """Predict the probability of each class.

        Parameters
        ----------
        X : array-like
            Rows, as for ``fit``.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities, columns in the order of ``classes_``.
        """
        return self._outputs(X)

    def predict(self, X):
        """Predict the most probable class, or each label above one half.

        Parameters
        ----------
        X : array-like
            Rows, as for ``fit``.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_labels)
            Labels.
        """
        probabilities = self.predict_proba(X)
        if self._targets.multilabel:
            return (probabilities > 0.5).astype(self._targets.dtype)
        return self.classes_[probabilities.argmax(axis=1)]

    def sample_proba(self, X, n_samples=1, random_state=None):
        """Draw probabilities with dropout left on (Monte Carlo dropout).

        The spread over the draws says how sure the network is of a row
        (Gal and Ghahramani, ICML 2016).

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
        ndarray of shape (n_rows, n_classes, n_samples)
            Probabilities, classes in the order of ``classes_``.

        Raises
        ------
        ValueError
            If the network has no dropout.
        """
        return np.stack([*self._draw_outputs(X, n_samples, random_state)], axis=-1)

"""Labels on their way to a wrapped model, and its outputs on their way back."""

import keras
import numpy as np
import scipy.special
from scikeras.utils.transformers import ClassifierLabelEncoder as LabelEncoder
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import type_of_target

from skmed._keras.data.class_targets import ClassTargets

_ONE_HOT = {
    keras.losses.CategoricalCrossentropy: "categorical_crossentropy",
    keras.losses.CategoricalFocalCrossentropy: "categorical_focal_crossentropy",
    keras.losses.CategoricalHinge: "categorical_hinge",
}


def wants_one_hot(loss):
    """Tell whether a loss compares with one column per class.

    Parameters
    ----------
    loss : str, keras.Loss, type or callable
        What the wrapper was given.

    Returns
    -------
    bool
        True for the categorical losses, by name, class, instance or function.
    """
    if isinstance(loss, keras.Loss):
        return isinstance(loss, tuple(_ONE_HOT))
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", None)
    return name in {"cce", *_ONE_HOT.values(), *(cls.__name__ for cls in _ONE_HOT)}


class ClassifierLabelEncoder(LabelEncoder):
    """Labels to numbers or columns, and outputs back to labels or probabilities.

    Unlike scikeras's, it knows every categorical loss, also with two classes, and
    keeps the probabilities of one row in two dimensions.

    Parameters
    ----------
    loss : str, keras.Loss, type, callable or None
        The wrapper's loss: the categorical ones compare with one column per class.
    categories : "auto" or list of ndarray
        All labels, where they are known beforehand.
    """

    def fit(self, y):
        """Learn the labels."""
        kind = type_of_target(y)
        if kind == "unknown" or kind.startswith("continuous") or y.dtype.kind == "S":
            ClassTargets.check(y)
        if self.categories == "auto" and y.ndim == 1 and len(np.unique(y)) < 2:
            raise ValueError(
                f"y has one class only, {y[0]!r}; give rows of at least two classes "
                "(partial_fit: list all in classes=)."
            )
        self._one_hot = wants_one_hot(self.loss)
        given = self.loss
        # by its name scikeras knows the loss in every form
        self.loss = "categorical_crossentropy" if self._one_hot else None
        try:
            return super().fit(y)
        finally:
            self.loss = given

    def _type_of_target(self, y):
        kind = super()._type_of_target(y)
        # two columns are two classes like any other number
        return "multiclass" if kind == "binary" and self._one_hot else kind

    def inverse_transform(self, y, return_proba=False):
        """Turn the model's outputs into labels, or into probabilities."""
        if return_proba:
            alone = self._target_type == "binary" and self.n_classes_ == 2
            if alone and (y.ndim == 1 or y.shape[1] == 1):
                return np.column_stack([1 - y, y])
            return y
        given = self.loss
        self.loss = "categorical_crossentropy" if self._one_hot else None
        try:
            return super().inverse_transform(y)
        finally:
            self.loss = given


def class_weights(class_weight, y, weight):
    """Multiply weights of rows by those of their classes.

    Parameters
    ----------
    class_weight : dict, list of dict, "balanced" or None
        As in scikit-learn.
    y : ndarray
        Labels.
    weight : ndarray of shape (n_samples,) or None
        Weights of the rows; "balanced" counts with them. Not changed.

    Returns
    -------
    ndarray of shape (n_samples,) or None
        The product.
    """
    if class_weight is None:
        return weight
    weight = np.ones(len(y)) if weight is None else weight
    if class_weight == "balanced" and y.ndim == 1:
        _, codes = np.unique(y, return_inverse=True)
        counts = np.bincount(codes, weight)
        return weight * (weight.sum() / (len(counts) * counts))[codes]
    return weight * compute_sample_weight(class_weight, y)


def as_probabilities(outputs, loss):
    """Turn logits into probabilities where the loss says that they are logits."""
    if isinstance(loss, list | tuple) and len(loss) == 1:
        loss = loss[0]
    if not getattr(loss, "from_logits", False) or not isinstance(outputs, np.ndarray):
        return outputs
    binary = keras.losses.BinaryCrossentropy | keras.losses.BinaryFocalCrossentropy
    if isinstance(loss, binary):
        return scipy.special.expit(outputs)
    return scipy.special.softmax(outputs, axis=-1)

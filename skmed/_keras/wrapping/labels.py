"""Encoding of labels for a wrapped model, and decoding of its outputs."""

import keras
import numpy as np
import scipy.special
from sklearn.utils.multiclass import type_of_target

from skmed._keras.compat import scikeras
from skmed._keras.data.class_targets import ClassTargets

_CATEGORICAL = {
    keras.losses.CategoricalCrossentropy: "categorical_crossentropy",
    keras.losses.CategoricalFocalCrossentropy: "categorical_focal_crossentropy",
    keras.losses.CategoricalHinge: "categorical_hinge",
}


def is_categorical(loss):
    """Return whether a loss takes one-hot targets.

    Parameters
    ----------
    loss : str, keras.Loss, type or callable
        The loss that the wrapper was given.

    Returns
    -------
    bool
        True for the categorical losses, by name, class, instance or function.
    """
    if isinstance(loss, keras.Loss):
        return isinstance(loss, tuple(_CATEGORICAL))
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", None)
    names = (*_CATEGORICAL.values(), *(cls.__name__ for cls in _CATEGORICAL))
    return name in ("cce", *names)


class ClassifierLabelEncoder(scikeras.ClassifierLabelEncoder):
    """Encode labels as integers or one-hot, and decode outputs.

    Unlike scikeras's encoder, it one-hot encodes for all categorical losses, also with
    two classes, and returns the probabilities of a single sample in two dimensions.

    Parameters
    ----------
    loss : str, keras.Loss, type, callable or None
        The wrapper's loss: the categorical ones take one-hot targets.
    categories : "auto" or list of ndarray
        All labels, if they are known beforehand.
    """

    def fit(self, y):
        """Learn the labels."""
        kind = type_of_target(y)
        if kind == "unknown" or kind.startswith("continuous") or y.dtype.kind == "S":
            ClassTargets.check(y)
        if self.categories == "auto" and y.ndim == 1 and len(np.unique(y)) < 2:
            raise ValueError(
                f"y has one class only, {y[0]!r}; give samples of at least two classes "
                "(partial_fit: list all in classes=)."
            )
        self._one_hot = is_categorical(self.loss)
        given = self.loss
        # scikeras recognizes one categorical loss, by this name
        self.loss = "categorical_crossentropy" if self._one_hot else None
        try:
            return super().fit(y)
        finally:
            self.loss = given

    def _type_of_target(self, y):
        kind = super()._type_of_target(y)
        # scikeras one-hot encodes multiclass targets only
        return "multiclass" if kind == "binary" and self._one_hot else kind

    def inverse_transform(self, y, return_proba=False):
        """Return the labels, or the probabilities, of the outputs of a model."""
        if return_proba:
            is_binary = self._target_type == "binary" and self.n_classes_ == 2
            if is_binary and (y.ndim == 1 or y.shape[1] == 1):
                return np.column_stack([1 - y, y])
            return y
        given = self.loss
        self.loss = "categorical_crossentropy" if self._one_hot else None
        try:
            return super().inverse_transform(y)
        finally:
            self.loss = given


def to_probabilities(outputs, loss):
    """Convert logits to probabilities if the loss has ``from_logits=True``.

    Parameters
    ----------
    outputs : ndarray of shape (n_samples, n_outputs), or list of them
        Outputs of a model. Lists are returned as they are.
    loss : object
        The loss with which the model was compiled.

    Returns
    -------
    ndarray of shape (n_samples, n_outputs), or list of them
        Probabilities.
    """
    if isinstance(loss, list | tuple) and len(loss) == 1:
        loss = loss[0]
    if not getattr(loss, "from_logits", False) or not isinstance(outputs, np.ndarray):
        return outputs
    binary = keras.losses.BinaryCrossentropy | keras.losses.BinaryFocalCrossentropy
    if isinstance(loss, binary):
        return scipy.special.expit(outputs)
    return scipy.special.softmax(outputs, axis=-1)

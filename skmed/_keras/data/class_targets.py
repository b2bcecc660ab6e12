"""Targets of classification: labels, or a multilabel indicator."""

import keras
import numpy as np
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import type_of_target

from skmed._validation.targets import check_targets, format_labels

from .class_weight import apply_class_weight
from .targets import REDUCTION, Targets, output_layer


class ClassTargets(Targets):
    """Targets of classification: labels, or a multilabel indicator.

    Parameters
    ----------
    loss : str
        One of ``losses``.
    class_weight : dict, list of dict, "balanced" or None
        Weights of the classes.
    label_smoothing : float
        Fraction of each label that is spread evenly over the classes.
    soft : bool
        Whether targets are probabilities, as mixup makes them.

    Attributes
    ----------
    classes : ndarray of shape (n_classes,)
        The labels; for a multilabel y, the indices of its columns.
    multilabel : bool
        Whether y is a multilabel indicator.
    """

    kind = "classes"
    losses = ("log_loss", "focal")

    def __init__(self, loss, class_weight=None, label_smoothing=0.0, soft=False):
        self.loss = loss
        self.class_weight = class_weight
        self.label_smoothing = label_smoothing
        # smoothed labels are probabilities too
        self.soft = soft or label_smoothing > 0

    def fit(self, y, weight, classes=None):
        """Learn the labels; sample weights are ignored."""
        self.multilabel = type_of_target(y).startswith("multilabel")
        if self.multilabel:
            self.classes = np.arange(y.shape[1])
            self.dtype = np.int64
        else:
            y = self._column(y)
            self.classes = (
                np.unique(y) if classes is None else _check_class_list(classes)
            )
            self.dtype = self.classes.dtype
        if len(self.classes) < 2:
            raise ValueError(
                f"y has one class only, {self.classes.tolist()[0]!r} (in rows with a "
                "weight above zero); give rows of at least two classes."
            )
        if classes is not None:
            self.check_classes(classes)
            self.check_known(y)
        return self

    @staticmethod
    def check(y, name="y"):
        """Raise if y is not a classification target."""
        if y.dtype.kind == "S":
            raise ValueError(f"{name} holds bytes; convert it to text or integers.")
        kind = type_of_target(y)
        if kind == "unknown":
            raise ValueError(
                f"Unknown label type: {name} holds objects; convert it to text or "
                "integers, and leave out rows without a label."
            )
        if kind.startswith("continuous"):
            raise ValueError(
                f"Unknown label type: {name} is {kind}, not classes; learn numbers "
                "with a regressor (an encoder: objective='regression'), or bin them."
            )
        if kind == "multiclass-multioutput":
            raise ValueError(
                f"{name} has several columns with more than two classes each; fit one "
                "classifier per column with sklearn.multioutput.MultiOutputClassifier."
            )
        if kind == "multilabel-indicator" and not np.isin(y, (0, 1)).all():
            raise ValueError(
                f"{name} has several columns, which must hold 0 and 1 only: an "
                "indicator of labels."
            )

    def check_classes(self, classes):
        """Raise if ``classes`` given to partial_fit are not those learned."""
        given = _check_class_list(classes)
        if not np.array_equal(given, self.classes):
            raise ValueError(
                f"classes must be {format_labels(self.classes)}, "
                + ("the columns of y" if self.multilabel else "as in the first call")
                + f"; got {format_labels(given)}; leave classes out, or fit anew."
            )

    def check_known(self, y):
        """Raise if y has labels other than those learned."""
        self.codes(y)

    def codes(self, y):
        """Return the index of each label in ``classes``, or the indicator."""
        if self.multilabel:
            if y.ndim != 2 or y.shape[1] != len(self.classes):
                raise ValueError(
                    f"y must be an indicator of shape (n, {len(self.classes)}) as in "
                    f"the first fit; got shape {y.shape}."
                )
            return y.astype(np.int64, copy=False)
        y = self._column(y)
        if _is_text(y) == _is_text(self.classes):
            codes = np.searchsorted(self.classes, y)
            codes = np.minimum(codes, len(self.classes) - 1)
            unknown = y[self.classes[codes] != y]
        else:
            unknown = y
        if len(unknown):
            raise ValueError(
                f"y has the labels {format_labels(np.unique(unknown))}, which are not "
                f"among the classes {format_labels(self.classes)}; leave those rows "
                "out, or fit anew with all labels (partial_fit: list them in classes=)."
            )
        return codes

    @staticmethod
    def _column(y):
        return column_or_1d(y, warn=True)

    def weights(self, y, weight):
        """Return the weights of samples times those of their classes."""
        if self.class_weight is None:
            return weight
        return apply_class_weight(self, y, self.class_weight, weight)

    def encode(self, y, dtype):
        """Return codes, or an indicator if the loss needs one."""
        codes = self.codes(y)
        if self.multilabel:
            indicator = codes.astype(dtype)
        elif self.soft or self.loss == "focal":
            indicator = np.eye(len(self.classes), dtype=dtype)[codes]
        else:
            return codes.astype(np.int32)
        return smooth_labels(indicator, self.label_smoothing, self.multilabel)

    def output(self, features, x, precision):
        """Return the output layer: probabilities."""
        activation = "sigmoid" if self.multilabel else "softmax"
        return output_layer(features, len(self.classes), activation, precision)

    def labels(self, probabilities):
        """Return the most probable classes, or labels of probability above 0.5."""
        if self.multilabel:
            return (probabilities > 0.5).astype(self.dtype)
        return self.classes[probabilities.argmax(axis=1)]

    def keras_loss(self, dtype):
        """Return the Keras loss, computed in ``dtype``."""
        losses = {
            ("log_loss", False): keras.losses.SparseCategoricalCrossentropy,
            ("log_loss", True): keras.losses.BinaryCrossentropy,
            ("focal", False): keras.losses.CategoricalFocalCrossentropy,
            ("focal", True): keras.losses.BinaryFocalCrossentropy,
        }
        kind = losses[self.loss, self.multilabel]
        if self.soft and kind is keras.losses.SparseCategoricalCrossentropy:
            kind = keras.losses.CategoricalCrossentropy
        return kind(reduction=REDUCTION, dtype=dtype)

    def strata(self, y):
        """Return the classes by which a split is stratified, or None."""
        return None if self.multilabel else self.codes(y)


def _is_text(labels):
    # `check` accepts no objects except str
    return labels.dtype.kind in "OUS"


def _check_class_list(classes):
    """Validate the argument ``classes``; return its labels sorted."""
    classes = check_targets(classes, "classes")
    if classes.ndim == 1 and len(classes) > 1:
        ClassTargets.check(classes, "classes")
        classes = np.unique(classes)
    if classes.ndim != 1 or len(classes) < 2:
        raise ValueError(
            "classes must be the list of all labels that will ever come, at least two; "
            f"got {classes.tolist()!r}."
        )
    return classes


def smooth_labels(indicator, amount, multilabel):
    """Smooth labels (Szegedy et al., 2016), as Keras's losses do.

    Parameters
    ----------
    indicator : ndarray of shape (n_samples, n_classes)
        Ones and zeros.
    amount : float
        Fraction of each label that is spread evenly over the classes.
    multilabel : bool
        Whether each column is a label with two classes.

    Returns
    -------
    ndarray of shape (n_samples, n_classes)
        Smoothed labels.
    """
    if not amount:
        return indicator
    n_classes = 2 if multilabel else indicator.shape[1]
    return indicator * (1.0 - amount) + amount / n_classes

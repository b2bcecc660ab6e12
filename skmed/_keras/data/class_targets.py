"""Classes: labels of any kind, or a multilabel indicator."""

import keras
import numpy as np
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import type_of_target

from .checks import check_targets
from .label_smoothing import smooth
from .targets import REDUCTION, Targets, output_layer


class ClassTargets(Targets):
    """Labels of any kind, or a multilabel indicator."""

    kind = "classes"
    losses = ("cross_entropy", "focal")

    def __init__(self, label_smoothing=0.0, soft=False):
        self.label_smoothing = label_smoothing
        # whether a row may belong to several classes, each a part
        self.soft = soft or label_smoothing > 0

    def fit(self, y, weight, classes=None):
        """Learn the labels; the weights don't matter for that."""
        self.multilabel = type_of_target(y).startswith("multilabel")
        if self.multilabel:
            self.classes = np.arange(y.shape[1])
            self.dtype = np.int64
        else:
            y = self._column(y)
            self.classes = np.unique(y) if classes is None else _listed(classes)
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
        """Refuse what isn't a classification target."""
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
        """Refuse ``classes=`` of a partial_fit that aren't those learned."""
        if not np.array_equal(_listed(classes), self.classes):
            raise ValueError(
                f"classes must be {some_of(self.classes)}, "
                + ("the columns of y" if self.multilabel else "as in the first call")
                + f"; got {some_of(_listed(classes))}; leave classes out, or fit anew."
            )

    def check_known(self, y):
        """Refuse labels other than those learned."""
        self.codes(y)

    def codes(self, y):
        """Return the position of each label among the classes, or the indicator."""
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
                f"y has the labels {some_of(np.unique(unknown))}, which are not among "
                f"the classes {some_of(self.classes)}; leave those rows out, or fit "
                "anew with all labels (partial_fit: list them in classes=)."
            )
        return codes

    @staticmethod
    def _column(y):
        return column_or_1d(y, warn=True)

    def encode(self, y, loss, dtype):
        """Turn labels into what the loss compares with the output."""
        codes = self.codes(y)
        if self.multilabel:
            indicator = codes.astype(dtype)
        elif self.soft or loss == "focal":
            indicator = np.eye(len(self.classes), dtype=dtype)[codes]
        else:
            return codes.astype(np.int32)
        return smooth(indicator, self.label_smoothing, self.multilabel)

    def output(self, features, precision):
        """Return the output layer: probabilities."""
        activation = "sigmoid" if self.multilabel else "softmax"
        return output_layer(features, len(self.classes), activation, precision)

    def loss(self, name, dtype):
        """Return the Keras loss of that name, computed in that dtype."""
        losses = {
            ("cross_entropy", False): keras.losses.SparseCategoricalCrossentropy,
            ("cross_entropy", True): keras.losses.BinaryCrossentropy,
            ("focal", False): keras.losses.CategoricalFocalCrossentropy,
            ("focal", True): keras.losses.BinaryFocalCrossentropy,
        }
        kind = losses[name, self.multilabel]
        if self.soft and kind is keras.losses.SparseCategoricalCrossentropy:
            kind = keras.losses.CategoricalCrossentropy
        return kind(reduction=REDUCTION, dtype=dtype)

    def strata(self, y):
        """Return the labels by which rows are held out, if there are any."""
        return None if self.multilabel else self.codes(y)


def _is_text(labels):
    # objects that got past check() are text
    return labels.dtype.kind in "OUS"


def _listed(classes):
    """Return the labels given as ``classes=``, sorted, or refuse them."""
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


def some_of(labels):
    """Write the first few labels."""
    labels = labels.tolist()
    return ", ".join(map(repr, labels[:5])) + (", ..." if len(labels) > 5 else "")

"""What a network learns to give: classes, numbers, or its own input.

Each kind of target knows how to encode y, which output layer and loss it asks
for, and what its labels are when rows are held out by class.
"""

import math
from numbers import Real

import keras
import numpy as np
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import type_of_target

from .._samples import _RANGE, check_weights
from .._sentences import in_one_sentence
from ._label_smoothing import smooth
from ._validation import check_targets

# the weighted mean, so that a row of weight two is a row given twice
_REDUCTION = "mean_with_sample_weight"


def _output(features, units, activation, precision):
    """Return an output layer whose activation keeps full precision."""
    scores = keras.layers.Dense(units, name="scores")(features)
    dtype = "float32" if precision == "mixed" else precision
    return keras.layers.Activation(activation, dtype=dtype, name="output")(scores)


class ClassTargets:
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
                f"classes must be {_some(self.classes)}, "
                + ("the columns of y" if self.multilabel else "as in the first call")
                + f"; got {_some(_listed(classes))}; leave classes out, or fit anew."
            )

    def check_known(self, y):
        """Refuse labels other than those learned."""
        self.codes(y)

    def check_same(self, other):
        """Refuse to go on with targets of another kind."""
        _check_same_kind(self, other)

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
                f"y has the labels {_some(np.unique(unknown))}, which are not among "
                f"the classes {_some(self.classes)}; leave those rows out, or fit "
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
        return _output(features, len(self.classes), activation, precision)

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
        return kind(reduction=_REDUCTION, dtype=dtype)

    def strata(self, y):
        """Return the labels by which rows are held out, if there are any."""
        return None if self.multilabel else self.codes(y)

    def row_weights(self, y, class_weight, weight):
        """Multiply the rows' weights by those of their classes.

        Parameters
        ----------
        y : ndarray
            Labels or an indicator.
        class_weight : dict, list of dict, "balanced" or None
            As in scikit-learn; for several labels a list, one dict per label,
            whose weights are multiplied.
        weight : ndarray of shape (n_samples,) or None
            Weights of the rows; "balanced" counts with them.

        Returns
        -------
        ndarray of shape (n_samples,) or None
            The product.
        """
        if class_weight is None:
            return weight
        weight = np.ones(len(y)) if weight is None else weight
        if self.multilabel:
            columns = [(column, np.array([0, 1])) for column in self.codes(y).T]
        else:
            columns = [(self.codes(y), self.classes)]
        if class_weight == "balanced" or not self.multilabel:
            class_weight = [class_weight] * len(columns)
        if not isinstance(class_weight, list) or len(class_weight) != len(columns):
            raise ValueError(
                "class_weight must be 'balanced' or a list with one dict for each of "
                f"the {len(columns)} labels of y; got {class_weight!r}."
            )
        product = weight.copy()
        for given, (codes, classes) in zip(class_weight, columns, strict=True):
            factors = _class_factors(given, classes, codes, weight)
            if not self.multilabel and np.count_nonzero(factors) < 2:
                raise ValueError(
                    "class_weight must be above zero for two classes or more; got "
                    f"{given!r}."
                )
            product *= factors[codes]
        return check_weights(product, y, "class_weight (times sample_weight)")


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


def _some(labels):
    """Write the first few labels."""
    labels = labels.tolist()
    return ", ".join(map(repr, labels[:5])) + (", ..." if len(labels) > 5 else "")


def _check_same_kind(learned, asked):
    if learned.kind != asked.kind:
        raise ValueError(
            f"objective and loss ask for {asked.kind}, but the first fit learned "
            f"{learned.kind}; set them back, or fit anew with warm_start=False."
        )


def _class_factors(class_weight, classes, codes, weight):
    if class_weight == "balanced":
        counts = np.bincount(codes, weight, minlength=len(classes))
        # a class that is absent here has no rows to weigh
        counts[counts == 0] = 1.0
        return weight.sum() / (len(classes) * counts)
    if not isinstance(class_weight, dict):
        raise ValueError(
            "class_weight must be a dict of class to weight, or 'balanced', for y with "
            f"one column; got {class_weight!r}."
        )
    known = classes.tolist()
    unknown = [label for label in class_weight if label not in known]
    if unknown:
        raise ValueError(
            f"class_weight names {unknown!r}, which are not among the classes "
            f"{_some(classes)}."
        )
    factors = [class_weight.get(label, 1.0) for label in known]
    if not all(isinstance(factor, Real) for factor in factors):
        factors = [math.nan]
    factors = np.array(factors, float)
    if not np.all(factors >= 0) or not np.all(np.isfinite(factors)):
        raise ValueError(
            f"class_weight must give finite weights of zero or more; got "
            f"{class_weight!r}."
        )
    return factors


class NumberTargets:
    """One or several numbers per row.

    Networks start near zero with steps of a fixed size, so targets are
    standardised for training, with the rows' weights, and turned back in
    ``decode``. Counts under a Poisson loss are only scaled, as the mean of a
    count can't be negative.
    """

    losses = ("squared_error", "absolute_error", "huber", "poisson")

    def __init__(self, loss):
        self._counts = loss == "poisson"
        self.kind = "counts" if self._counts else "numbers"

    def fit(self, y, weight):
        """Learn centre and scale of each target."""
        self.one_dimensional = y.ndim == 1
        y = self._columns(y)
        self.mean = np.average(y, axis=0, weights=weight)
        if self._counts:
            self.scale = np.where(self.mean > 0, self.mean, 1.0)
            self.mean = np.zeros_like(self.mean)
        else:
            deviation = np.sqrt(
                np.average((y - self.mean) ** 2, axis=0, weights=weight)
            )
            rounding = 10 * np.finfo(float).eps * np.abs(self.mean)
            self.scale = np.where(deviation > rounding, deviation, 1.0)
        return self

    def check(self, y):
        """Refuse what isn't numbers, and what the loss can't take."""
        if y.dtype.kind in "USmM":
            raise ValueError(f"y must hold numbers, not {y.dtype}; convert it first.")
        with in_one_sentence("y"):
            y = self._columns(y)
        largest = np.max(np.abs(y), initial=0)
        if not largest < _RANGE.max:
            raise ValueError(
                "y has missing values, or values too large for float32; leave such "
                "rows out, or rescale y."
            )
        if self._counts and np.any(y < 0):
            raise ValueError(
                "y has negative values, which loss='poisson' can't take; use "
                "loss='squared_error', 'absolute_error' or 'huber'."
            )

    @staticmethod
    def _columns(y):
        return np.asarray(y, np.float64).reshape(len(y), -1)

    def check_known(self, y):
        """Refuse another number of targets than was learned."""
        n_targets = self._columns(y).shape[1]
        if n_targets != len(self.scale):
            raise ValueError(
                f"y must have {len(self.scale)} target(s) as in the first fit; got "
                f"{n_targets}."
            )

    def check_same(self, other):
        """Refuse to go on with targets of another kind."""
        _check_same_kind(self, other)

    def encode(self, y, loss, dtype):
        """Standardise."""
        self.check_known(y)
        return ((self._columns(y) - self.mean) / self.scale).astype(dtype)

    def decode(self, outputs):
        """Turn outputs back into the units of y."""
        y = outputs * self.scale.astype(outputs.dtype) + self.mean.astype(outputs.dtype)
        return y[:, 0] if self.one_dimensional else y

    def output(self, features, precision):
        """Return the output layer: one unit per target."""
        activation = "exponential" if self._counts else "linear"
        return _output(features, len(self.scale), activation, precision)

    def loss(self, name, dtype):
        """Return the Keras loss of that name, computed in that dtype."""
        losses = {
            "squared_error": keras.losses.MeanSquaredError,
            "absolute_error": keras.losses.MeanAbsoluteError,
            "huber": keras.losses.Huber,
            "poisson": keras.losses.Poisson,
        }
        return losses[name](reduction=_REDUCTION, dtype=dtype)

    def strata(self, y):
        """Numbers have no strata."""
        return None


class InputTargets:
    """The network's own standardised input: what an autoencoder learns.

    The network ends in the difference between reconstruction and input, so no
    second copy of the data is needed as a target.
    """

    kind = "the input"
    losses = ("squared_error", "absolute_error", "huber")

    def fit(self, y, weight):
        """Nothing to learn."""
        return self

    def check(self, y):
        """Y is ignored."""

    def check_known(self, y):
        """Y is ignored."""

    def check_same(self, other):
        """Refuse to go on with targets of another kind."""
        _check_same_kind(self, other)

    def encode(self, y, loss, dtype):
        """Return one zero per row, which the difference is compared with."""
        return np.zeros((len(y), 1), dtype)

    def loss(self, name, dtype):
        """Return the Keras loss of that name, computed in that dtype."""
        return NumberTargets(name).loss(name, dtype)

    def strata(self, y):
        """Inputs have no strata."""
        return None

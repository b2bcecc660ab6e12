"""Weights of classes, converted to sample weights."""

import math
from numbers import Real

import numpy as np

from skmed._validation.sample_props import check_weights
from skmed._validation.targets import format_labels


def apply_class_weight(targets, y, class_weight, sample_weight):
    """Multiply sample weights by the weights of classes.

    Parameters
    ----------
    targets : ClassTargets
        The fitted encoder of the labels.
    y : ndarray of shape (n_samples,) or (n_samples, n_labels)
        Labels, or a multilabel indicator.
    class_weight : dict, list of dict, "balanced" or None
        As in scikit-learn. For several labels a list with one dict per label, whose
        weights are multiplied.
    sample_weight : ndarray of shape (n_samples,) or None
        Sample weights, which are not changed. "balanced" takes them into account.

    Returns
    -------
    ndarray of shape (n_samples,) or None
        The product; None if neither is given.
    """
    if class_weight is None:
        return sample_weight
    if targets.multilabel:
        columns = [(column, np.array([0, 1])) for column in targets.codes(y).T]
    else:
        columns = [(targets.codes(y), targets.classes)]
        if isinstance(class_weight, dict):
            factors = _class_factors(class_weight, targets.classes)
            if np.count_nonzero(factors) < 2:
                raise ValueError(
                    "class_weight must be above zero for two classes or more; got "
                    f"{class_weight!r}."
                )
    return _multiply(columns, class_weight, sample_weight)


def apply_label_weight(y, class_weight, sample_weight, classes=None):
    """Multiply sample weights by the weights of the classes that y contains.

    As in scikit-learn's ``compute_sample_weight``, a dict may contain further labels.

    Parameters
    ----------
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Labels of any kind.
    class_weight : dict, list of dict, "balanced" or None
        As in scikit-learn. For several outputs a list with one dict per output, whose
        weights are multiplied.
    sample_weight : ndarray of shape (n_samples,) or None
        Sample weights, which are not changed. "balanced" takes them into account.
    classes : ndarray of shape (n_classes,) or None
        All classes, including those that y lacks.

    Returns
    -------
    ndarray of shape (n_samples,) or None
        The product; None if neither is given.
    """
    if class_weight is None:
        return sample_weight
    known = [] if classes is None else classes.tolist()
    columns = []
    for column in y.reshape(len(y), -1).T:
        labels, codes = np.unique(column, return_inverse=True)
        columns.append((codes, labels))
    if isinstance(class_weight, dict):
        class_weight = _drop_absent_labels(class_weight, columns[0][1], known)
    elif isinstance(class_weight, list) and len(class_weight) == len(columns):
        class_weight = [
            _drop_absent_labels(given, labels) if isinstance(given, dict) else given
            for given, (_, labels) in zip(class_weight, columns, strict=True)
        ]
    return _multiply(columns, class_weight, sample_weight)


def _multiply(columns, class_weight, sample_weight):
    """Multiply sample weights by the class weights of one or more columns."""
    n_samples = len(columns[0][0])
    weight = np.ones(n_samples) if sample_weight is None else sample_weight
    if class_weight == "balanced" or len(columns) == 1:
        class_weight = [class_weight] * len(columns)
    if not isinstance(class_weight, list) or len(class_weight) != len(columns):
        raise ValueError(
            "class_weight must be 'balanced' or a list with one dict for each of "
            f"the {len(columns)} labels of y; got {class_weight!r}."
        )
    product = weight.copy()
    for given, (codes, classes) in zip(class_weight, columns, strict=True):
        if given == "balanced":
            factors = _balanced(codes, len(classes), weight)
        else:
            factors = _class_factors(given, classes)
        product *= factors[codes]
    return check_weights(product, product, "class_weight (times sample_weight)")


def _balanced(codes, n_classes, weight):
    # compute_class_weight has no sample_weight before scikit-learn 1.7
    counts = np.bincount(codes, weight, minlength=n_classes)
    # avoid division by zero: the weight of a class without samples isn't used
    counts[counts == 0] = 1.0
    return weight.sum() / (n_classes * counts)


def _class_factors(class_weight, classes):
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
            f"{format_labels(classes)}."
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


def _drop_absent_labels(class_weight, labels, known=()):
    """Drop labels that y lacks, unless one may be a misspelt label of y."""
    labels = labels.tolist()
    present = {k: weight for k, weight in class_weight.items() if k in labels}
    unknown = [k for k in class_weight if k not in labels and k not in known]
    return class_weight if unknown and len(present) < len(labels) else present

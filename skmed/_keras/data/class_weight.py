"""``class_weight=``: how much the rows of each class count."""

import math
from numbers import Real

import numpy as np

from skmed._validation.sample_props import check_weights
from skmed._validation.targets import format_labels


def apply_class_weight(targets, y, class_weight, weight):
    """Multiply the rows' weights by those of their classes.

    Parameters
    ----------
    targets : ClassTargets
        What was learned of the labels.
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
    if targets.multilabel:
        columns = [(column, np.array([0, 1])) for column in targets.codes(y).T]
    else:
        columns = [(targets.codes(y), targets.classes)]
    if class_weight == "balanced" or not targets.multilabel:
        class_weight = [class_weight] * len(columns)
    if not isinstance(class_weight, list) or len(class_weight) != len(columns):
        raise ValueError(
            "class_weight must be 'balanced' or a list with one dict for each of "
            f"the {len(columns)} labels of y; got {class_weight!r}."
        )
    product = weight.copy()
    for given, (codes, classes) in zip(class_weight, columns, strict=True):
        factors = _class_factors(given, classes, codes, weight)
        if not targets.multilabel and np.count_nonzero(factors) < 2:
            raise ValueError(
                "class_weight must be above zero for two classes or more; got "
                f"{given!r}."
            )
        product *= factors[codes]
    return check_weights(product, y, "class_weight (times sample_weight)")


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

"""Validation of sample properties: sample_weight and groups."""

from numbers import Number

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import _num_samples

from .messages import translate_errors

# range of float32, in which networks use weights and targets
_RANGE = np.finfo(np.float32)


def check_weights(sample_weight, X, name="sample_weight"):
    """Validate sample weights.

    Parameters
    ----------
    sample_weight : array-like of shape (n_samples,), float or None
        Weights. A number is the weight of every sample.
    X : array-like of length n_samples
        Samples.
    name : str
        Name of the argument in error messages.

    Returns
    -------
    ndarray of float64, shape (n_samples,), or None
        The weights, or None if ``sample_weight`` is None.

    Raises
    ------
    ValueError
        If the shape is wrong, if weights are negative, all zero, NaN or infinite, or
        if they exceed the range of float32.
    """
    if sample_weight is None:
        return None
    n_samples = _num_samples(X)
    if isinstance(sample_weight, Number):
        sample_weight = np.full(n_samples, sample_weight)
    with translate_errors(name):
        weight = check_array(
            sample_weight,
            dtype=np.float64,
            ensure_2d=False,
            ensure_min_samples=0,
            input_name=name,
        )
    if weight.shape != (n_samples,):
        raise ValueError(
            f"{name} must hold one weight per row of X: shape ({n_samples},); got "
            f"{weight.shape}."
        )
    if np.any(weight < 0):
        raise ValueError(
            f"{name} has negative values; weights must be zero or more (zero leaves a "
            "row out)."
        )
    if not np.any(weight > 0):
        raise ValueError(
            f"{name} is zero for all rows; at least one weight must be above zero."
        )
    if weight.max() > _RANGE.max / n_samples or weight[weight > 0].min() < _RANGE.tiny:
        raise ValueError(
            f"{name} has values too large or too small for float32; rescale the "
            "weights, of which only the ratios matter."
        )
    return weight


def check_groups(groups, X):
    """Validate the patients that samples belong to.

    Parameters
    ----------
    groups : array-like of shape (n_samples,) or None
        Patient of each sample, as text or as numbers.
    X : array-like of length n_samples
        Samples.

    Returns
    -------
    ndarray of shape (n_samples,) or None
        The groups, or None if ``groups`` is None.

    Raises
    ------
    ValueError
        If the shape is wrong, or if values are missing or of mixed type.
    """
    if groups is None:
        return None
    groups = np.asarray(groups)
    if groups.ndim != 1 or len(groups) != _num_samples(X):
        raise ValueError(
            f"groups must hold one patient per row of X: shape ({_num_samples(X)},); "
            f"got {groups.shape}."
        )
    try:
        np.unique(groups)
        missing = np.any(groups != groups)
    except TypeError:
        # np.unique can't sort text and numbers together
        missing = True
    if missing:
        raise ValueError(
            "groups must name a patient in every row, all of them as text or all as "
            "numbers, without None or NaN."
        )
    return groups

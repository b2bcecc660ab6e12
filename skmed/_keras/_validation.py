"""Checks of what fit is given besides X and y, and the rows it holds out."""

import numpy as np
from sklearn.model_selection import GroupShuffleSplit, train_test_split
from sklearn.utils.validation import _check_sample_weight, _num_samples

# draws among which the best balanced split by patient is taken
_GROUP_DRAWS = 25


def check_weights(sample_weight, X, name="sample_weight"):
    """Return weights as float64, or None where none were given."""
    if sample_weight is None:
        return None
    weight = _check_sample_weight(sample_weight, X, dtype=np.float64)
    if np.any(weight < 0):
        raise ValueError(
            f"{name} has negative values; weights must be zero or more (zero leaves a "
            "row out)."
        )
    if not np.any(weight > 0):
        raise ValueError(
            f"{name} is zero for all rows; at least one weight must be above zero."
        )
    return weight


def check_groups(groups, X):
    """Return groups as an array with one entry per row, or None."""
    if groups is None:
        return None
    groups = np.asarray(groups)
    if groups.ndim != 1 or len(groups) != _num_samples(X):
        raise ValueError(
            f"groups must hold one patient per row of X: shape ({_num_samples(X)},); "
            f"got {groups.shape}."
        )
    return groups


def hold_out(n_samples, fraction, seed, strata=None, groups=None):
    """Choose the rows that early stopping watches.

    Parameters
    ----------
    n_samples : int
        Rows to divide.
    fraction : float
        Part of the rows (of the patients, where groups are given) to hold out.
    seed : int
        Seed of the choice.
    strata : ndarray of int, shape (n_samples,), or None
        Classes to spread evenly.
    groups : ndarray of shape (n_samples,) or None
        Patients, each of whom stays on one side.

    Returns
    -------
    train, held_out : ndarray of int
        Row numbers.
    """
    if groups is not None:
        return _hold_out_groups(n_samples, fraction, seed, strata, groups)
    try:
        train, held_out = train_test_split(
            np.arange(n_samples), test_size=fraction, random_state=seed, stratify=strata
        )
    except ValueError as error:
        raise ValueError(
            f"early_stopping can't hold out validation_fraction={fraction} of "
            f"{n_samples} rows ({error}); give more rows, another fraction, X_val and "
            "y_val, or early_stopping=False."
        ) from error
    return np.sort(train), np.sort(held_out)


def _hold_out_groups(n_samples, fraction, seed, strata, groups):
    n_groups = len(np.unique(groups))
    if n_groups < 2:
        raise ValueError(
            "early_stopping can't hold out whole patients: groups names one patient "
            "only; give X_val and y_val, or early_stopping=False."
        )
    rows = np.arange(n_samples)
    splitter = GroupShuffleSplit(
        _GROUP_DRAWS,
        test_size=min(max(round(fraction * n_groups), 1), n_groups - 1),
        random_state=seed,
    )
    splits = list(splitter.split(rows, groups=groups))
    if strata is None:
        return splits[0]
    n_classes = strata.max() + 1
    wanted = np.bincount(strata, minlength=n_classes) / n_samples

    def imbalance(split):
        train, held_out = (np.bincount(strata[s], minlength=n_classes) for s in split)
        # a class that nothing is learned from is worse than any imbalance
        lost = np.sum((train == 0) & (wanted > 0))
        return lost, np.abs(held_out / held_out.sum() - wanted).sum()

    best = min(splits, key=imbalance)
    if imbalance(best)[0]:
        raise ValueError(
            "early_stopping can't hold out whole patients without losing a class: some "
            "class occurs in too few patients; give X_val and y_val, or "
            "early_stopping=False."
        )
    return best

"""Splits into samples to train on and samples that early stopping holds out."""

import numpy as np
from sklearn.model_selection import GroupShuffleSplit, train_test_split

# number of random splits by patient, of which the best balanced one is used
_N_GROUP_SPLITS = 25


def hold_out(n_samples, fraction, seed, strata=None, groups=None):
    """Choose the samples that early stopping holds out.

    Parameters
    ----------
    n_samples : int
        Number of samples.
    fraction : float
        Fraction of the samples to hold out, or of the patients if groups are given.
    seed : int
        Seed of the split.
    strata : ndarray of int, shape (n_samples,), or None
        Classes by which to stratify.
    groups : ndarray of shape (n_samples,) or None
        Patients; the samples of a patient are not split.

    Returns
    -------
    train, held_out : ndarray of int
        Sorted indices of samples.
    """
    if groups is not None:
        return _hold_out_groups(n_samples, fraction, seed, strata, groups)
    refusal = (
        f"early_stopping can't hold out validation_fraction={fraction} of {n_samples} "
        "rows: rows must be left to train on, and where y are classes some of each on "
        "both sides; give more rows, another fraction, X_val and y_val, or "
        "early_stopping=False."
    )
    try:
        train, held_out = train_test_split(
            np.arange(n_samples), test_size=fraction, random_state=seed, stratify=strata
        )
    except ValueError as error:
        raise ValueError(refusal) from error
    if strata is not None and len(np.unique(strata[train])) < len(np.unique(strata)):
        raise ValueError(refusal)
    return np.sort(train), np.sort(held_out)


def _hold_out_groups(n_samples, fraction, seed, strata, groups):
    n_groups = len(np.unique(groups))
    if n_groups < 2:
        raise ValueError(
            "early_stopping can't hold out whole patients: groups names one patient "
            "only; give X_val and y_val, or early_stopping=False."
        )
    indices = np.arange(n_samples)
    splitter = GroupShuffleSplit(
        _N_GROUP_SPLITS,
        test_size=min(max(round(fraction * n_groups), 1), n_groups - 1),
        random_state=seed,
    )
    splits = list(splitter.split(indices, groups=groups))
    if strata is None:
        return splits[0]
    n_classes = strata.max() + 1
    wanted = np.bincount(strata, minlength=n_classes) / n_samples

    def imbalance(split):
        train, held_out = (np.bincount(strata[s], minlength=n_classes) for s in split)
        # a class without training samples is worse than any imbalance
        lost = np.sum((train == 0) & (wanted > 0))
        return lost, np.abs(held_out / held_out.sum() - wanted).sum()

    best = min(splits, key=imbalance)
    if imbalance(best)[0]:
        raise ValueError(
            "early_stopping can't hold out whole patients of groups without losing a "
            "class: some class occurs in too few patients; give X_val and y_val, or "
            "early_stopping=False."
        )
    return best

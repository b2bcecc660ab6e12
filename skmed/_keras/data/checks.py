"""Checks of what fit is given, and the rows it holds out."""

import keras
import numpy as np
from scipy.sparse import issparse
from sklearn.model_selection import GroupShuffleSplit, train_test_split
from sklearn.utils import check_array

from skmed._validation.messages import first_sentence, translate_errors

# draws among which the best balanced split by patient is taken
_GROUP_DRAWS = 25


def check_targets(y, name="y"):
    """Return targets as a dense array of one or two axes, without NaN.

    Parameters
    ----------
    y : array-like
        Labels or numbers.
    name : str
        What the caller knows them as.

    Returns
    -------
    ndarray of shape (n_samples,) or (n_samples, n_outputs)
        The same.
    """
    with translate_errors(name):
        if isinstance(y, list | tuple):
            # as an array, a list with some text would be all text
            _refuse_mixed(np.asarray(y, dtype=object), name)
        y = check_array(
            y,
            accept_sparse="csr",
            allow_nd=True,
            dtype=None,
            ensure_2d=False,
            ensure_min_samples=0,
            ensure_min_features=0,
            input_name=name,
        )
    if issparse(y):
        y = y.toarray()
    if y.ndim not in (1, 2) or y.shape[1:] == (0,):
        raise ValueError(
            f"{name} must have one entry per row, shape (n,), or one column per "
            f"output, shape (n, n_outputs); got shape {y.shape}."
        )
    if y.dtype == object:
        _refuse_mixed(y, name)
    return y


def _refuse_mixed(y, name):
    others = [label for label in y.ravel() if not isinstance(label, str)]
    if others and len(others) < y.size:
        raise ValueError(
            f"{name} mixes text with {others[0]!r}; make all labels text or none, and "
            "leave out rows without a label."
        )


def call_architecture(architecture, inputs):
    """Return the features that a user's own network computes.

    Parameters
    ----------
    architecture : callable
        From a tensor to features.
    inputs : KerasTensor of shape (batch, ...)
        What it gets.

    Returns
    -------
    KerasTensor of shape (batch, n_features)
        What it returned.
    """
    try:
        features = architecture(inputs)
    except Exception as error:
        raise ValueError(
            f"architecture failed on a tensor of shape {tuple(inputs.shape)} "
            f"({type(error).__name__}: {first_sentence(str(error))}); make it return "
            "features of shape (batch, n_features)."
        ) from error
    shape = tuple(getattr(features, "shape", ()))
    if not isinstance(features, keras.KerasTensor) or len(shape) != 2 or not shape[1]:
        raise ValueError(
            "architecture must return a Keras tensor of shape (batch, n_features); got "
            f"{type(features).__name__} of shape {shape}; end with a Flatten or a "
            "global pooling layer."
        )
    return features


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
            "early_stopping can't hold out whole patients of groups without losing a "
            "class: some class occurs in too few patients; give X_val and y_val, or "
            "early_stopping=False."
        )
    return best

"""Sequences of unequal length, as a list or object array of arrays, checked."""

import numpy as np
from sklearn.utils import check_array

from ._sentences import check_kind, in_one_sentence


def is_sequences(X):
    """Tell whether X is a list or object array of ``(length_i, channels)`` arrays.

    A list of rows of numbers is an ordinary table, and so not meant.

    Parameters
    ----------
    X : object
        What an estimator was given.

    Returns
    -------
    bool
        True also where the arrays themselves are wrong, so that the error to come
        is about them.
    """
    if isinstance(X, np.ndarray):
        return X.ndim == 1 and X.dtype == object and len(X) > 0 and _rank(X[0]) > 0
    if not isinstance(X, list | tuple) or not len(X):
        return False
    if any(_rank(x) > 1 for x in X):
        return True
    # arrays of one axis are rows of a table where they are equally long
    return all(isinstance(x, np.ndarray) for x in X) and len(set(map(np.size, X))) > 1


def _rank(x):
    """Return the number of axes without making an array of ragged lists."""
    if hasattr(x, "ndim"):
        return x.ndim
    if isinstance(x, list | tuple):
        return 1 + (_rank(x[0]) if len(x) else 0)
    return 0


def check_sequences(X, *, name="X", allow_nan=False):
    """Return sequences as a list of arrays with the same channels and dtype.

    Parameters
    ----------
    X : list or object array of n arrays of shape (length_i, channels)
        Sequences, for which `is_sequences` is true.
    name : str
        What the caller knows them as.
    allow_nan : bool
        Whether steps may be missing.

    Returns
    -------
    list of n ndarray of shape (length_i, channels)
        float32 where all of them are, else float64. Not copied where they already
        are as they should be.
    """
    sequences = [_check(x, f"{name}[{i}]", allow_nan) for i, x in enumerate(X)]
    n_channels = sequences[0].shape[1]
    for i, x in enumerate(sequences):
        if x.shape[1] != n_channels:
            raise ValueError(
                f"{name}[{i}] has {x.shape[1]} channels and {name}[0] has "
                f"{n_channels}; give all sequences the same channels."
            )
    dtype = np.result_type(*sequences)
    return [x.astype(dtype, copy=False) for x in sequences]


def _check(x, name, allow_nan):
    rank = _rank(x)
    if rank != 2:
        fix = "give a single channel as x[:, np.newaxis]" if rank == 1 else "reshape it"
        raise ValueError(
            f"{name} must have shape (length, channels), got {rank} axes; {fix}."
        )
    check_kind(x)
    if not len(x):
        raise ValueError(f"{name} has no steps; leave empty sequences out.")
    with in_one_sentence(name):
        x = check_array(
            x,
            dtype=[np.float64, np.float32],
            ensure_all_finite="allow-nan",
            input_name=name,
        )
    if not allow_nan:
        missing = np.isnan(x).any(axis=1)
        if missing.any():
            raise ValueError(
                f"{name} contains NaN, first at step {missing.argmax()}; fill such "
                "steps in, for example with pandas.DataFrame.interpolate."
            )
    return x


def by_length(sequences):
    """Gather sequences of equal length, so that each length is worked on at once.

    Parameters
    ----------
    sequences : list of ndarray of shape (length_i, channels)
        Checked sequences.

    Yields
    ------
    numbers : ndarray of int, shape (n_equal,)
        Which of them have the same length.
    stacked : ndarray of shape (n_equal, length, channels)
        The same as one array.
    """
    lengths = np.array([len(x) for x in sequences])
    for length in np.unique(lengths):
        numbers = np.flatnonzero(lengths == length)
        yield numbers, np.stack([sequences[i] for i in numbers])

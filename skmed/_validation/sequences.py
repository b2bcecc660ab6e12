"""Sequences of any length, as a list or object array of arrays, checked."""

import numpy as np


def is_sequences(X, *, rows=False):
    """Tell whether X is a list (or object array) of sequences, each an array.

    Parameters
    ----------
    X : object
        What an estimator was given.
    rows : bool
        Whether a list of arrays of one axis and equal length is meant too, which
        scikit-learn reads as the rows of a table.

    Returns
    -------
    bool
        True also where the sequences themselves are wrong, so that the error to come
        is about them.
    """
    if hasattr(X, "dtype"):
        one_column = X.dtype == object and getattr(X, "ndim", 0) == 1
        return one_column and any(_is_sized(x) for x in X)
    if not isinstance(X, list | tuple) or any(not _is_sized(x) for x in X):
        return False
    least = 1 if rows else 2
    return any(getattr(x, "ndim", 0) >= least for x in X) or len({*map(len, X)}) > 1


def _is_sized(x):
    return hasattr(x, "__len__") and not isinstance(x, str | bytes | dict)


def check_sequences(X, *, allow_nan=False):
    """Return sequences as a list of arrays with the same channels and dtype.

    Parameters
    ----------
    X : iterable of n array-like of shape (length_i,) or (length_i, channels)
        Sequences, for which `is_sequences` is true; one axis is one channel.
    allow_nan : bool
        Whether values may be missing.

    Returns
    -------
    list of n ndarray of shape (length_i, channels)
        float32 where all of them are, else float64. Not copied where they already
        are as they should be.
    """
    sequences = [_numbers(x, f"X[{i}]") for i, x in enumerate(X)]
    n_channels = sequences[0].shape[1]
    for i, x in enumerate(sequences):
        if x.shape[1] != n_channels:
            raise ValueError(
                f"X[0] has {n_channels} channel(s) but X[{i}] has {x.shape[1]}; all "
                "sequences must have the same channels: shape (length, channels)."
            )
        _check_finite(x, f"X[{i}]", allow_nan)
    dtype = np.result_type(*sequences)
    return [x.astype(dtype, copy=False) for x in sequences]


def _numbers(x, name):
    """Return one sequence of shape (length, channels)."""
    try:
        x = np.asarray(x)
    except ValueError:
        x = np.asarray(x, object)
    if x.dtype == object:
        try:
            x = x.astype(float)
        except (TypeError, ValueError):
            raise ValueError(
                f"{name} must hold numbers in an array of shape (length,) or (length, "
                "channels), all steps with the same channels."
            ) from None
    if x.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold real numbers, not {x.dtype}.")
    if x.ndim not in (1, 2):
        raise ValueError(
            f"{name} has {x.ndim} axes; a sequence must have shape (length,) or "
            "(length, channels)."
        )
    if not x.size:
        raise ValueError(f"{name} is an empty sequence; leave it out.")
    if x.ndim == 1:
        x = x[:, np.newaxis]
    return x if x.dtype == np.float32 else x.astype(np.float64, copy=False)


def _check_finite(x, name, allow_nan):
    if np.isfinite(x).all():
        return
    if not allow_nan and np.isnan(x).any():
        step = np.isnan(x).any(axis=1).argmax()
        raise ValueError(
            f"{name} contains NaN, first at step {step}; fill such steps in, for "
            "example with pandas.DataFrame.interpolate."
        )
    if np.isinf(x).any():
        step = np.isinf(x).any(axis=1).argmax()
        raise ValueError(
            f"{name} contains infinity, first at step {step}; clip or rescale such "
            "values."
        )


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

"""Validation of sequences of unequal length, given as a list of arrays."""

import numpy as np


def is_sequences(X, *, rows=False):
    """Return whether X is a list, or an object array, of sequences.

    Parameters
    ----------
    X : object
        Input of an estimator.
    rows : bool
        Whether a list of one-dimensional arrays of equal length counts as sequences
        too. scikit-learn reads such a list as the rows of a table.

    Returns
    -------
    bool
        True also if the sequences themselves are invalid: `check_sequences` raises
        then.
    """
    if hasattr(X, "dtype"):
        is_object_array = X.dtype == object and getattr(X, "ndim", 0) == 1
        return is_object_array and any(_is_sized(x) for x in X)
    if not isinstance(X, list | tuple) or any(not _is_sized(x) for x in X):
        return False
    min_ndim = 1 if rows else 2
    return any(getattr(x, "ndim", 0) >= min_ndim for x in X) or len({*map(len, X)}) > 1


def _is_sized(x):
    """Return whether x has a length and is neither text nor a dict."""
    return hasattr(x, "__len__") and not isinstance(x, str | bytes | dict)


def check_sequences(X, *, allow_nan=False):
    """Validate sequences, and return them as two-dimensional arrays of one dtype.

    Parameters
    ----------
    X : iterable of n array-like of shape (length_i,) or (length_i, channels)
        Sequences, for which `is_sequences` is true. A sequence with one axis has one
        channel.
    allow_nan : bool
        Whether NaN is allowed.

    Returns
    -------
    list of n ndarray of shape (length_i, channels)
        float32 if all sequences are, else float64. Arrays that need no conversion
        are not copied.

    Raises
    ------
    ValueError
        If a sequence is empty, not numeric, not finite or of another number of
        channels than the first one.
    """
    sequences = [_as_2d_float(x, f"X[{i}]") for i, x in enumerate(X)]
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


def _as_2d_float(x, name):
    """Return one sequence as floats of shape (length, channels)."""
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
    """Raise if a sequence holds infinity, or NaN unless allowed."""
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


def group_by_length(sequences):
    """Stack sequences of equal length, so that each length is processed at once.

    Parameters
    ----------
    sequences : list of ndarray of shape (length_i, channels)
        Validated sequences.

    Yields
    ------
    indices : ndarray of int, shape (n_equal,)
        Indices of the sequences of one length.
    stacked : ndarray of shape (n_equal, length, channels)
        These sequences.
    """
    lengths = np.array([len(x) for x in sequences])
    for length in np.unique(lengths):
        indices = np.flatnonzero(lengths == length)
        yield indices, np.stack([sequences[i] for i in indices])

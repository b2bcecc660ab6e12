"""Sequences of unequal length in one array, padded with NaN."""

import warnings

import numpy as np


def pad(sequences, dtype):
    """Pad sequences with NaN to one array.

    Parameters
    ----------
    sequences : list of n ndarray of shape (length_i, channels)
        Checked sequences.
    dtype : str
        Floating dtype of the result.

    Returns
    -------
    ndarray of shape (n, longest, channels)
        Padded sequences.
    """
    shape = len(sequences), max(map(len, sequences)), sequences[0].shape[1]
    padded = np.full(shape, np.nan, dtype)
    for row, sequence in zip(padded, sequences):
        row[: len(sequence)] = sequence
    return padded


def truncate(X, max_length, lengths):
    """Truncate sequences that are too long, with a warning.

    Parameters
    ----------
    X : ndarray of shape (n, length, channels)
        Padded sequences.
    max_length : int or None
        Steps to keep.
    lengths : ndarray of int, shape (n,)
        Length of each.

    Returns
    -------
    ndarray of shape (n, steps, channels)
        As long as the longest sequence.
    """
    if max_length is not None and lengths.max() > max_length:
        warnings.warn(
            f"{np.sum(lengths > max_length)} of {len(X)} sequences are longer than "
            f"max_length={max_length}, the longest with {lengths.max()} steps; all "
            "steps after that are cut off.",
            stacklevel=2,
        )
    return X[:, : min(lengths.max(), max_length or lengths.max())]


def handle_missing(X, missing, lengths):
    """Handle missing values within sequences.

    Parameters
    ----------
    X : ndarray of shape (n, length, channels)
        Padded sequences.
    missing : {"error", "mask", "forward_fill"}
        The parameter of the estimator.
    lengths : ndarray of int, shape (n,)
        Steps that aren't padding.

    Returns
    -------
    ndarray of the same shape
        Sequences, filled with ``missing="forward_fill"``.
    """
    if not lengths.all():
        raise ValueError(
            f"X[{np.argmin(lengths)}] holds nothing but missing values; leave it out."
        )
    gaps = np.isnan(X)
    gaps &= (np.arange(X.shape[1]) < lengths[:, np.newaxis])[..., np.newaxis]
    if not gaps.any():
        return X
    if missing == "error":
        row, step, channel = np.argwhere(gaps)[0]
        raise ValueError(
            f"X[{row}] contains NaN at step {step} of channel {channel}; fill missing "
            "values in, or use missing='mask' or missing='forward_fill'."
        )
    return np.where(gaps, forward_fill(X), X) if missing == "forward_fill" else X


def forward_fill(X):
    """Repeat the last value of each channel over missing values after it.

    Parameters
    ----------
    X : ndarray of shape (n, length, channels)
        Sequences; padding is filled too.

    Returns
    -------
    ndarray of the same shape
        NaN where a channel had no value before.
    """
    steps = np.arange(X.shape[1])[np.newaxis, :, np.newaxis]
    last = np.maximum.accumulate(np.where(np.isnan(X), 0, steps), axis=1)
    return np.take_along_axis(X, last, axis=1)

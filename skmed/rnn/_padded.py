"""Padding, truncation and missing values of sequences of unequal length."""

import warnings

import numpy as np


def pad(sequences, dtype):
    """Pad sequences with NaN to equal length.

    Parameters
    ----------
    sequences : list of ndarray of shape (length_i, n_channels)
        Validated sequences.
    dtype : str
        Floating dtype of the result.

    Returns
    -------
    ndarray of shape (n_samples, n_steps, n_channels)
        Padded sequences.
    """
    shape = len(sequences), max(map(len, sequences)), sequences[0].shape[1]
    padded = np.full(shape, np.nan, dtype)
    for target, sequence in zip(padded, sequences):
        target[: len(sequence)] = sequence
    return padded


def truncate(X, max_length, lengths):
    """Truncate sequences that are too long, with a warning.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_steps, n_channels)
        Padded sequences.
    max_length : int or None
        Maximum length in time steps.
    lengths : ndarray of int, shape (n_samples,)
        Lengths without padding.

    Returns
    -------
    ndarray of shape (n_samples, n_steps, n_channels)
        Sequences, padded to the length of the longest one.
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
    X : ndarray of shape (n_samples, n_steps, n_channels)
        Padded sequences.
    missing : {"error", "mask", "forward_fill"}
        The parameter of the estimator.
    lengths : ndarray of int, shape (n_samples,)
        Lengths without padding.

    Returns
    -------
    ndarray of the same shape
        Sequences; missing values are only filled with ``missing="forward_fill"``.
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
    """Replace missing values by the last value of their channel.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_steps, n_channels)
        Sequences; padding is filled too.

    Returns
    -------
    ndarray of the same shape
        Filled sequences, with NaN before the first value of a channel.
    """
    steps = np.arange(X.shape[1])[np.newaxis, :, np.newaxis]
    last = np.maximum.accumulate(np.where(np.isnan(X), 0, steps), axis=1)
    return np.take_along_axis(X, last, axis=1)

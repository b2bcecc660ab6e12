"""From sequences in any form to one padded array: numpy only."""

import warnings

import numpy as np


def is_ragged(X):
    """Tell whether X is a list (or object array) of sequences, each an array.

    Parameters
    ----------
    X : object
        What fit or predict was given.

    Returns
    -------
    bool
        False for a list of lists of numbers of equal length, which is a table.
    """
    if hasattr(X, "dtype"):
        if X.dtype != object or getattr(X, "ndim", 0) != 1:
            return False
        return any(_is_sized(item) for item in X)
    if not isinstance(X, list | tuple):
        return False
    if any(not _is_sized(item) for item in X):
        return False
    return any(hasattr(item, "shape") for item in X) or len({*map(len, X)}) > 1


def _is_sized(item):
    return hasattr(item, "__len__") and not isinstance(item, str | bytes | dict)


def pad(X, dtype):
    """Put sequences into one array, with NaN after the end of each.

    Parameters
    ----------
    X : iterable of array-like of shape (length_i,) or (length_i, channels)
        Sequences.
    dtype : str
        Floating dtype of the result.

    Returns
    -------
    ndarray of shape (n, longest, channels)
        In which a sequence of one axis has one channel.
    """
    sequences = [_sequence(item, i) for i, item in enumerate(X)]
    n_channels = sequences[0].shape[1]
    for i, sequence in enumerate(sequences):
        if not sequence.size:
            raise ValueError(f"X[{i}] is an empty sequence; leave it out.")
        if sequence.shape[1] != n_channels:
            raise ValueError(
                f"X[0] has {n_channels} channel(s) but X[{i}] has {sequence.shape[1]}; "
                "all sequences must have the same channels: shape (length, channels)."
            )
    longest = max(map(len, sequences))
    padded = np.full((len(sequences), longest, n_channels), np.nan, dtype)
    for row, sequence in zip(padded, sequences):
        row[: len(sequence)] = sequence
    return padded


def _sequence(item, i):
    try:
        sequence = np.asarray(item)
    except ValueError:
        sequence = np.asarray(item, object)
    if sequence.dtype == object:
        try:
            sequence = sequence.astype(float)
        except (TypeError, ValueError):
            raise ValueError(
                f"X[{i}] must hold numbers in an array of shape (length,) or (length, "
                "channels), all steps with the same channels."
            ) from None
    if sequence.dtype.kind not in "biuf":
        raise ValueError(f"X[{i}] must hold real numbers, not {sequence.dtype}.")
    if sequence.ndim not in (1, 2):
        raise ValueError(
            f"X[{i}] has {sequence.ndim} axes; a sequence must have shape (length,) or "
            "(length, channels)."
        )
    return sequence.reshape(len(sequence), -1) if sequence.size else sequence[:, None]


def cut(X, max_length, lengths):
    """Keep the first steps of sequences that are too long, and say so.

    Parameters
    ----------
    X : ndarray of shape (n, length, channels)
        Padded sequences.
    max_length : int or None
        Steps to keep.
    lengths : ndarray of int, shape (n,)
        Of each.

    Returns
    -------
    ndarray of shape (n, steps, channels)
        Without the steps that no sequence has.
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
    """Do with gaps what a user asked for.

    Parameters
    ----------
    X : ndarray of shape (n, length, channels)
        Padded sequences.
    missing : {"error", "mask", "forward_fill"}
        What to do.
    lengths : ndarray of int, shape (n,)
        Steps that aren't padding.

    Returns
    -------
    ndarray of the same shape
        Sequences, filled where asked to.
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
    return np.where(gaps, forward_filled(X), X) if missing == "forward_fill" else X


def forward_filled(X):
    """Repeat the last value of each channel over what is missing after it.

    Parameters
    ----------
    X : ndarray of shape (n, length, channels)
        Sequences; padding is filled too.

    Returns
    -------
    ndarray of the same shape
        NaN where nothing came before.
    """
    steps = np.arange(X.shape[1])[np.newaxis, :, np.newaxis]
    last = np.maximum.accumulate(np.where(np.isnan(X), 0, steps), axis=1)
    return np.take_along_axis(X, last, axis=1)

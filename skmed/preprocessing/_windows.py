"""Recordings cut into windows, and predictions of windows brought back."""

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils._param_validation import StrOptions, validate_params

from skmed._validation.messages import check_numeric_dtype, translate_errors
from skmed._validation.sample_props import check_groups
from skmed._validation.sequences import check_sequences, is_sequences

from ._sampling import POSITIVE, n_steps


class Windows(NamedTuple):
    """What `sliding_windows` returns, in the order of its recordings.

    Parameters
    ----------
    X : ndarray of shape (n_windows, window) or (n_windows, window, channels)
        The windows.
    y : ndarray of shape (n_windows,) or (n_windows, n_outputs), or None
        The labels of their recordings.
    groups : ndarray of shape (n_windows,)
        The groups of their recordings.
    recording : ndarray of int, shape (n_windows,)
        Which recording each window is from.
    start : ndarray of int, shape (n_windows,)
        At which of its steps it starts.
    """

    X: np.ndarray
    y: np.ndarray | None
    groups: np.ndarray
    recording: np.ndarray
    start: np.ndarray


@validate_params(
    {
        "X": "no_validation",
        "y": "no_validation",
        "groups": "no_validation",
        "window": [POSITIVE],
        "step": [POSITIVE, None],
        "sampling_rate": [POSITIVE],
        "tail": [StrOptions({"align", "drop"})],
    },
    prefer_skip_nested_validation=True,
)
def sliding_windows(
    X, y=None, groups=None, *, window, step=None, sampling_rate=1.0, tail="align"
):
    """Cut recordings into windows of equal length, which may overlap.

    Labels and groups go with the windows. Windows of one recording look alike, so
    they belong on the same side of every split: cross-validate by the `groups` that
    are returned.

    Parameters
    ----------
    X : array-like of shape (n, length) or (n, length, channels), or list of n arrays \
            of shape (length_i, channels)
        Recordings. NaN is kept.
    y : array-like of shape (n,) or (n, n_outputs), default=None
        A label of each recording.
    groups : array-like of shape (n,), default=None
        The patient of each recording. By default each recording is a group.
    window : float
        Length of a window in seconds; in steps with the default `sampling_rate`.
    step : float, default=None
        From the start of a window to that of the next, in seconds. By default
        `window`: no overlap.
    sampling_rate : float, default=1.0
        Steps per second of X, in Hz.
    tail : {"align", "drop"}, default="align"
        What becomes of steps at the end that fill no window: one more window that
        ends with the recording, or nothing.

    Returns
    -------
    windows : tuple
        Named ``X`` (n_windows, window[, channels]), ``y``, ``groups``, ``recording``
        (the number of the recording that each window is from) and ``start`` (the
        step at which it starts), with one entry for each window, in order.

    Raises
    ------
    ValueError
        If a recording is shorter than a window.

    See Also
    --------
    pool_windows : Brings predictions of windows back to recordings.

    Examples
    --------
    >>> import numpy as np
    >>> from skmed.preprocessing import pool_windows, sliding_windows
    >>> X = [np.zeros((10, 2)), np.ones((7, 2))]
    >>> windows = sliding_windows(X, ["well", "ill"], window=4, step=2)
    >>> windows.X.shape, windows.recording.tolist()
    ((7, 4, 2), [0, 0, 0, 0, 1, 1, 1])
    >>> pool_windows(windows.y, windows.recording, method="vote").tolist()
    ['well', 'ill']
    """
    steps = n_steps(window, sampling_rate, "window")
    every = steps if step is None else n_steps(step, sampling_rate, "step")
    recordings = _check(X)
    lengths = np.array([len(x) for x in recordings])
    short = np.flatnonzero(lengths < steps)
    if len(short):
        raise ValueError(
            f"window takes {steps} steps, and X[{short[0]}] has {lengths[short[0]]} "
            f"({len(short)} of {len(lengths)} recordings are too short); leave them "
            "out, or take a shorter window."
        )
    groups = np.arange(len(lengths)) if groups is None else check_groups(groups, X)
    if y is not None:
        check_consistent_length(X, y)
        y = np.asarray(y)

    starts = [_starts(length, steps, every, tail) for length in lengths]
    recording = np.repeat(np.arange(len(lengths)), [len(start) for start in starts])
    cut = [
        sliding_window_view(x, steps, axis=0)[start]
        for x, start in zip(recordings, starts)
    ]
    return Windows(
        # the view puts the steps of a window last
        np.ascontiguousarray(np.moveaxis(np.concatenate(cut), -1, 1)),
        None if y is None else y[recording],
        groups[recording],
        recording,
        np.concatenate(starts),
    )


def _check(X):
    """Return recordings, each with its steps first."""
    if is_sequences(X):
        return check_sequences(X, allow_nan=True)
    check_numeric_dtype(X)
    with translate_errors():
        X = check_array(X, allow_nd=True, ensure_all_finite=False)
    if X.ndim > 3:
        raise ValueError(
            "X must have shape (n, length) or (n, length, channels), or be a list of "
            f"(length_i, channels) arrays; got shape {X.shape}."
        )
    return X


def _starts(length, steps, every, tail):
    starts = np.arange(0, length - steps + 1, every)
    if tail == "align" and starts[-1] + steps < length:
        starts = np.append(starts, length - steps)
    return starts


def _vote(predictions):
    labels, counts = np.unique(predictions, return_counts=True)
    return labels[counts.argmax()]


_POOLINGS = {
    "mean": lambda predictions: predictions.mean(axis=0),
    "max": lambda predictions: predictions.max(axis=0),
    "vote": _vote,
}


@validate_params(
    {
        "predictions": ["array-like"],
        "recording": ["array-like"],
        "method": [StrOptions(set(_POOLINGS))],
    },
    prefer_skip_nested_validation=True,
)
def pool_windows(predictions, recording, *, method="mean"):
    """Bring predictions of windows back to the recordings that they are from.

    Parameters
    ----------
    predictions : array-like of shape (n_windows,) or (n_windows, n_outputs)
        Probabilities, numbers or labels.
    recording : array-like of shape (n_windows,)
        Which recording each window is from, as `sliding_windows` says.
    method : {"mean", "max", "vote"}, default="mean"
        The mean of the windows of a recording, for probabilities and numbers; the
        largest, where one window is enough, as of a seizure; or the most frequent
        label, the first in order where several are.

    Returns
    -------
    ndarray of shape (n_recordings,) or (n_recordings, n_outputs)
        One prediction for each recording that has windows, in the order of their
        numbers, ``np.unique(recording)``.

    See Also
    --------
    sliding_windows : Cuts recordings into windows.

    Examples
    --------
    >>> from skmed.preprocessing import pool_windows
    >>> proba = [[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]]
    >>> pool_windows(proba, [0, 0, 1]).shape
    (2, 2)
    """
    predictions, recording = np.asarray(predictions), np.asarray(recording)
    check_consistent_length(predictions, recording)
    if recording.ndim != 1 or not len(recording):
        raise ValueError(
            "recording must hold the number of one recording for each window; got "
            f"shape {recording.shape}."
        )
    if method == "vote" and predictions.ndim != 1:
        raise ValueError(
            "method='vote' takes one label per window; pool probabilities by "
            "method='mean'."
        )
    if method != "vote" and predictions.dtype.kind not in "biuf":
        raise ValueError(
            f"method={method!r} takes numbers; pool labels by method='vote'."
        )
    _, inverse = np.unique(recording, return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    parts = np.split(predictions[order], np.cumsum(np.bincount(inverse))[:-1])
    return np.stack([_POOLINGS[method](part) for part in parts])

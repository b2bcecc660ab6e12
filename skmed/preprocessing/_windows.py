"""Sliding windows over recordings, and pooling of their predictions."""

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils._param_validation import StrOptions, validate_params

from skmed._validation.arrays import check_numeric_dtype
from skmed._validation.messages import translate_errors
from skmed._validation.sample_props import check_groups
from skmed._validation.sequences import check_sequences, is_sequences

from ._sampling import POSITIVE, n_steps


class Windows(NamedTuple):
    """Windows of recordings, in the order of the recordings.

    Parameters
    ----------
    X : ndarray of shape (n_windows, window) or (n_windows, window, channels)
        The windows.
    y : ndarray of shape (n_windows,) or (n_windows, n_outputs), or None
        Targets of their recordings.
    groups : ndarray of shape (n_windows,)
        Groups of their recordings.
    recording : ndarray of int, shape (n_windows,)
        Index of the recording of each window.
    start : ndarray of int, shape (n_windows,)
        Time step of the recording at which each window starts.
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
    """Split recordings into windows of equal length, which may overlap.

    Each window has the target and the group of its recording. Windows of one
    recording are similar, so they must be on the same side of every split: pass the
    returned `groups` to the cross-validation.

    Parameters
    ----------
    X : array-like of shape (n_recordings, length) or (n_recordings, length, \
            channels), or list of n_recordings arrays of shape (length_i, channels)
        Recordings. NaN is kept.
    y : array-like of shape (n_recordings,) or (n_recordings, n_outputs), default=None
        Targets of the recordings.
    groups : array-like of shape (n_recordings,), default=None
        Patient of each recording. By default each recording is a group.
    window : float
        Length of a window in seconds; in time steps with the default `sampling_rate`.
    step : float, default=None
        Time between the starts of two windows, in seconds. By default `window`: no
        overlap.
    sampling_rate : float, default=1.0
        Sampling rate of X in Hz: time steps per second.
    tail : {"align", "drop"}, default="align"
        How time steps after the last window are handled: 'align' adds a window that
        ends with the recording, 'drop' leaves them out.

    Returns
    -------
    windows : namedtuple
        Fields with one entry per window, in the order of the recordings: ``X``, array
        of shape (n_windows, window) or (n_windows, window, channels); ``y``, or None;
        ``groups``; ``recording``, the index of the recording; and ``start``, the time
        step at which the window starts.

    Raises
    ------
    ValueError
        If a recording is shorter than a window, or if an argument is invalid.

    See Also
    --------
    pool_windows : Combine predictions of windows to predictions of recordings.

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
    hop = steps if step is None else n_steps(step, sampling_rate, "step")
    recordings = _check_recordings(X)
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

    starts = [_starts(length, steps, hop, tail) for length in lengths]
    recording = np.repeat(np.arange(len(lengths)), [len(start) for start in starts])
    windows = [
        sliding_window_view(x, steps, axis=0)[start]
        for x, start in zip(recordings, starts)
    ]
    return Windows(
        # sliding_window_view puts the time steps of a window last
        np.ascontiguousarray(np.moveaxis(np.concatenate(windows), -1, 1)),
        None if y is None else y[recording],
        groups[recording],
        recording,
        np.concatenate(starts),
    )


def _check_recordings(X):
    """Return validated recordings, each with time steps as its first axis."""
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


def _starts(length, steps, hop, tail):
    """Return the first time step of each window of a recording."""
    starts = np.arange(0, length - steps + 1, hop)
    if tail == "align" and starts[-1] + steps < length:
        starts = np.append(starts, length - steps)
    return starts


def _most_frequent(predictions):
    labels, counts = np.unique(predictions, return_counts=True)
    return labels[counts.argmax()]


_POOLINGS = {
    "mean": lambda predictions: predictions.mean(axis=0),
    "max": lambda predictions: predictions.max(axis=0),
    "vote": _most_frequent,
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
    """Combine predictions of windows to predictions of their recordings.

    Parameters
    ----------
    predictions : array-like of shape (n_windows,) or (n_windows, n_outputs)
        Probabilities, numbers or labels.
    recording : array-like of shape (n_windows,)
        Index of the recording of each window, as `sliding_windows` returns it.
    method : {"mean", "max", "vote"}, default="mean"
        'mean' and 'max' for the mean and the maximum of probabilities or numbers over
        the windows of a recording; 'max' suits events such as seizures, for which one
        window is enough. 'vote' for the most frequent label, the first in sorted order
        if there are several.

    Returns
    -------
    ndarray of shape (n_recordings,) or (n_recordings, n_outputs)
        One prediction per recording with windows, in the order of
        ``np.unique(recording)``.

    Raises
    ------
    ValueError
        If the shapes don't match, or if `method` doesn't suit the predictions.

    See Also
    --------
    sliding_windows : Split recordings into windows.

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
    by_recording = np.split(predictions[order], np.cumsum(np.bincount(inverse))[:-1])
    return np.stack([_POOLINGS[method](group) for group in by_recording])

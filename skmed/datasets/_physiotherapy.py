"""Smartwatch recordings of shoulder exercises, from the package seglearn."""

import pickle
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, overload

import numpy as np
from sklearn.utils import Bunch
from sklearn.utils._param_validation import validate_params

_FILE = "data/watch_dataset.npy"
_INSTALL = "pip install 'seglearn==1.2.5'"

_EXERCISES = {
    "PEN": "pendulum",
    "ABD": "abduction",
    "FEL": "forward elevation",
    "IR": "internal rotation",
    "ER": "external rotation",
    "TRAP": "lower trapezius row",
    "ROW": "bent over row",
}
_CHANNELS = ["ax", "ay", "az", "wx", "wy", "wz"]

_DESCR = """\
Shoulder physiotherapy exercises on a smartwatch
================================================

Ten healthy people did seven exercises of a rotator cuff programme, twenty times
each with the left and with the right arm, wearing an Apple Watch 2 or 3. One
recording is one exercise, one arm, one person. Part of a collection of twenty
people.

Recordings:  140, of 947 to 2618 steps (19 to 52 s) at 50 Hz, 20 of each exercise
Channels:    ax, ay, az acceleration in g, gravity included; wx, wy, wz rate of
             rotation in rad/s
Target:      the exercise, 0 to 6
Groups:      the person, 1 to 10, with 14 recordings each: for GroupKFold
Missing:     none
Licence:     seglearn carries them under BSD-3-Clause, copyright 2018 David M.
             Burns; the whole collection, https://github.com/dmbee/SPAR-dataset,
             is under GPL-3.0. skmed does not include them, but reads them from the
             installed package.

Cite it when you use it:

- Burns, D. M., Leung, N., Hardisty, M., Whyne, C. M., Henry, P. & McLachlin, S.
  "Shoulder physiotherapy exercise recognition: machine learning the inertial
  signals from a smartwatch." Physiological Measurement 39 (7), 075007 (2018).
  https://doi.org/10.1088/1361-6579/aacfd9
"""


@overload
def load_physiotherapy(*, return_X_y: Literal[False] = ...) -> Bunch: ...


@overload
def load_physiotherapy(
    *, return_X_y: Literal[True]
) -> tuple[list[np.ndarray], np.ndarray]: ...


@validate_params({"return_X_y": ["boolean"]}, prefer_skip_nested_validation=True)
def load_physiotherapy(*, return_X_y=False):
    """Load smartwatch recordings of physiotherapy exercises (classification).

    140 recordings of unequal length, with six channels each, of seven shoulder
    exercises by ten people, who are the groups for cross-validation. The file is part
    of the package seglearn, which must be installed but is not imported. No code in
    the file is executed.

    Parameters
    ----------
    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        Dictionary-like object, with the following attributes.

        data : list of 140 ndarray of shape (length_i, 6), dtype float64
            Acceleration in g and rate of rotation in rad/s, sampled at 50 Hz.
        target : ndarray of shape (140,)
            The exercise, 0 to 6.
        target_names : list of str
            The names of the exercises.
        groups : ndarray of shape (140,)
            The person, 1 to 10.
        side : ndarray of shape (140,)
            The arm: ``"left"`` or ``"right"``.
        feature_names : list of str
            The names of the channels.
        sampling_rate : float
            Sampling rate in Hz: 50.0.
        filename : str
            The file that was read.
        DESCR : str
            Description of the data set, with its licence and references.

    (data, target) : tuple if ``return_X_y`` is True
        The recordings and their exercises.

    Raises
    ------
    ImportError
        If seglearn is not installed.
    OSError
        If its file is not the expected one.

    See Also
    --------
    skmed.preprocessing.Resampler : Resamples them, for example to 12.5 Hz.
    skmed.preprocessing.sliding_windows : Splits them into windows of equal length.

    References
    ----------
    .. [1] Burns, D. M., Leung, N., Hardisty, M., Whyne, C. M., Henry, P. &
       McLachlin, S. "Shoulder physiotherapy exercise recognition: machine learning
       the inertial signals from a smartwatch." Physiological Measurement 39 (7),
       075007 (2018).

    Examples
    --------
    >>> from skmed.datasets import load_physiotherapy
    >>> watch = load_physiotherapy()
    >>> len(watch.data), watch.data[0].shape, watch.target.shape
    (140, (1333, 6), (140,))
    """
    path = _find_file()
    data, target, subject, side = _read(path)
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        target_names=list(_EXERCISES.values()),
        groups=subject,
        side=side,
        feature_names=list(_CHANNELS),
        sampling_rate=50.0,
        filename=str(path),
        DESCR=_DESCR,
    )


def _find_file():
    """Return the path of the recordings in seglearn, without importing it."""
    spec = find_spec("seglearn")
    if spec is None or spec.origin is None:
        raise ImportError(
            f"load_physiotherapy reads the recordings of seglearn: {_INSTALL}."
        )
    return Path(spec.origin).parent / _FILE


def _read(path):
    """Return recordings, exercises, people and arms, or raise if the file is wrong."""
    try:
        with open(path, "rb") as stream:
            np.lib.format.read_magic(stream)
            np.lib.format.read_array_header_1_0(stream)
            content = _ArrayUnpickler(stream).load().item()
        data = [np.ascontiguousarray(x, dtype=np.float64) for x in content["X"]]
        target, subject, right = (
            np.asarray(content[name], dtype=np.int64)
            for name in ("y", "subject", "side")
        )
        expected = (
            content["y_labels"] == list(_EXERCISES)
            and content["X_labels"] == _CHANNELS
            and len(data) == len(target) == len(subject) == len(right) == 140
            and all(x.shape[1:] == (6,) for x in data)
        )
    except (ValueError, TypeError, LookupError, AttributeError, EOFError) as error:
        raise _wrong_file_error(path) from error
    except (pickle.UnpicklingError, FileNotFoundError) as error:
        raise _wrong_file_error(path) from error
    if not expected:
        raise _wrong_file_error(path)
    return data, target, subject, np.where(right == 1, "right", "left")


def _wrong_file_error(path):
    return OSError(f"{path} is not seglearn's file of recordings: {_INSTALL}.")


class _ArrayUnpickler(pickle.Unpickler):
    """Unpickler of arrays, lists, dictionaries and numbers that executes no code."""

    # the function in pickles of numpy arrays; its module depends on numpy's version
    _RECONSTRUCT = np.empty(0).__reduce__()[0]

    def find_class(self, module, name):
        allowed = {
            ("numpy", "ndarray"): np.ndarray,
            ("numpy", "dtype"): np.dtype,
            ("numpy.core.multiarray", "_reconstruct"): self._RECONSTRUCT,
            # used for bytes in pickles of protocol 2
            ("_codecs", "encode"): lambda text, _: text.encode("latin1"),
        }
        if (module, name) not in allowed:
            raise pickle.UnpicklingError(f"{module}.{name} is not part of an array")
        return allowed[module, name]

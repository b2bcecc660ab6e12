"""Validation of notes, in any form, to a list of str."""

import warnings

import numpy as np
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import validate_data

from skmed._parameters import Parameterized, parameter


class NotesParameters(Parameterized):
    """Parameter of all estimators that take notes."""

    missing: str = parameter(
        "{'warn', 'error'}",
        """How notes that are None, NaN, empty or white space are handled: 'warn' keeps
        them as notes without words and warns once with their number, 'error' raises
        an error.""",
        StrOptions({"warn", "error"}),
        default="warn",
    )


def check_notes(estimator, X, *, reset):
    """Validate notes.

    Parameters
    ----------
    estimator : BaseEstimator
        Estimator whose ``n_features_in_`` and ``feature_names_in_`` are set or
        compared.
    X : list, array or Series of str, or table of one column
        Notes.
    reset : bool
        Whether the attributes of the estimator are set, as in fit, or compared.

    Returns
    -------
    list of str or None
        Notes, with None for missing ones; see `handle_missing`.

    Raises
    ------
    TypeError
        If X is no list, array, Series or table.
    ValueError
        If X is empty, has several columns, or holds values that aren't text.
    """
    column = _as_list(X)
    if not column:
        raise ValueError(
            "Found array with 0 sample(s) (shape=(0,)) while a minimum of 1 is "
            f"required by {type(estimator).__name__}: X must hold at least one note."
        )
    notes = [
        note if type(note) is str else _check_note(note, row)
        for row, note in enumerate(column)
    ]
    is_table = hasattr(X, "columns") or getattr(X, "ndim", 1) == 2
    if is_table or reset:
        # a list has no column name, and none is compared
        table = X if is_table else np.empty((len(column), 1), dtype=object)
        validate_data(estimator, table, reset=reset, skip_check_array=True)
    return notes


def handle_missing(notes, missing):
    """Replace missing notes by notes without words, with a warning, or raise.

    Parameters
    ----------
    notes : list of str or None
        Validated notes.
    missing : {"warn", "error"}
        How missing notes are handled.

    Returns
    -------
    list of str
        Notes.

    Raises
    ------
    ValueError
        If notes are missing and ``missing="error"``.
    """
    blank = [i for i, note in enumerate(notes) if not note or note.isspace()]
    if not blank:
        return notes
    message = (
        f"{len(blank)} of {len(notes)} notes have no words (None, NaN, empty or white "
        f"space only; the first is row {blank[0]})"
    )
    if missing == "error":
        raise ValueError(f"X: {message}; leave them out, or set missing='warn'.")
    warnings.warn(f"{message}.", UserWarning, stacklevel=3)
    return [note or "" for note in notes]


def _as_list(X):
    """Return the values of the only column of X as a list."""
    if isinstance(X, str | bytes):
        raise ValueError(
            f"X must hold one note per row and is a single {type(X).__name__}; put it "
            "in a list, [note]."
        )
    if hasattr(X, "tocsr"):
        raise TypeError("X must hold notes, text, and is a sparse matrix of numbers.")
    if hasattr(X, "columns"):
        if len(X.columns) != 1:
            raise ValueError(
                f"X must be one column of notes and has {len(X.columns)}; choose one "
                "of them, or give each to its own step of a ColumnTransformer."
            )
        X = X[X.columns[0]]
    elif hasattr(X, "__array__") and not hasattr(X, "__len__"):
        return _as_list(np.asarray(X))
    elif not hasattr(X, "__len__"):
        raise TypeError(
            f"X must be a list, array, Series or one-column table of notes, not "
            f"{type(X).__name__}."
        )
    elif getattr(X, "ndim", 1) != 1:
        shape = tuple(X.shape)
        if len(shape) != 2 or shape[1] != 1:
            raise ValueError(
                f"X must be one column of notes and has shape {shape}; choose one "
                "column, or give each to its own step of a ColumnTransformer."
            )
        X = X[:, 0]
    return X.tolist() if hasattr(X, "tolist") else list(X)


def _check_note(note, row):
    """Return a value that isn't exactly a str as a str, or as None if it is missing."""
    if isinstance(note, str):
        return str(note)
    if note is None or (np.ndim(note) == 0 and _is_missing(note)):
        return None
    if isinstance(note, bytes | bytearray):
        fix = "decode it first, note.decode('utf-8')"
    elif np.ndim(note):
        fix = "X must be one-dimensional, join the parts of a note into one str"
    else:
        fix = "choose the column that holds text"
    kind = type(note).__name__
    raise ValueError(
        f"X must hold notes as str, and row {row} is of type {kind}; {fix}."
    )


def _is_missing(value):
    try:
        return bool(value != value)
    except TypeError:  # comparing pandas.NA gives NA, which has no truth value
        return type(value).__name__ == "NAType"

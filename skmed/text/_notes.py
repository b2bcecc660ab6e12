"""Notes as they come, checked: a list of str."""

import warnings

import numpy as np
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import validate_data

from skmed._parameters import Parameterized, parameter


class TakesNotes(Parameterized):
    """The parameter of everything that takes notes."""

    empty: str = parameter(
        "{'warn', 'error'}",
        """What becomes of notes that are None, NaN, empty or white space only: 'warn'
        keeps them as notes without words, with one warning that counts them, 'error'
        refuses them.""",
        StrOptions({"warn", "error"}),
        default="warn",
    )


def check_notes(estimator, X, *, reset):
    """Return notes as a list of str, where None stands for a missing one.

    Parameters
    ----------
    estimator : BaseEstimator
        Whose ``n_features_in_`` and ``feature_names_in_`` are set or compared.
    X : list, array or Series of str, or a table of one column
        Notes.
    reset : bool
        Whether this is a fit.

    Returns
    -------
    list of str or None
        One each; see `without_words`.
    """
    column = _one_column(X)
    if not column:
        raise ValueError(
            "Found array with 0 sample(s) (shape=(0,)) while a minimum of 1 is "
            f"required by {type(estimator).__name__}: X must hold at least one note."
        )
    notes = [
        note if type(note) is str else _note(note, row)
        for row, note in enumerate(column)
    ]
    is_table = hasattr(X, "columns") or getattr(X, "ndim", 1) == 2
    if is_table or reset:
        # the names of a table are compared; a list has none
        table = X if is_table else np.empty((len(column), 1), dtype=object)
        validate_data(estimator, table, reset=reset, skip_check_array=True)
    return notes


def without_words(notes, empty):
    """Replace what is missing by notes without words, and say how many there are.

    Parameters
    ----------
    notes : list of str or None
        Checked notes.
    empty : {"warn", "error"}
        What to do about them.

    Returns
    -------
    list of str
        The notes.
    """
    blank = [i for i, note in enumerate(notes) if not note or note.isspace()]
    if not blank:
        return notes
    says = (
        f"{len(blank)} of {len(notes)} notes have no words (None, NaN, empty or white "
        f"space only; the first is row {blank[0]})"
    )
    if empty == "error":
        raise ValueError(f"X: {says}; leave them out, or set empty='warn'.")
    warnings.warn(f"{says}.", UserWarning, stacklevel=3)
    return [note or "" for note in notes]


def _one_column(X):
    """Return X as a list of whatever it holds."""
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
        return _one_column(np.asarray(X))
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


def _note(note, row):
    """Return an entry that isn't a str as one, or None, or say what is wrong."""
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
    except TypeError:  # pandas' NA is neither equal to itself nor not
        return type(value).__name__ == "NAType"

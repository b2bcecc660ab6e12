"""Translate errors of scikit-learn and numpy into one sentence that names the fix."""

import contextlib

# parts of numpy's messages about values that aren't numbers, and about ragged arrays
_NOT_NUMERIC = ("could not convert", "argument must be")
_RAGGED = ("with a sequence", "inhomogeneous", "could not broadcast")


@contextlib.contextmanager
def translate_errors(name="X"):
    """Rewrite errors of scikit-learn and numpy as one sentence that names the fix.

    Parameters
    ----------
    name : str
        Name of the argument that is checked.

    Raises
    ------
    TypeError or ValueError
        Error with the new message. Errors without a translation are raised as they
        are.
    """
    try:
        yield
    except (TypeError, ValueError) as error:
        message = _translate(str(error), name)
        if message is None:
            raise
        raise _error_type(error)(message) from error


def _translate(message, name):
    """Return the translation of an error message, or None if there is none."""
    first = first_sentence(message)
    first = first.replace("Input contains", f"Input {name} contains")
    if "contains NaN" in message:
        fix = "fill missing values in, for example with sklearn.impute.SimpleImputer"
        if name != "X":
            fix = "leave such rows out"
        return f"{first}; {fix}."
    if "contains infinity" in message:
        return f"{first}; clip or rescale such values."
    if "Complex data" in message:
        return f"{first} in {name}; give real and imaginary parts as numbers."
    if "inconsistent numbers of samples" in message:
        return f"X and y must have the same number of rows: {first}."
    if message.startswith("Found array"):
        return f"{first.replace('Found array', f'{name} is an array')}."
    if message.startswith("Expected 2D array"):
        # scikit-learn's checks look for "Reshape your data"
        fix = "Reshape your data to (n_samples, n_features), also a single row"
        return f"{first} for {name}: {fix}."
    if any(part in message for part in _NOT_NUMERIC):
        return f"{name} must hold numbers ({first})."
    if any(part in message for part in _RAGGED):
        return f"{name} must be one array, with rows of equal length ({first})."
    return None


def first_sentence(message):
    """Return the first sentence of a message, without its last punctuation mark."""
    return message.partition("\n")[0].partition(". ")[0].rstrip(".:")


@contextlib.contextmanager
def prefix_errors(names):
    """Prefix errors with the names of the arguments that they are about.

    Parameters
    ----------
    names : str
        Names of the arguments, as in "X_val and y_val".

    Raises
    ------
    TypeError or ValueError
        Error with the prefix, on one line.
    """
    try:
        yield
    except (TypeError, ValueError) as error:
        message = " ".join(str(error).split())
        raise _error_type(error)(f"{names}: {message}") from error


def _error_type(error):
    """Return TypeError or ValueError, without scikit-learn's subclasses."""
    return TypeError if isinstance(error, TypeError) else ValueError

"""Errors of scikit-learn and numpy, said in one sentence that names the fix."""

import contextlib

# what numpy says of things that aren't numbers, and of rows of unequal length
_NOT_NUMBERS = ("could not convert", "argument must be")
_RAGGED = ("with a sequence", "inhomogeneous", "could not broadcast")


@contextlib.contextmanager
def translate_errors(name="X"):
    """Turn errors of scikit-learn and numpy into a sentence that names the fix.

    Parameters
    ----------
    name : str
        The argument that is being checked.
    """
    try:
        yield
    except (TypeError, ValueError) as error:
        sentence = _sentence(str(error), name)
        if sentence is None:
            raise
        raise _same_kind(error)(sentence) from error


def _sentence(message, name):
    said = first_sentence(message)
    said = said.replace("Input contains", f"Input {name} contains")
    if "contains NaN" in message:
        fix = "fill missing values in, for example with sklearn.impute.SimpleImputer"
        if name != "X":
            fix = "leave such rows out"
        return f"{said}; {fix}."
    if "contains infinity" in message:
        return f"{said}; clip or rescale such values."
    if "Complex data" in message:
        return f"{said} in {name}; give real and imaginary parts as numbers."
    if "inconsistent numbers of samples" in message:
        return f"X and y must have the same number of rows: {said}."
    if message.startswith("Found array"):
        return f"{said.replace('Found array', f'{name} is an array')}."
    if message.startswith("Expected 2D array"):
        # what follows stands in scikit-learn's own words
        fix = "Reshape your data to (n_samples, n_features), also a single row"
        return f"{said} for {name}: {fix}."
    if any(words in message for words in _NOT_NUMBERS):
        return f"{name} must hold numbers ({said})."
    if any(words in message for words in _RAGGED):
        return f"{name} must be one array, with rows of equal length ({said})."
    return None


def first_sentence(message):
    return message.partition("\n")[0].partition(". ")[0].rstrip(".:")


@contextlib.contextmanager
def prefix_errors(names):
    """Say of which arguments an error tells, in front of it."""
    try:
        yield
    except (TypeError, ValueError) as error:
        said = " ".join(str(error).split())
        raise _same_kind(error)(f"{names}: {said}") from error


def _same_kind(error):
    return TypeError if isinstance(error, TypeError) else ValueError


def check_numeric_dtype(X):
    """Refuse text and dates, which numpy would read as numbers."""
    # a Series has one that goes by both names
    columns = getattr(X, "dtypes", ()) if getattr(X, "ndim", 1) == 2 else ()
    dtypes = [getattr(X, "dtype", None), *columns]
    for dtype in dtypes:
        if getattr(dtype, "kind", "") in ("U", "S", "m", "M"):
            raise ValueError(
                f"X must hold numbers, not {dtype}; turn text and dates into numbers "
                "first."
            )

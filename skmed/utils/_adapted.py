"""Numeric matrices in the form that an estimator wants, on their way to its methods."""

import functools
import inspect

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.metaestimators import available_if

# methods that take rows; what is made of rows, as codes are, stays as it is
_METHODS = (
    "fit",
    "fit_predict",
    "fit_transform",
    "partial_fit",
    "decision_function",
    "predict",
    "predict_log_proba",
    "predict_proba",
    "score",
    "score_samples",
    "transform",
)
_FITS = {"fit", "fit_predict", "fit_transform"}
_ROWS = {"X", "X_val"}


def adapted(estimator, form):
    """Return an unfitted estimator that takes matrices, whatever it stands on takes.

    Its class is a subclass of the estimator's own, with the same name, parameters
    and methods. Rows of numbers are converted and nothing is validated: what isn't
    a matrix of numbers reaches the estimator as it is.

    Parameters
    ----------
    estimator : estimator
        An estimator of text or of sequences.
    form : {"text", "sequences"}
        What rows of numbers become.

    Returns
    -------
    estimator
        With the same parameters.
    """
    parameters = estimator.get_params(deep=False)
    return _adapted_class(type(estimator), form)(**parameters)


@functools.lru_cache
def _adapted_class(cls, form):
    namespace = {
        name: _converting(cls, name, form) for name in _METHODS if hasattr(cls, name)
    }

    def __sklearn_tags__(self):
        tags = super(adapted_cls, self).__sklearn_tags__()
        tags.input_tags.two_d_array = True
        tags.input_tags.one_d_array = False
        tags.input_tags.three_d_array = False
        tags.input_tags.string = False
        return tags

    def __reduce__(self):
        # this class has no name under which pickle could find it
        return _unfilled, (cls, form), self.__getstate__()

    namespace |= {
        "__sklearn_tags__": __sklearn_tags__,
        "__reduce__": __reduce__,
        "__module__": cls.__module__,
        "__doc__": cls.__doc__,
    }
    adapted_cls = type(cls.__name__, (cls,), namespace)
    return adapted_cls


def _unfilled(cls, form):
    adapted_cls = _adapted_class(cls, form)
    return adapted_cls.__new__(adapted_cls)


def _converting(cls, name, form):
    """Return a method that converts its rows, for those who have such a method."""

    def exists(self):
        getattr(super(_adapted_class(cls, form), self), name)
        return True

    def method(self, *args, **kwargs):
        own = getattr(super(_adapted_class(cls, form), self), name)
        given = inspect.signature(own).bind(*args, **kwargs)
        # what a fit takes as its width, later rows are compared with
        width = None if name in _FITS else getattr(self, "_width_", None)
        fitted = _width(given.arguments.get("X"))
        for rows in _ROWS & given.arguments.keys():
            width = fitted if width is None else width
            given.arguments[rows] = _FORMS[form](given.arguments[rows], width)
        result = own(*given.args, **given.kwargs)
        if (name in _FITS or name == "partial_fit") and width is not None:
            self._width_ = width
        return result

    return available_if(exists)(functools.wraps(getattr(cls, name))(method))


def _matrix(X):
    """Return X as an array if it is a matrix of real numbers, else None."""
    if X is None or issparse(X):
        return None
    try:
        array = np.asarray(X)
        if array.dtype == object:
            array = array.astype(np.float64)
    except (TypeError, ValueError):
        return None
    return array if array.ndim == 2 and array.dtype.kind in "biuf" else None


def _width(X):
    array = _matrix(X)
    return None if array is None else array.shape[1]


class _Convertible:
    """No array, no list: what numpy can make an array of."""

    def __init__(self, array):
        self._array = array

    def __array__(self, dtype=None, copy=None):
        return self._array if dtype is None else self._array.astype(dtype)


def _as_text(X, width):
    """Return one text for each row; two columns of text where the width is wrong."""
    array = _matrix(X)
    if array is None:
        return X
    texts = np.array([_text(row) for row in array], dtype=object)
    if array.shape[1] != width:
        return np.stack([texts, texts], axis=1)
    if hasattr(X, "columns"):
        column = {str(X.columns[0]): texts}
        keywords = {"index": X.index} if hasattr(X, "index") else {}
        return type(X)(column, **keywords)
    if isinstance(X, list):
        return texts.tolist()
    if not isinstance(X, np.ndarray):
        return _Convertible(texts)
    texts.flags.writeable = X.flags.writeable
    return texts


def _text(row):
    """Write a row in words: for each number one that is near it, and one that is it."""
    words = []
    for position, number in enumerate(row.astype(np.float64) + 0.0):
        column = _letters(position)
        near = round(2 * number) if np.isfinite(number) else 0
        sign = "n" if near < 0 else "p"
        words += [f"{column}{sign}{abs(near)}", f"{column}x{number.tobytes().hex()}"]
    return " ".join(words)


def _letters(position):
    # ``q`` so that no column is a stop word
    return "q" + "".join(chr(ord("a") + int(digit)) for digit in str(position))


def _as_sequences(X, width):
    """Return one array of shape (length, channels) for each row.

    There is one channel; two of them where the width is wrong.
    """
    array = _matrix(X)
    if array is None:
        return X
    n_channels = 1 if array.shape[1] == width else 2
    return [np.repeat(row[:, np.newaxis], n_channels, axis=1) for row in array]


_FORMS = {"text": _as_text, "sequences": _as_sequences}

"""Adapter of estimators of text or sequences to numeric matrices."""

import functools
import inspect

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.metaestimators import available_if

# methods that take samples; inverse_transform, which takes codes, isn't adapted
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
_SAMPLE_ARGUMENTS = {"X", "X_val"}


def adapt_to_matrices(estimator, form):
    """Return an unfitted copy of an estimator that takes numeric matrices.

    Its class is a subclass of the estimator's class, with the same name, parameters
    and methods. The rows of matrices are converted to text or sequences. Nothing is
    validated: other input is passed to the estimator unchanged.

    Parameters
    ----------
    estimator : estimator
        An estimator of text or of sequences.
    form : {"text", "sequences"}
        What rows are converted to.

    Returns
    -------
    estimator
        Estimator with the same parameters.
    """
    parameters = estimator.get_params(deep=False)
    return _adapted_class(type(estimator), form)(**parameters)


@functools.lru_cache
def _adapted_class(cls, form):
    namespace = {
        name: _converting_method(cls, name, form)
        for name in _METHODS
        if hasattr(cls, name)
    }

    def __sklearn_tags__(self):
        tags = super(adapted_cls, self).__sklearn_tags__()
        tags.input_tags.two_d_array = True
        tags.input_tags.one_d_array = False
        tags.input_tags.three_d_array = False
        tags.input_tags.string = False
        return tags

    def __reduce__(self):
        # pickle can't import this class by name
        return _new_instance, (cls, form), self.__getstate__()

    namespace |= {
        "__sklearn_tags__": __sklearn_tags__,
        "__reduce__": __reduce__,
        "__module__": cls.__module__,
        "__doc__": cls.__doc__,
    }
    adapted_cls = type(cls.__name__, (cls,), namespace)
    return adapted_cls


def _new_instance(cls, form):
    adapted_cls = _adapted_class(cls, form)
    return adapted_cls.__new__(adapted_cls)


def _converting_method(cls, name, form):
    """Return a method that converts its samples, available if the original one is."""

    convert = _CONVERTERS[form]

    def exists(self):
        getattr(super(_adapted_class(cls, form), self), name)
        return True

    def method(self, *args, **kwargs):
        original = getattr(super(_adapted_class(cls, form), self), name)
        given = inspect.signature(original).bind(*args, **kwargs)
        # a matrix has the wrong width if it isn't that of fit
        width = None if name in _FITS else getattr(self, "_width_", None)
        fitted = _width(given.arguments.get("X"))
        for argument in _SAMPLE_ARGUMENTS & given.arguments.keys():
            width = fitted if width is None else width
            given.arguments[argument] = convert(given.arguments[argument], width)
        result = original(*given.args, **given.kwargs)
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
    """Return the number of columns of a numeric matrix, else None."""
    array = _matrix(X)
    return None if array is None else array.shape[1]


class _Convertible:
    """Neither an array nor a list, but convertible to an array by numpy."""

    def __init__(self, array):
        self._array = array

    def __array__(self, dtype=None, copy=None):
        return self._array if dtype is None else self._array.astype(dtype)


def _as_text(X, width):
    """Return one text per row, or two columns of text if the width is wrong."""
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
    """Return two words for each number of a row: a rounded and an exact one."""
    words = []
    for position, number in enumerate(row.astype(np.float64) + 0.0):
        column = _letters(position)
        rounded = round(2 * number) if np.isfinite(number) else 0
        sign = "n" if rounded < 0 else "p"
        words += [f"{column}{sign}{abs(rounded)}", f"{column}x{number.tobytes().hex()}"]
    return " ".join(words)


def _letters(position):
    # begins with q, so that no column is a stop word
    return "q" + "".join(chr(ord("a") + int(digit)) for digit in str(position))


def _as_sequences(X, width):
    """Return one array of shape (length, 1) per row, (length, 2) on a wrong width."""
    array = _matrix(X)
    if array is None:
        return X
    n_channels = 1 if array.shape[1] == width else 2
    return [np.repeat(row[:, np.newaxis], n_channels, axis=1) for row in array]


_CONVERTERS = {"text": _as_text, "sequences": _as_sequences}

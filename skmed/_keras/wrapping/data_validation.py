"""Validation of X, y and sample weights, and their conversion for a model."""

import keras
import numpy as np
from scipy.sparse import issparse
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import validate_data

from skmed._validation.arrays import check_numeric_dtype
from skmed._validation.messages import prefix_errors, translate_errors
from skmed._validation.sample_props import check_weights
from skmed._validation.targets import check_targets

from .batches import cast_floats

# the most values of a sparse X that is converted to a dense array
_MAX_DENSE_VALUES = 2**25
# kept in memory as they are, and cast batch by batch
_SMALL_DTYPES = ("uint8", "int8", "uint16", "int16", "float16")


def drop_zero_weight_samples(X, y, sample_weight):
    """Drop the samples whose weight is zero, before anything is learned.

    Parameters
    ----------
    X : array-like or sparse matrix of shape (n_samples, ...)
        Not validated yet.
    y : array-like of shape (n_samples, ...) or None
        Not validated yet.
    sample_weight : array-like of shape (n_samples,), number or None
        Sample weights.

    Returns
    -------
    X, y : array-like
        The samples with a weight above zero.
    sample_weight : ndarray of shape (n_samples,) or None
        Their weights.
    """
    if sample_weight is None:
        return X, y, None
    if isinstance(sample_weight, np.ndarray) and sample_weight.dtype.kind == "f":
        # boosting gives weights that are zero in single precision
        tiny = np.finfo(np.float32).tiny
        sample_weight = np.where(np.abs(sample_weight) < tiny, 0, sample_weight)
    weight = check_weights(sample_weight, X)
    if weight.all():
        return X, y, weight
    indices = np.flatnonzero(weight)
    X = None if X is None else _safe_indexing(X, indices)
    y = None if y is None else _safe_indexing(y, indices)
    return X, y, weight[indices]


def check_X(estimator, X, y=None, reset=False):
    """Validate X as scikit-learn does.

    Parameters
    ----------
    estimator : estimator
        Learns number and names of the features if ``reset``, else has them compared.
    X : array-like or sparse matrix of shape (n_samples, ...)
        Samples.
    y : ndarray of shape (n_samples, ...) or None
        Validated targets, whose length is compared with that of X.
    reset : bool
        Whether the estimator is fitted anew.

    Returns
    -------
    ndarray or csr_array of shape (n_samples, ...)
        The samples, of a numeric dtype.
    """
    required = estimator.__sklearn_tags__().target_tags.required
    with translate_errors():
        check_numeric_dtype(X)
        checked = validate_data(
            estimator,
            X,
            y if y is not None or (reset and required) else "no_validation",
            reset=reset,
            accept_sparse="csr",
            allow_nd=True,
            **({} if y is None else {"multi_output": True}),
        )
    X = checked[0] if isinstance(checked, tuple) else checked
    if not reset and X.shape[1:] != estimator.X_shape_[1:]:
        raise ValueError(
            f"X must have rows of shape {estimator.X_shape_[1:]} as in fit; got "
            f"{X.shape[1:]}."
        )
    return X


def check_y(y, numeric=False):
    """Validate targets; with ``numeric`` convert them to numbers.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Targets.
    numeric : bool
        Whether y must hold numbers.

    Returns
    -------
    ndarray of shape (n_samples,) or (n_samples, n_outputs)
        The targets.
    """
    y = check_targets(y)
    if numeric and y.dtype.kind not in "biuf":
        with translate_errors("y"):
            y = y.astype(np.float64)
    return y


def model_inputs(model, X):
    """Convert encoded samples to what a model takes.

    Parameters
    ----------
    model : keras.Model
        Its inputs have dtypes.
    X : array or sparse matrix of shape (n_samples, ...), or list or dict of them
        What the feature encoder returned.

    Returns
    -------
    ndarray or csr_array of shape (n_samples, ...), or list or dict of them
        Samples of the input's dtype. Small dtypes are kept, which saves memory, and
        so are sparse matrices with more than 2**25 values.
    """
    inputs = getattr(model, "inputs", None) or ()
    dtype = inputs[0].dtype if len(inputs) == 1 else keras.config.floatx()
    if not dtype.startswith("float"):
        floats = keras.config.floatx()
    else:
        floats = dtype if dtype == "float64" else "float32"
    X = cast_floats(X, floats)
    if issparse(X) and len(inputs) == 1 and not inputs[0].sparse:
        X = X.toarray() if np.prod(X.shape) <= _MAX_DENSE_VALUES else X
    if len(inputs) == 1 and isinstance(X, np.ndarray) and X.dtype.kind in "biuf":
        if X.dtype.name not in _SMALL_DTYPES and dtype != "bfloat16":
            X = X.astype(dtype, copy=False)
        if X.dtype.kind == "f" and not np.isfinite(X).all():
            raise ValueError(
                f"X has values too large for {dtype}; rescale X, for example with "
                "sklearn.preprocessing.StandardScaler."
            )
    return X


def encode_validation_data(wrapper, validation_data, dtype):
    """Encode validation data as the training data are.

    Parameters
    ----------
    wrapper : BaseWrapper
        Has fitted encoders and a model.
    validation_data : tuple, data set or None
        X, y and optionally sample weights, in the units of ``fit``. A data set of
        TensorFlow's or Keras's own, and what has another form than X and y of ``fit``,
        count as encoded.
    dtype : str
        The dtype of all floats of y.

    Returns
    -------
    tuple, data set or None
        Inputs, targets, and sample weights or None; or what was given.
    """
    if not isinstance(validation_data, tuple | list) or len(validation_data) not in (
        2,
        3,
    ):
        return validation_data
    X, y, weight = (*validation_data, None)[:3]
    with prefix_errors("validation_data"):
        if hasattr(X, "shape") or hasattr(X, "iloc"):
            X, _ = wrapper._validate_data(X)
            X = wrapper.feature_encoder_.transform(X)
        if np.ndim(y) == wrapper.y_ndim_ and not isinstance(y, dict):
            _, y = wrapper._validate_data(y=y)
            y = wrapper.target_encoder_.transform(y)
        if weight is not None:
            weight = check_weights(weight, X)
    return model_inputs(wrapper.model_, X), cast_floats(y, dtype), weight

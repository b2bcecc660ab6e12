"""The rows of a wrapper: checked as scikit-learn does, cast as the model takes them."""

import keras
import numpy as np
from scipy.sparse import issparse
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import validate_data

from skmed._validation.arrays import check_numeric_dtype
from skmed._validation.messages import (
    prefix_errors,
    translate_errors,
)
from skmed._validation.sample_props import check_weights
from skmed._validation.targets import check_targets

from .keras_fit import as_keras

# numbers in a sparse matrix that is made dense
_DENSE_VALUES = 2**25
# stay as they are in memory and are cast batch by batch
_SMALL_DTYPES = ("uint8", "int8", "uint16", "int16", "float16")


class RowChecks:
    """Checks rows against those of the first fit, and encodes them."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _present(self, X, y, sample_weight):
        """Leave out the rows whose weight is zero, before anything is learned."""
        if sample_weight is None:
            return X, y, None
        if isinstance(sample_weight, np.ndarray) and sample_weight.dtype.kind == "f":
            # what boosting has all but given up is zero in single precision
            tiny = np.finfo(np.float32).tiny
            sample_weight = np.where(np.abs(sample_weight) < tiny, 0, sample_weight)
        weight = check_weights(sample_weight, X)
        if weight.all():
            return X, y, weight
        rows = np.flatnonzero(weight)
        taken = (_safe_indexing(data, rows) for data in (X, y) if data is not None)
        X, y = (*taken, None)[:2]
        return X, y, weight[rows]

    def _weigh(self, y, weight):
        """Give rows what a task adds to their weights."""
        return weight

    def _validate_data(self, X=None, y=None, reset=False, y_numeric=False):
        """Check X and y; with ``reset`` note their form, else compare with it."""
        if y is not None:
            y = self._check_y(y, y_numeric)
            if reset:
                self.target_type_ = self._type_of_target(y)
                self.y_dtype_ = y.dtype
                self.y_ndim_ = y.ndim
            elif y.ndim != self.y_ndim_:
                raise ValueError(
                    f"y must have {self.y_ndim_} axes as in fit; got {y.ndim}."
                )
        if X is None:
            return X, y
        required = self.__sklearn_tags__().target_tags.required
        with translate_errors():
            check_numeric_dtype(X)
            checked = validate_data(
                self,
                X,
                y if y is not None or (reset and required) else "no_validation",
                reset=reset,
                accept_sparse="csr",
                allow_nd=True,
                **({} if y is None else {"multi_output": True}),
            )
        X = checked[0] if isinstance(checked, tuple) else checked
        if reset:
            self.X_dtype_ = X.dtype
            self.X_shape_ = X.shape
        elif X.shape[1:] != self.X_shape_[1:]:
            raise ValueError(
                f"X must have rows of shape {self.X_shape_[1:]} as in fit; got "
                f"{X.shape[1:]}."
            )
        return X, y

    def _check_y(self, y, y_numeric):
        y = check_targets(y)
        if y_numeric and y.dtype.kind not in "biuf":
            with translate_errors("y"):
                y = y.astype(np.float64)
        return y

    def _as_inputs(self, X):
        """Return encoded X as the model gets it."""
        inputs = getattr(self.model_, "inputs", None) or ()
        dtype = inputs[0].dtype if len(inputs) == 1 else keras.config.floatx()
        if not dtype.startswith("float"):
            floats = keras.config.floatx()
        else:
            floats = dtype if dtype == "float64" else "float32"
        X = as_keras(X, floats)
        if issparse(X) and len(inputs) == 1 and not inputs[0].sparse:
            # a small matrix is as well dense; a large one is so batch by batch
            X = X.toarray() if np.prod(X.shape) <= _DENSE_VALUES else X
        if len(inputs) == 1 and isinstance(X, np.ndarray) and X.dtype.kind in "biuf":
            if X.dtype.name not in _SMALL_DTYPES and dtype != "bfloat16":
                X = X.astype(dtype, copy=False)
            if X.dtype.kind == "f" and not np.isfinite(X).all():
                raise ValueError(
                    f"X has values too large for {dtype}; rescale X, for example with "
                    "sklearn.preprocessing.StandardScaler."
                )
        return X

    def _watched(self, arguments, dtype):
        """Return the rows to watch, encoded as those to train on, or None."""
        given = arguments.pop("validation_data", None)
        if given is None:
            return None
        if not isinstance(given, tuple | list) or len(given) not in (2, 3):
            # a data set of Keras's or TensorFlow's own
            return given
        X, y, weight = (*given, None)[:3]
        with prefix_errors("validation_data"):
            if hasattr(X, "shape") or hasattr(X, "iloc"):
                X, _ = self._validate_data(X)
                X = self.feature_encoder_.transform(X)
            if np.ndim(y) == self.y_ndim_ and not isinstance(y, dict):
                _, y = self._validate_data(y=y)
                y = self.target_encoder_.transform(y)
            if weight is not None:
                weight = check_weights(weight, X)
        return self._as_inputs(X), as_keras(y, dtype), weight

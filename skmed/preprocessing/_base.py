"""Base class of signal transformers: validation and conversion of X."""

from abc import abstractmethod
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, _fit_context
from sklearn.utils import check_array
from sklearn.utils.validation import check_is_fitted, validate_data

from skmed._parameters import Parameterized
from skmed._restore import restore_on_failure
from skmed._validation.arrays import check_numeric_dtype
from skmed._validation.messages import translate_errors
from skmed._validation.sequences import check_sequences, group_by_length, is_sequences

_DTYPES = [np.float64, np.float32]
# values per chunk, to bound memory and to fit into the processor's cache
_CHUNK_VALUES = 2**18


class SignalTransformer(TransformerMixin, Parameterized, BaseEstimator):
    """Base class of signal transformers.

    It converts tables, arrays and lists of sequences to arrays of shape
    (n_samples, length, channels), which a subclass transforms in `_transform`, and
    back.

    Warning: for internal use only; it may change without notice.
    """

    _attribute_docs = {
        "n_features_in_": (
            "int",
            "Number of time steps if X was a table in fit, else number of channels.",
        ),
        "feature_names_in_": (
            "ndarray of shape (n_features_in_,)",
            "Names of the time steps, if X was a table whose names are all strings.",
        ),
    }

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None) -> Self:
        """Validate the parameters and the signals.

        Parameters
        ----------
        X : array-like of shape (n_samples, length) or (n_samples, length, channels), \
                or list of n_samples arrays of shape (length_i, channels)
            Signals.
        y : Ignored
            Not used.

        Returns
        -------
        object
            The fitted transformer.
        """
        with restore_on_failure(self):
            self._fit_signals(self._validate_signals(X, reset=True))
        return self

    def transform(self, X):
        """Transform signals.

        Parameters
        ----------
        X : array-like of shape (n_samples, length) or (n_samples, length, channels), \
                or list of n_samples arrays of shape (length_i, channels)
            Signals: a table of the length seen in fit, or sequences of any length
            with the channels seen in fit.

        Returns
        -------
        ndarray, or list of n_samples ndarray
            Transformed signals. A list if X is one.
        """
        check_is_fitted(self)
        X = self._validate_signals(X, reset=False)
        if not isinstance(X, list):
            return self._restore_axes(self._transform_in_chunks(X))
        transformed = [None] * len(X)
        for indices, stacked in group_by_length(X):
            for index, result in zip(indices, self._transform_in_chunks(stacked)):
                transformed[index] = result
        return transformed

    def _transform_in_chunks(self, x):
        n_rows = max(1, _CHUNK_VALUES // x[0].size)
        chunks = [
            self._transform(x[start : start + n_rows]).astype(x.dtype, copy=False)
            for start in range(0, len(x), n_rows)
        ]
        return chunks[0] if len(chunks) == 1 else np.concatenate(chunks)

    # ----- hooks of subclasses -----

    def _check_parameters(self):
        """Raise if parameters are inconsistent, and set attributes made of them."""

    def _fit_signals(self, X):
        """Set fitted attributes from validated signals."""

    @abstractmethod
    def _transform(self, x):
        """Transform signals of shape (n_samples, length, channels)."""

    def _min_length(self):
        """Return the least length of a signal in time steps, and a fix to suggest."""
        return 1, ""

    def _restore_axes(self, x):
        """Drop the axis of channels if X was a table."""
        return x[:, :, 0] if self._is_table and x.ndim == 3 else x

    # ----- validation -----

    def _validate_signals(self, X, *, reset):
        """Return X as (n_samples, length, channels), or as a list of sequences."""
        if is_sequences(X):
            X, table = check_sequences(X), False
        else:
            table = getattr(X, "ndim", 2) < 3
            check_numeric_dtype(X)
            with translate_errors():
                if table:
                    self._check_kind(table, reset=reset)
                    X = validate_data(self, X, reset=reset, dtype=_DTYPES)[..., None]
                else:
                    X = check_array(X, allow_nd=True, dtype=_DTYPES, input_name="X")
            if X.ndim != 3 or not X.size:
                raise ValueError(
                    "X must have shape (n, length) or (n, length, channels), or be a "
                    f"list of (length_i, channels) arrays; got shape {X.shape}."
                )
        if not table:
            self._check_kind(table, reset=reset)
            self._check_channels(X[0].shape[1], reset=reset)
        if reset:
            self._is_table = table
            self._check_parameters()
        self._check_length(min(map(len, X)), table)
        return X

    def _check_kind(self, table, *, reset):
        """Raise if X is a table but was none in fit, or the other way round."""
        if not reset and table != self._is_table:
            expected, got = "a table (n, length)", "sequences with channels"
            if table:
                expected, got = got, expected
            raise ValueError(
                f"X is {got}, and {type(self).__name__} was fitted on {expected}; "
                "give the same form."
            )

    def _check_channels(self, n_channels, *, reset):
        """Set the number of channels, or raise if it is another than in fit."""
        if reset:
            self.n_features_in_ = n_channels
            vars(self).pop("feature_names_in_", None)
        elif n_channels != self.n_features_in_:
            raise ValueError(
                f"X has {n_channels} channels, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} channels as input."
            )

    def _check_length(self, length, table):
        minimum, fix = self._min_length()
        if length < minimum:
            got = f"{length} feature(s)" if table else f"a signal of {length} step(s)"
            raise ValueError(
                f"X has {got}, and {type(self).__name__} needs signals of {minimum} "
                f"steps or more; {fix}."
            )

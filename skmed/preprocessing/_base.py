"""What all transformers of signals share: the three forms of X, and nothing else."""

from abc import abstractmethod

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, _fit_context
from sklearn.utils import check_array
from sklearn.utils.validation import check_is_fitted, validate_data

from skmed._parameters import Parameterized
from skmed._restore import restore_on_failure
from skmed._validation.messages import check_numeric_dtype, translate_errors
from skmed._validation.sequences import check_sequences, group_by_length, is_sequences

_DTYPES = [np.float64, np.float32]
# signals are worked on in pieces, to bound memory and to stay in the processor's cache
_VALUES_AT_A_TIME = 2**18


class SignalTransformer(TransformerMixin, Parameterized, BaseEstimator):
    """Base of the transformers of signals.

    A subclass computes on arrays of shape (n, length, channels); here they are made
    of tables, arrays and lists of sequences, and turned back.

    Warning: made for skmed's own families; it may change without notice.
    """

    _attribute_docs = {
        "n_features_in_": (
            "int",
            "Number of steps seen in fit where X was a table, else of channels.",
        ),
        "feature_names_in_": (
            "ndarray of shape (n_features_in_,)",
            "Names of the steps, where X was a table with names that are all strings.",
        ),
    }

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Check the parameters against the signals.

        Parameters
        ----------
        X : array-like of shape (n, length) or (n, length, channels), or list of n \
                arrays of shape (length_i, channels)
            Signals.
        y : Ignored
            Not used.

        Returns
        -------
        object
            The fitted transformer itself.
        """
        with restore_on_failure(self):
            self._prepare(self._check(X, reset=True))
        return self

    def transform(self, X):
        """Transform signals.

        Parameters
        ----------
        X : array-like of shape (n, length) or (n, length, channels), or list of n \
                arrays of shape (length_i, channels)
            Signals: a table of the length seen in fit, or sequences of any length
            with the channels seen in fit.

        Returns
        -------
        ndarray, or list of n ndarray
            The transformed signals, in the form of X; a list where X is one.
        """
        check_is_fitted(self)
        X = self._check(X, reset=False)
        if not isinstance(X, list):
            return self._as_given(self._in_pieces(X))
        transformed = [None] * len(X)
        for numbers, stacked in group_by_length(X):
            for number, result in zip(numbers, self._in_pieces(stacked)):
                transformed[number] = result
        return transformed

    def _in_pieces(self, x):
        n_rows = max(1, _VALUES_AT_A_TIME // x[0].size)
        pieces = [
            self._transform(x[start : start + n_rows]).astype(x.dtype, copy=False)
            for start in range(0, len(x), n_rows)
        ]
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)

    def _prepare(self, X):
        """Set fitted attributes from checked signals, or refuse parameters."""

    @abstractmethod
    def _transform(self, x):
        """Return what becomes of signals of shape (n, length, channels)."""

    def _least_length(self):
        """Return how many steps a signal needs, and what to do about fewer."""
        return 1, ""

    def _as_given(self, x):
        """Drop the channels of what was a table."""
        return x[:, :, 0] if self._of_tables and x.ndim == 3 else x

    # ----- the forms of X -----

    def _check(self, X, *, reset):
        """Return X with the axes (n, length, channels), or as a list of sequences."""
        if is_sequences(X):
            X, table = check_sequences(X), False
        else:
            table = getattr(X, "ndim", 2) < 3
            check_numeric_dtype(X)
            with translate_errors():
                if table:
                    self._check_form(table, reset=reset)
                    X = validate_data(self, X, reset=reset, dtype=_DTYPES)[..., None]
                else:
                    X = check_array(X, allow_nd=True, dtype=_DTYPES, input_name="X")
            if X.ndim != 3 or not X.size:
                raise ValueError(
                    "X must have shape (n, length) or (n, length, channels), or be a "
                    f"list of (length_i, channels) arrays; got shape {X.shape}."
                )
        if not table:
            self._check_form(table, reset=reset)
            self._check_channels(X[0].shape[1], reset=reset)
        if reset:
            self._of_tables = table
            self._check_parameters()
        self._check_length(min(map(len, X)), table)
        return X

    def _check_parameters(self):
        """Refuse parameters that don't go together."""

    def _check_form(self, table, *, reset):
        if not reset and table != self._of_tables:
            had, got = "a table (n, length)", "sequences with channels"
            if table:
                had, got = got, had
            raise ValueError(
                f"X is {got}, and {type(self).__name__} was fitted on {had}; give the "
                "same form."
            )

    def _check_channels(self, n_channels, *, reset):
        if reset:
            self.n_features_in_ = n_channels
            vars(self).pop("feature_names_in_", None)
        elif n_channels != self.n_features_in_:
            raise ValueError(
                f"X has {n_channels} channels, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} channels as input."
            )

    def _check_length(self, length, table):
        least, fix = self._least_length()
        if length < least:
            words = f"{length} feature(s)" if table else f"a signal of {length} step(s)"
            raise ValueError(
                f"X has {words}, and {type(self).__name__} needs signals of {least} "
                f"steps or more; {fix}."
            )

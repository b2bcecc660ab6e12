"""Validation and conversion of sequences of any length."""

import numpy as np

from skmed._keras.data.inputs import Inputs
from skmed._keras.graphs.padding import PADDED, sequence_lengths
from skmed._validation.memory_maps import MemmapArray
from skmed._validation.sequences import check_sequences, is_sequences

from ._padded import handle_missing, pad, truncate


class SequenceInputs(Inputs):
    """Sequences as the input of a network, padded with NaN.

    Parameters
    ----------
    missing : {"error", "mask", "forward_fill"}
        How NaN within a sequence is handled.
    max_length : int or None
        Maximum length in time steps.
    precision, normalize
        As in `Inputs`.

    Attributes
    ----------
    longest : int
        Length of the longest training sequence in time steps.
    """

    name = PADDED

    def __init__(self, missing, max_length, precision, normalize):
        super().__init__(precision, normalize)
        self._missing = missing
        self._max_length = max_length

    def check(self, estimator, X, y="no_validation", *, reset):
        """Validate X and y; features are channels, or columns of a table."""
        X, y = super().check(estimator, X, y, reset=reset)
        if reset and not self._is_table:
            estimator.n_features_in_ = self.shape[1]
        return X, y

    def prepare(self, X, *, reset):
        """Convert sequences of unequal length to a padded array."""
        if is_sequences(X, rows=True):
            return pad(check_sequences(X, allow_nan=True), self.dtype)
        if not hasattr(X, "shape"):
            X = np.asarray(X)
        shape = X.shape
        if shape == (0,):
            return np.zeros((0, 1))
        if len(shape) > 3:
            raise ValueError(
                f"X has {len(shape)} axes; sequences must have shape (n, length) or (n,"
                " length, channels), or be a list of arrays (length, channels)."
            )
        if len(shape) == 3 and 0 in shape[1:]:
            raise ValueError(f"X of shape {shape} has empty sequences; leave them out.")
        if not reset and len(shape) == 2 and not self._is_table:
            # fitted on sequences: X has one channel and any length
            return np.asarray(X)[..., np.newaxis]
        return X

    def validation_options(self, X):
        """Return further keyword arguments of ``validate_data``."""
        has_gaps = len(X.shape) == 3 or self._missing != "error"
        return {
            # the number of columns of a table is checked, the length of sequences isn't
            "ensure_2d": len(X.shape) != 3,
            "ensure_all_finite": "allow-nan" if has_gaps else True,
        }

    def reshape(self, X, estimator_name, *, reset):
        """Return X of shape (n_samples, n_steps, n_channels), padded with NaN."""
        is_table = X.ndim == 2
        if is_table:
            X = X.reshape(*X.shape, 1)
        n_channels = X.shape[2]
        if not reset and n_channels != self.shape[1]:
            raise ValueError(
                f"X has sequences of {n_channels} channel(s), but "
                f"{estimator_name} was fitted on {self.shape[1]}."
            )
        X = self._check_steps(X)
        if reset:
            if X.shape[1] == 1:
                raise ValueError(
                    "X has sequences of one step only (n_features=1), from which "
                    "nothing can be learned over time; give longer ones."
                )
            self._is_table = is_table
            self.shape = (None, n_channels)
            self.longest = X.shape[1]
        return X

    def _check_steps(self, X):
        if isinstance(X, MemmapArray):
            if self._max_length is not None and X.shape[1] > self._max_length:
                raise ValueError(
                    f"X in a file has {X.shape[1]} steps, more than max_length="
                    f"{self._max_length}; pass X[:, :{self._max_length}]."
                )
            return X
        lengths = sequence_lengths(X, "float32")
        X = truncate(X, self._max_length, lengths)
        return handle_missing(X, self._missing, np.minimum(lengths, X.shape[1]))

    def inverse_transform(self, X):
        """Return sequences in the form of X in fit."""
        return X[..., 0] if self._is_table else X

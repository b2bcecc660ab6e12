"""Streams: classification of sequences while they are recorded."""

from numbers import Integral

import numpy as np
from sklearn.utils import check_array, check_scalar

from skmed._keras.compat.global_state import variable_dtype
from skmed._keras.graphs.recurrent.stateful import StatefulNetwork
from skmed._validation.messages import translate_errors

from . import _networks
from ._derived_networks import streaming_network
from ._padded import forward_fill


def check_streams(estimator):
    """Raise if the network of an estimator can't be evaluated step by step.

    Parameters
    ----------
    estimator : RNNClassifier
        A fitted classifier.
    """
    unsupported = {
        "bidirectional": estimator.bidirectional,
        "filters": tuple(estimator.filters),
        "pooling": estimator.pooling == "attention" and "attention",
        "max_length": estimator.max_length,
    }
    for name, value in unsupported.items():
        if value:
            raise ValueError(
                f"stream() can't work with {name}={value!r}; it needs a network that "
                "reads forwards and to the end: bidirectional=False, filters=(), "
                "pooling='last', 'avg' or 'max', and max_length=None."
            )


class Stream:
    """Predictions for sequences while they are recorded.

    Returned by ``RNNClassifier.stream``.

    Parameters
    ----------
    estimator : RNNClassifier
        A fitted classifier. Later fits of it have no effect.
    n_sequences : int
        Number of sequences.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, in the order of the columns of predictions.
    """

    def __init__(self, estimator, n_sequences):
        check_scalar(n_sequences, "n_sequences", Integral, min_val=1)
        self.classes_ = estimator.classes_
        self._missing = estimator.missing
        self._dtype = variable_dtype(estimator.precision)
        members = getattr(estimator, "estimators_", [estimator])
        networks = [streaming_network(member) for member in members]
        self._members = [StatefulNetwork(network) for network in networks]
        inputs, *states = networks[0].inputs
        self._n_channels = inputs.shape[-1]
        # the state of the pooling is last: a maximum, or sum and number of outputs
        pooled_value = _networks.MIN_OUTPUT if estimator.pooling == "max" else 0
        initial_values = [0] * (len(states) - 1) + [pooled_value]
        self._initial_states = [
            np.full((n_sequences, *state.shape[1:]), value, state.dtype)
            for state, value in zip(states, initial_values)
        ]
        self._states = [self._initial_states] * len(members)
        # last values for forward filling, and number of time steps without values since
        self._last_values = np.full(
            (n_sequences, self._n_channels), np.nan, self._dtype
        )
        self._n_gaps = np.zeros(n_sequences, int)
        self._probabilities = np.full(
            (n_sequences, networks[0].outputs[0].shape[-1]), np.nan, self._dtype
        )

    def update(self, X) -> np.ndarray:
        """Add new time steps.

        Parameters
        ----------
        X : array-like
            For one sequence, a time step of shape ``(n_channels,)`` or several of shape
            ``(n_steps, n_channels)``; with one channel also a number or ``(n_steps,)``.
            For several sequences, shape ``(n_sequences, n_channels)`` or
            ``(n_sequences, n_steps, n_channels)``. Time steps with NaN in all channels
            are skipped; with ``missing="forward_fill"`` they are filled once later
            values are known.

        Returns
        -------
        ndarray of shape (n_sequences, n_classes)
            Probabilities, given all time steps so far; NaN before the first one.
        """
        X, last, n_gaps = self._fill_gaps(self._check(X))
        has_samples = ~np.isnan(X).all(axis=(1, 2))
        if has_samples.any():
            outputs, states = zip(
                *(
                    member(X, state)
                    for member, state in zip(self._members, self._states)
                )
            )
            self._states = list(states)
            self._probabilities = np.where(
                has_samples[:, np.newaxis],
                np.mean(outputs, axis=0),
                self._probabilities,
            )
        self._last_values, self._n_gaps = last, n_gaps
        return self._probabilities.copy()

    def reset(self, sequences=None):
        """Restart sequences, for example for the next patient of a monitor.

        Parameters
        ----------
        sequences : int, array-like of int or None, default=None
            Indices of sequences; None for all.

        Returns
        -------
        Stream
            The stream itself.
        """
        indices = slice(None) if sequences is None else np.atleast_1d(sequences)
        reset_states = []
        for states in self._states:
            states = [np.array(state) for state in states]
            for state, first in zip(states, self._initial_states):
                state[indices] = first[indices]
            reset_states.append(states)
        self._states = reset_states
        self._last_values[indices] = self._probabilities[indices] = np.nan
        self._n_gaps[indices] = 0
        return self

    def _check(self, X):
        """Validate X; return it in shape (n_sequences, n_steps, n_channels)."""
        with translate_errors(), np.errstate(over="ignore"):
            X = check_array(
                np.atleast_1d(X),
                dtype=self._dtype,
                ensure_2d=False,
                allow_nd=True,
                ensure_all_finite="allow-nan",
                ensure_min_samples=0,
                ensure_min_features=0,
                input_name="X",
            )
        n_sequences, n_channels = self._last_values.shape
        if X.ndim == 1 and n_channels == 1:
            X = X[:, np.newaxis]
        elif X.ndim == 1 and n_sequences == 1:
            X = X[np.newaxis]
        if X.ndim == 2:
            X = X[np.newaxis] if n_sequences == 1 else X[:, np.newaxis]
        if X.ndim != 3 or (len(X), X.shape[2]) != (n_sequences, n_channels):
            raise ValueError(
                f"X of shape {X.shape} isn't samples of {n_channels} channel(s) of "
                f"{n_sequences} sequence(s); pass shape ({n_sequences}, n_new, "
                f"{n_channels})."
            )
        missing = np.isnan(X)
        if self._missing == "error" and np.any(
            missing.any(axis=2) & ~missing.all(axis=2)
        ):
            raise ValueError(
                "X has samples with NaN in some channels; fit with missing='mask' or "
                "missing='forward_fill', or fill missing values in."
            )
        return X

    def _fill_gaps(self, X):
        """Fill missing values as the estimator does in whole sequences.

        Returns
        -------
        X : ndarray of shape (n_sequences, n_steps, n_channels)
            Filled time steps, preceded by those of gaps that end with this update.
        last : ndarray of shape (n_sequences, n_channels)
            Last value of each channel.
        n_gaps : ndarray of int, shape (n_sequences,)
            Number of time steps without values since the last one with values.
        """
        if self._missing != "forward_fill":
            return X, self._last_values, self._n_gaps
        n_new = X.shape[1]
        has_value = ~np.isnan(X).all(axis=2)
        steps = np.arange(1, n_new + 1)
        n_until_last = np.max(np.where(has_value, steps, 0), axis=1, initial=0)
        previous = self._last_values[:, np.newaxis]
        filled = forward_fill(np.concatenate([previous, X], axis=1))
        last = filled[:, -1]
        filled = np.where(
            steps[:, np.newaxis] > n_until_last[:, None, None], np.nan, filled[:, 1:]
        )
        n_before = np.where(n_until_last > 0, self._n_gaps, 0)
        positions = np.arange(n_before.max(), 0, -1)[:, np.newaxis]
        gaps = np.where(positions > n_before[:, None, None], np.nan, previous)
        n_gaps = np.where(n_until_last > 0, n_new - n_until_last, self._n_gaps + n_new)
        # time steps before the first value are not filled
        n_gaps[np.isnan(last).all(axis=1)] = 0
        return np.concatenate([gaps, filled], axis=1), last, n_gaps

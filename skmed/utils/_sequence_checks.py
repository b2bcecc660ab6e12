"""Counterparts, for sequences, of checks that are about matrices of numbers."""

import numpy as np

from ._text_checks import check_refused, fitted, new, outputs, refuses


def _sequences(n_channels=1):
    """Return sequences of two lengths, and targets."""
    rng = np.random.default_rng(0)
    y = np.arange(20) % 2
    return [rng.normal(size=(5 + i % 3, n_channels)) + y[i] for i in range(20)], y


def check_complex_sequences(name, estimator):
    """Complex numbers are refused."""
    X, _ = _sequences()
    check_refused(
        name, estimator, _sequences(), [row * 1j for row in X], "complex sequences"
    )


def check_objects_in_sequences(name, estimator):
    """Sequences of objects are refused where these are no numbers."""
    X, _ = _sequences()
    X[0] = X[0].astype(object)
    X[0][0, 0] = {"foo": "bar"}
    check_refused(name, estimator, _sequences(), X, "a sequence with a dict in it")


def check_no_sequences(name, estimator):
    """No rows, and a row without steps, are errors."""
    with refuses(name, "an empty list", ValueError):
        new(estimator).fit([], [])
    X, _ = _sequences()
    X[0] = X[0][:0]
    check_refused(name, estimator, _sequences(), X, "a sequence without steps")


def check_single_sequence(name, estimator):
    """One row of numbers is no list of sequences."""
    X, _ = _sequences()
    check_refused(name, estimator, _sequences(), X[0][:, 0], "a single sequence")


def check_lengths(name, estimator):
    """A longer or shorter sequence than those of fit is answered like any other."""
    X, y = _sequences()
    model = fitted(estimator, X, y)
    expected = outputs(model, X)
    others = [*X, X[0][:2], np.concatenate([X[0], X[1]])]
    for got, other in zip(outputs(model, others), expected):
        assert len(got) == 22
        np.testing.assert_allclose(
            got[:20],
            other,
            atol=1e-5,
            err_msg=f"{name}: other rows change what is said about a row",
        )


def check_other_channels(name, estimator):
    """Another number of channels than in fit is refused."""
    X, _ = _sequences()
    two = [np.repeat(row, 2, axis=1) for row in X]
    with refuses(name, "rows of different channels in fit"):
        new(estimator).fit([*X[:10], *two[10:]], np.arange(20) % 2)
    check_refused(
        name, estimator, _sequences(), two, "another number of channels", in_fit=False
    )

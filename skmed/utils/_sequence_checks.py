"""Checks of sequences, in place of scikit-learn's checks of numeric matrices."""

import numpy as np

from ._check_helpers import (
    all_outputs,
    assert_raises,
    check_invalid,
    clone_seeded,
    fit_clone,
)


def _sequences(n_channels=1):
    """Return sequences of three lengths, and targets."""
    rng = np.random.default_rng(0)
    y = np.arange(20) % 2
    return [rng.normal(size=(5 + i % 3, n_channels)) + y[i] for i in range(20)], y


def check_complex_sequences(name, estimator):
    """Check that complex numbers are refused."""
    X, _ = _sequences()
    check_invalid(
        name, estimator, _sequences(), [row * 1j for row in X], "complex sequences"
    )


def check_objects_in_sequences(name, estimator):
    """Check that sequences of objects are refused if these aren't numbers."""
    X, _ = _sequences()
    X[0] = X[0].astype(object)
    X[0][0, 0] = {"foo": "bar"}
    check_invalid(name, estimator, _sequences(), X, "a sequence with a dict in it")


def check_no_sequences(name, estimator):
    """Check that X without samples, and an empty sequence, are refused."""
    with assert_raises(name, "an empty list", ValueError):
        clone_seeded(estimator).fit([], [])
    X, _ = _sequences()
    X[0] = X[0][:0]
    check_invalid(name, estimator, _sequences(), X, "a sequence without steps")


def check_single_sequence(name, estimator):
    """Check that a single sequence is refused."""
    X, _ = _sequences()
    check_invalid(name, estimator, _sequences(), X[0][:, 0], "a single sequence")


def check_lengths(name, estimator):
    """Check that sequences of other lengths than in fit don't change other outputs."""
    X, y = _sequences()
    model = fit_clone(estimator, X, y)
    expected = all_outputs(model, X)
    others = [*X, X[0][:2], np.concatenate([X[0], X[1]])]
    for got, other in zip(all_outputs(model, others), expected):
        assert len(got) == 22
        np.testing.assert_allclose(
            got[:20],
            other,
            atol=1e-5,
            err_msg=f"{name}: other rows change the output of a row",
        )


def check_other_channels(name, estimator):
    """Check that another number of channels than in fit is refused."""
    X, _ = _sequences()
    two = [np.repeat(row, 2, axis=1) for row in X]
    with assert_raises(name, "sequences of different channels in fit"):
        clone_seeded(estimator).fit([*X[:10], *two[10:]], np.arange(20) % 2)
    check_invalid(
        name, estimator, _sequences(), two, "another number of channels", in_fit=False
    )

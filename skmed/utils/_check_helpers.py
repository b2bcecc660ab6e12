"""Helpers of the estimator checks for text and for sequences."""

import contextlib
import warnings

from sklearn.base import clone, is_regressor
from sklearn.utils._testing import set_random_state

METHODS = ("predict", "transform", "decision_function", "predict_proba")


def clone_seeded(estimator):
    """Return an unfitted clone with a fixed random state."""
    estimator = clone(estimator)
    set_random_state(estimator)
    return estimator


def fit_clone(estimator, X, y):
    """Return a clone that is fitted to X and y, which are floats for regressors."""
    return clone_seeded(estimator).fit(
        X, y.astype(float) if is_regressor(estimator) else y
    )


def all_outputs(estimator, X):
    """Return the outputs of all methods in `METHODS` that an estimator has."""
    return [getattr(estimator, name)(X) for name in METHODS if hasattr(estimator, name)]


@contextlib.contextmanager
def assert_raises(name, description, errors=(TypeError, ValueError)):
    """Assert that the code within raises an error with a message.

    Parameters
    ----------
    name : str
        Name of the estimator.
    description : str
        Invalid input, for the message of the assertion.
    errors : type or tuple of type
        Expected errors.
    """
    try:
        with warnings.catch_warnings():
            # feature names don't matter where an error is expected
            warnings.filterwarnings("ignore", "X (does not have valid|has) feature")
            yield
    except errors as error:
        if not str(error):
            raise AssertionError(
                f"{name} raises an error without a message on {description}."
            ) from error
        return
    except Exception as error:
        raise AssertionError(
            f"{name} raises {type(error).__name__} on {description}; it should raise a "
            "ValueError or a TypeError that says what is wrong."
        ) from error
    raise AssertionError(f"{name} takes {description} without an error.")


def check_invalid(name, estimator, data, X, description, *, in_fit=True):
    """Check that X is refused in fit, and by all methods after a fit to valid data.

    Parameters
    ----------
    name : str
        Name of the estimator.
    estimator : estimator
        Estimator to check.
    data : tuple
        Valid X and y.
    X : object
        Invalid X.
    description : str
        What X is, for the message of the assertion.
    in_fit : bool
        Whether X is invalid in fit too.
    """
    valid, y = data
    if in_fit:
        with assert_raises(name, f"{description} in fit"):
            fit_clone(estimator, X, y)
    model = fit_clone(estimator, valid, y)
    for method in METHODS:
        if hasattr(model, method):
            with assert_raises(name, f"{description} in {method}"):
                getattr(model, method)(X)

"""Restore an estimator when fitting fails."""

import contextlib


@contextlib.contextmanager
def restore_on_failure(estimator):
    """Restore the attributes of an estimator if fitting fails or is interrupted.

    Parameters
    ----------
    estimator : estimator
        The estimator to fit. Attributes are not copied: fitting must assign new values
        instead of modifying them in place.
    """
    before = dict(vars(estimator))
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise

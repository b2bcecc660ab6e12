"""Restore an estimator when fitting fails."""

import contextlib


@contextlib.contextmanager
def restore_on_failure(estimator):
    """Restore the attributes of an estimator if fitting fails or is interrupted.

    Parameters
    ----------
    estimator : estimator
        Estimator that is being fitted. Attributes are restored, not copied: values
        must be replaced, not modified in place.
    """
    before = dict(vars(estimator))
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise

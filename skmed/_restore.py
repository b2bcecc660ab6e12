"""A fit that fails changes nothing."""

import contextlib


@contextlib.contextmanager
def restore_on_failure(estimator):
    """Leave an estimator as it was when fitting fails or is interrupted."""
    before = dict(vars(estimator))
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise

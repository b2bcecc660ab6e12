"""Threads: how many, and whether the result depends on it."""

import functools
import warnings

from sklearn.utils._openmp_helpers import _openmp_effective_n_threads
from threadpoolctl import ThreadpoolController


@functools.cache
def _controller():
    # looking for the libraries takes longer than most of what is limited
    return ThreadpoolController()


def one_blas_thread():
    """Return a context in which BLAS has one thread.

    More would wait for those of implicit, and sum in another order.
    """
    return _controller().limit(limits=1, user_api="blas")


# below this, waking threads takes longer than the work
_SMALL = 2**23


def n_threads(n_jobs, work=_SMALL):
    """Return a number of threads; None and -1 mean all that OpenMP may use.

    ``work`` is the number of products that have to be computed.
    """
    if work < _SMALL:
        return 1
    return _openmp_effective_n_threads(-1 if n_jobs is None else n_jobs)


def warn_of_threads(estimator, number):
    """Say that a model learned by several threads isn't reproducible."""
    if number > 1 and estimator.random_state is not None:
        name = type(estimator).__name__
        warnings.warn(
            f"{name} with n_jobs={estimator.n_jobs} gives another model on each fit in "
            "spite of random_state, as its threads write to the same factors; use "
            "n_jobs=1 for one that can be repeated.",
            UserWarning,
            stacklevel=4,
        )

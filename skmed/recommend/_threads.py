"""Threads: how many, and whether the result depends on it."""

import functools
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

from sklearn.utils._openmp_helpers import _openmp_effective_n_threads
from threadpoolctl import ThreadpoolController


@functools.cache
def _controller():
    # looking for the libraries takes longer than most of what is limited
    return ThreadpoolController()


class _OneBlasThread:
    """The limit is the process's: the first to enter sets it, the last lifts it."""

    def __init__(self):
        self._lock = threading.Lock()
        self._n_inside = 0

    def __enter__(self):
        with self._lock:
            if self._n_inside == 0:
                self._limiter = _controller().limit(limits=1, user_api="blas")
            self._n_inside += 1

    def __exit__(self, *_):
        with self._lock:
            self._n_inside -= 1
            if self._n_inside == 0:
                self._limiter.restore_original_limits()


_one_blas_thread = _OneBlasThread()


def one_blas_thread():
    """Return a context in which BLAS has one thread.

    More would wait for those of implicit, and sum in another order.
    """
    return _one_blas_thread


# below this, waking threads takes longer than the work
_SMALL = 2**23
_of_thread = threading.local()


def each_in_threads(function, items, number):
    """Call a function with each item, several at once.

    Parameters
    ----------
    function : callable
        Whose results don't depend on each other.
    items : iterable
        What it is called with.
    number : int
        How many threads there are.

    Yields
    ------
    object
        What it returned, in the order of the items.
    """
    if number == 1:
        yield from map(function, items)
        return
    mark = functools.partial(setattr, _of_thread, "is_worker", True)
    with one_blas_thread(), ThreadPoolExecutor(number, initializer=mark) as pool:
        yield from pool.map(function, items)


def n_threads(n_jobs, work=_SMALL):
    """Return a number of threads; None and -1 mean all that OpenMP may use.

    ``work`` is the number of products that have to be computed. In a thread of
    ``each_in_threads`` it is one: the others have work of their own.
    """
    if work < _SMALL or hasattr(_of_thread, "is_worker"):
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

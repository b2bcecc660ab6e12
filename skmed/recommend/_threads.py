"""Multithreading: number of threads, thread pools and the limit of BLAS threads."""

import functools
import threading
from concurrent.futures import ThreadPoolExecutor

import joblib
from sklearn.utils._openmp_helpers import _openmp_effective_n_threads
from threadpoolctl import ThreadpoolController

# number of multiplications below which starting threads takes longer than the work
_MIN_WORK = 2**23
_worker_state = threading.local()


@functools.cache
def _controller():
    # finding the loaded libraries takes longer than most calls that are limited
    return ThreadpoolController()


class _SingleBlasThread:
    """Reentrant context in which BLAS uses one thread.

    The limit holds for the process: the first thread to enter sets it, the last one
    to exit restores the original limit.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._n_entered = 0

    def __enter__(self):
        with self._lock:
            if self._n_entered == 0:
                self._limiter = _controller().limit(limits=1, user_api="blas")
            self._n_entered += 1

    def __exit__(self, *_):
        with self._lock:
            self._n_entered -= 1
            if self._n_entered == 0:
                self._limiter.restore_original_limits()


_single_blas_thread = _SingleBlasThread()


def single_blas_thread():
    """Return a context manager in which BLAS uses one thread.

    More would compete with the threads of implicit, and would change the order of
    summation, and so the last digits of results.
    """
    return _single_blas_thread


def map_in_threads(function, items, n_threads):
    """Apply a function to each item in a pool of threads.

    Parameters
    ----------
    function : callable
        Called with one item. Calls must be independent of each other.
    items : iterable
        The items.
    n_threads : int
        Number of threads; 1 to run in the calling thread.

    Yields
    ------
    object
        Results, in the order of the items.
    """
    if n_threads == 1:
        yield from map(function, items)
        return
    mark = functools.partial(setattr, _worker_state, "is_worker", True)
    pool = ThreadPoolExecutor(n_threads, initializer=mark)
    with single_blas_thread(), pool:
        yield from pool.map(function, items)


def effective_n_threads(n_jobs, work=_MIN_WORK):
    """Return the number of threads to use for a computation.

    Parameters
    ----------
    n_jobs : int or None
        As in scikit-learn: None for 1 unless in a :func:`joblib.parallel_config`
        context, -1 for all cores that OpenMP may use, -2 for all but one.
    work : int
        Number of multiplications. Small computations run in one thread.

    Returns
    -------
    int
        Number of threads; 1 in a worker of `map_in_threads`, as the other workers
        keep the cores busy.

    Raises
    ------
    ValueError
        If `n_jobs` is 0.
    """
    if work < _MIN_WORK or hasattr(_worker_state, "is_worker"):
        return 1
    if n_jobs is None:
        # a joblib backend may count the cores of a cluster: not more than here
        available = _openmp_effective_n_threads()
        return min(joblib.effective_n_jobs(None), available)
    return _openmp_effective_n_threads(n_jobs)

"""Threads: how many, and whether the result depends on it."""

import warnings

from sklearn.utils._openmp_helpers import _openmp_effective_n_threads


def n_threads(n_jobs):
    """Return a number of threads; None and -1 mean all that OpenMP may use."""
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

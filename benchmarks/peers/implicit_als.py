"""Bare implicit: its AlternatingLeastSquares without skmed."""

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy import sparse
from threadpoolctl import threadpool_limits

from benchmarks._measure import Stopwatch


class DefaultALS:
    """implicit's ALS with its defaults, on logarithms of counts."""

    def __init__(self, seed):
        self._seed = seed

    def fit(self, X):
        """Factorize."""
        with threadpool_limits(limits=1, user_api="blas"):
            self._model = AlternatingLeastSquares(random_state=self._seed)
            counts = sparse.csr_matrix(X.log1p().astype(np.float32))
            self._model.fit(counts, show_progress=False)
        return self

    def decision_function(self, X):
        """Return the scores of the rows that were in fit."""
        return self._model.user_factors @ self._model.item_factors.T.astype(float)


def fit_and_recommend(X, *, n_components, max_iter, alpha, k, threads):
    """Factorize and make lists of k items; return the seconds of each."""
    with threadpool_limits(limits=1, user_api="blas"):
        with Stopwatch() as fit:
            confidence = X.copy()
            confidence.data = 1 + alpha * np.log1p(confidence.data)
            model = AlternatingLeastSquares(
                factors=n_components,
                regularization=100.0,
                iterations=max_iter,
                num_threads=threads,
                random_state=0,
            )
            model.fit(confidence, show_progress=False)
        with Stopwatch() as serve:
            for first in range(0, X.shape[0], 10_000):
                rows = np.arange(first, min(first + 10_000, X.shape[0]))
                model.recommend(rows, confidence[rows], N=k, recalculate_user=True)
    return fit.seconds, serve.seconds

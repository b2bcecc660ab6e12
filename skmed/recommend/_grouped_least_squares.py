"""Regularized least squares of implicit, with one penalty per group of rows."""

from itertools import pairwise

import numpy as np
from implicit.cpu._als import _least_squares, _least_squares_cg

# conjugate gradient steps per call, implicit's default
_CG_STEPS = 3


class GroupedLeastSquares:
    """Least squares problems of the rows of a table, grouped by their penalty.

    implicit takes one penalty per call, so each group of rows with equal penalties
    is solved by one call.

    Parameters
    ----------
    confidence : csr_array of shape (n_rows, n_columns)
        Weights of the interactions.
    penalty_scales : ndarray of shape (n_rows,)
        Factor of the penalty of each row, in ascending order.
    """

    def __init__(self, confidence, penalty_scales):
        self._confidence = confidence
        bounds = [0, *(np.flatnonzero(np.diff(penalty_scales)) + 1)]
        self._groups = [
            (start, stop, penalty_scales[start])
            for start, stop in pairwise([*bounds, len(penalty_scales)])
        ]

    def improve(self, row_factors, column_factors, penalty, n_threads):
        """Improve the row factors by conjugate gradient steps, in place.

        Parameters
        ----------
        row_factors : ndarray of shape (n_rows, n_components), dtype float32
            Factors of the rows, changed in place.
        column_factors : ndarray of shape (n_columns, n_components), dtype float32
            Fixed factors of the columns.
        penalty : float
            Penalty of a row whose scale is 1.
        n_threads : int
            Number of threads.
        """
        for args in self._arguments(row_factors, column_factors, penalty):
            _least_squares_cg(*args, n_threads, _CG_STEPS)

    def solve(self, row_factors, column_factors, gram, penalty, n_threads):
        """Set the row factors to the exact solution, in place.

        Parameters
        ----------
        row_factors : ndarray of shape (n_rows, n_components), dtype float32
            Factors of the rows, changed in place.
        column_factors : ndarray of shape (n_columns, n_components), dtype float32
            Fixed factors of the columns.
        gram : ndarray of shape (n_components, n_components), dtype float32
            Gram matrix of the factors of the observed columns.
        penalty : float
            Penalty of a row whose scale is 1.
        n_threads : int
            Number of threads.
        """
        for args in self._arguments(row_factors, column_factors, penalty):
            _least_squares(gram, *args, n_threads)

    def _arguments(self, row_factors, column_factors, penalty):
        """Generate the arguments that both solvers of implicit take per group."""
        table = self._confidence
        for start, stop, scale in self._groups:
            yield (
                table.indptr[start : stop + 1],
                table.indices,
                table.data,
                row_factors[start:stop],
                column_factors,
                float(penalty * scale),
            )

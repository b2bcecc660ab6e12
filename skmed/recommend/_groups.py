"""Rows of a table in groups, each of which implicit solves with one penalty."""

from itertools import pairwise

import numpy as np
from implicit.cpu._als import _least_squares, _least_squares_cg
from scipy import sparse

# steps of the conjugate gradient method per half pass, as implicit has it
_CG_STEPS = 3


def reordered(table, rows, columns=None):
    """Return a table with its rows, and its columns, in another order.

    Parameters
    ----------
    table : csr_array of shape (n_rows, n_columns)
        Stays as it is.
    rows, columns : ndarray of int
        The new orders; ``columns=None`` for the old one.

    Returns
    -------
    csr_array of shape (n_rows, n_columns)
        Copied only where an order changes.
    """
    if _moves(rows):
        table = table[rows]
    if columns is None or not _moves(columns):
        return table
    place = np.empty(len(columns), np.int32)
    place[columns] = np.arange(len(columns), dtype=np.int32)
    moved = table.data, place[table.indices], table.indptr
    return sparse.csr_array(moved, shape=table.shape)


def restored(vectors, order):
    """Return vectors in the order that they had before they were put in this one."""
    restored = np.empty_like(vectors)
    restored[order] = vectors
    return restored


def _moves(order):
    return np.any(np.diff(order) < 0)


class Groups:
    """Rows of a table, sorted by how strongly they are regularised.

    implicit has one strength for all rows, so each group is a call of its own.

    Parameters
    ----------
    table : csr_array of shape (n_rows, n_columns)
        Weights of the interactions.
    scales : ndarray of shape (n_rows,)
        By what the penalty of each row is multiplied, in ascending order.
    """

    def __init__(self, table, scales):
        self._table = table
        cuts = [0, *(np.flatnonzero(np.diff(scales)) + 1), len(scales)]
        self._groups = [
            (slice(a, b), slice(a, b + 1), scales[a]) for a, b in pairwise(cuts)
        ]

    def improve(self, vectors, others, penalty, threads):
        """Move the vectors of the rows towards their least squares solution."""
        table = self._table
        for rows, ends, scale in self._groups:
            _least_squares_cg(
                table.indptr[ends],
                table.indices,
                table.data,
                vectors[rows],
                others,
                float(penalty * scale),
                threads,
                _CG_STEPS,
            )

    def solve(self, vectors, others, gram, penalty, threads):
        """Set the vectors of the rows to their least squares solution."""
        table = self._table
        for rows, ends, scale in self._groups:
            _least_squares(
                gram,
                table.indptr[ends],
                table.indices,
                table.data,
                vectors[rows],
                others,
                float(penalty * scale),
                threads,
            )

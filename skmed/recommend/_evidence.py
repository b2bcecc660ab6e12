"""A context as evidence: which patients have what, and in which range values lie."""

import numpy as np
from scipy import sparse


class Evidence:
    """Turn a context into non-negative columns.

    Parameters
    ----------
    n_bins : int
        Intervals of a measurement.
    """

    def __init__(self, n_bins):
        self.n_bins = n_bins

    def fit(self, X):
        """Find out which columns are measurements, and cut them at quantiles."""
        self._edges = {}
        parts = np.linspace(0, 1, self.n_bins + 1)[1:-1]
        columns = sparse.csc_array(X)
        for column in range(X.shape[1]):
            some = slice(*columns.indptr[column : column + 2])
            values = columns.data[some]
            mostly_zero = 2 * np.count_nonzero(values) < X.shape[0]
            if np.all((values == 0) | (values == 1)) or (
                mostly_zero and values.min() >= 0
            ):
                continue
            values = np.r_[values, np.zeros(X.shape[0] - len(values))]
            edges = np.unique(np.quantile(values, parts, method="inverted_cdf"))
            # values up to an edge lie below it: the greatest can't be one
            self._edges[column] = edges[edges < values.max()]
        self._plain = np.setdiff1d(np.arange(X.shape[1]), list(self._edges))
        return self

    def transform(self, X):
        """Return the columns as they are, and the interval of each measurement."""
        X = sparse.csr_array(X)
        blocks = [X[:, self._plain]]
        measured = X[:, list(self._edges)].toarray()
        for values, edges in zip(measured.T, self._edges.values()):
            interval = np.searchsorted(edges, values)
            blocks.append(
                sparse.csr_array(
                    (np.ones(len(values)), (np.arange(len(values)), interval)),
                    shape=(len(values), len(edges) + 1),
                )
            )
        return sparse.hstack(blocks, format="csr")

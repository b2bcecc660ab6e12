"""Discretization of a patient's context into non-negative indicator columns."""

import numpy as np
from scipy import sparse


class ContextDiscretizer:
    """Bin continuous columns at their quantiles and keep all others.

    Columns of zeros and ones, and non-negative columns that are mostly zero, such as
    counts, are kept as they are. All other columns are measurements: each is replaced
    by the indicators of its intervals.

    Parameters
    ----------
    n_bins : int
        Number of intervals of a measurement.
    """

    def __init__(self, n_bins):
        self.n_bins = n_bins

    def fit(self, X):
        """Find the measurements among the columns, and the edges of their bins.

        Parameters
        ----------
        X : {ndarray, sparse matrix} of shape (n_samples, n_context)
            The context.

        Returns
        -------
        ContextDiscretizer
            The fitted discretizer itself.
        """
        self._bin_edges = {}
        quantiles = np.linspace(0, 1, self.n_bins + 1)[1:-1]
        columns = sparse.csc_array(X)
        for column in range(X.shape[1]):
            stored = slice(*columns.indptr[column : column + 2])
            values = columns.data[stored]
            mostly_zero = 2 * np.count_nonzero(values) < X.shape[0]
            if np.all((values == 0) | (values == 1)) or (
                mostly_zero and values.min() >= 0
            ):
                continue
            values = np.r_[values, np.zeros(X.shape[0] - len(values))]
            edges = np.unique(np.quantile(values, quantiles, method="inverted_cdf"))
            # an edge belongs to the bin below it: the maximum would leave one empty
            self._bin_edges[column] = edges[edges < values.max()]
        self._kept = np.setdiff1d(np.arange(X.shape[1]), list(self._bin_edges))
        return self

    def transform(self, X):
        """Return the kept columns, then the indicators of the bins.

        Parameters
        ----------
        X : {ndarray, sparse matrix} of shape (n_samples, n_context)
            The context.

        Returns
        -------
        csr_array of shape (n_samples, n_columns)
            Non-negative columns.
        """
        X = sparse.csr_array(X)
        blocks = [X[:, self._kept]]
        measurements = X[:, list(self._bin_edges)].toarray()
        for values, edges in zip(measurements.T, self._bin_edges.values()):
            bins = np.searchsorted(edges, values)
            blocks.append(
                sparse.csr_array(
                    (np.ones(len(values)), (np.arange(len(values)), bins)),
                    shape=(len(values), len(edges) + 1),
                )
            )
        return sparse.hstack(blocks, format="csr")

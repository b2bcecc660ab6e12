"""Weights of interactions: log, linear or binary."""

import numpy as np
from sklearn.utils._param_validation import StrOptions

from skmed._parameters import Parameterized, parameter

from ._sparse import with_data


class InteractionWeighting(Parameterized):
    """Mixin for recommenders that weight interactions by how often they occurred."""

    weighting: str = parameter(
        "{'log', 'linear', 'binary'}",
        """Weight of an interaction with value x in X: 'log' for ``log(1 + x)``, with
        which repeated prescriptions add less and less, 'linear' for ``x``, 'binary'
        for 1.""",
        StrOptions({"log", "linear", "binary"}),
        default="log",
    )

    def _weight_interactions(self, X, dtype=np.float64):
        """Return the weights of the interactions.

        Parameters
        ----------
        X : csr_array of shape (n_patients, n_items)
            The validated items of each patient.
        dtype : dtype
            Type of the weights.

        Returns
        -------
        csr_array of shape (n_patients, n_items)
            The weights.
        """
        if self.weighting == "binary":
            data = np.ones(X.nnz, dtype)
        else:
            data = X.data.astype(dtype)
        return with_data(X, np.log1p(data) if self.weighting == "log" else data)

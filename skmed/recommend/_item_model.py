"""Base class of the recommenders that learn similarities of items only."""

from numbers import Real

import numpy as np
from scipy import sparse
from sklearn.utils._param_validation import Interval

from skmed._parameters import parameter

from ._base import Recommender
from ._weighting import InteractionWeighting

EXPONENT = Interval(Real, 0, 1, closed="both")


class ItemModel(InteractionWeighting, Recommender):
    """Base class for recommenders without factors of patients."""

    row_scaling: float = parameter(
        "float",
        """Exponent: each row is divided by its sum to this power before items are
        compared. With 0, rows are not scaled; the larger it is, the less patients
        with many items weigh.""",
        EXPONENT,
        default=0.5,
    )

    def _weight_and_scale_rows(self, X):
        """Return weighted interactions with rows divided by a power of their sums.

        Parameters
        ----------
        X : csr_array of shape (n_patients, n_items)
            The validated items of each patient.

        Returns
        -------
        csr_array of shape (n_patients, n_items)
            Scaled weights.
        """
        X = self._weight_interactions(X)
        sums = X.sum(axis=1)
        scale = np.where(sums > 0, sums, 1.0) ** -self.row_scaling
        return sparse.csr_array(sparse.diags_array(scale) @ X)

"""EASERecommender: a linear model from items to items in closed form."""

from numbers import Real

import numpy as np
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve, eigvalsh
from sklearn.utils._param_validation import Interval

from skmed._parameters import parameter, parameter_of

from ._item_model import EXPONENT, ItemModel
from ._threads import single_blas_thread


class EASERecommender(ItemModel):
    """Embarrassingly shallow autoencoder (EASE): linear regression between items.

    The weight of each item is predicted from all other items by ridge regression. The
    coefficients of all regressions come from one inverse of the Gram matrix of the
    items: fit is exact and deterministic, takes time in the cube and memory in the
    square of the number of items. Often the most accurate recommender up to about ten
    thousand items.

    See Also
    --------
    ALSRecommender : For more items than a square matrix in memory allows.

    References
    ----------
    Steck, H. (2019). Embarrassingly shallow autoencoders for sparse data. WWW 2019,
    3251-3257. https://doi.org/10.1145/3308558.3313710

    Examples
    --------
    >>> from skmed.datasets import make_prescriptions
    >>> from skmed.recommend import EASERecommender
    >>> _, drugs = make_prescriptions(n_patients=200, random_state=0)
    >>> ease = EASERecommender().fit(drugs)
    >>> ease.decision_function(drugs.iloc[:3]).shape == (3, drugs.shape[1])
    True
    """

    regularization: float = parameter(
        "float",
        "Strength of the ridge penalty, relative to the largest eigenvalue of the Gram "
        "matrix of the items, so that it does not depend on the number of patients.",
        Interval(Real, 0, None, closed="neither"),
        default=0.1,
    )
    row_scaling: float = parameter_of(
        ItemModel, "row_scaling", default=0.25, moves=True
    )
    item_scaling: float = parameter(
        "float",
        """Exponent: each item is divided by its sum to this power before the ridge
        regression, and its scores are multiplied by it. With 0, items are not scaled;
        the larger it is, the less rare items are regularized.""",
        EXPONENT,
        default=0.25,
    )

    _attribute_docs = {
        "coef_": (
            "ndarray of shape (n_items, n_items)",
            "Coefficients of each item (row) in the score of each other item (column).",
        ),
    }

    def _fit(self, X):
        X = self._weight_and_scale_rows(X)
        sums = X.sum(axis=0)
        self._item_scale = np.where(sums > 0, sums, 1.0) ** self.item_scaling
        X = X @ sparse.diags_array(1 / self._item_scale)
        gram = (X.T @ X).toarray()
        with single_blas_thread():
            last = len(gram) - 1
            largest_eigenvalue = eigvalsh(gram, subset_by_index=[last, last])[0]
            gram[np.diag_indices_from(gram)] += self.regularization * largest_eigenvalue
            self._precision = cho_solve(cho_factor(gram), np.eye(len(gram)))
        coef = -self._precision / np.diag(self._precision)
        np.fill_diagonal(coef, 0)
        self.coef_ = coef / self._item_scale[:, np.newaxis] * self._item_scale

    def _compute_scores(self, X, observed=None):
        X = self._weight_interactions(X)
        if observed is None:
            return X @ self.coef_
        # regress all missing columns on the observed ones, from the same precision
        missing = np.setdiff1d(np.arange(X.shape[1]), observed)
        with single_blas_thread():
            factor = cho_factor(self._precision[np.ix_(missing, missing)])
            coef = -cho_solve(factor, self._precision[np.ix_(missing, observed)])
        coef /= self._item_scale[observed]
        scores = np.zeros(X.shape)
        scores[:, missing] = X[:, observed] @ coef.T * self._item_scale[missing]
        return scores

    def _compute_similarity(self, item):
        # partial correlations, given by the precision matrix
        variance = np.diag(self._precision)
        return -self._precision[item] / np.sqrt(variance[item] * variance)

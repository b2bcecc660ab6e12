"""Base class of the recommenders that factorize the table."""

from abc import abstractmethod
from numbers import Integral

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from skmed._parameters import parameter
from skmed.metrics._top_k import row_batches

from ._base import Recommender
from ._validation import check_interactions


class MatrixFactorization(
    ClassNamePrefixFeaturesOutMixin, TransformerMixin, Recommender
):
    """Base class for recommenders whose scores are products of factors.

    A subclass implements `_fit`, which sets ``components_``, and `_fold_in`, and may
    override `_item_bias`.
    """

    n_components: int = parameter(
        "int",
        "Number of latent factors.",
        Interval(Integral, 1, None, closed="left"),
        default=64,
    )
    max_iter: int = parameter(
        "int",
        "Number of passes over the data.",
        Interval(Integral, 1, None, closed="left"),
        default=15,
    )
    random_state: object = parameter(
        "int, RandomState instance or None",
        "Seed of the initial factors. Pass an int for reproducible results.",
        "random_state",
        default=None,
    )
    verbose: int = parameter(
        "int or bool", "Whether to show a progress bar in fit.", "verbose", default=0
    )

    _attribute_docs = {
        "components_": (
            "ndarray of shape (n_components, n_items)",
            "Latent factors of the items.",
        ),
        "n_iter_": ("int", "Number of passes over the data."),
    }

    @property
    def _n_features_out(self):
        return self.components_.shape[0]

    # ----- implemented by subclasses -----

    @abstractmethod
    def _fold_in(self, X, observed=None):
        """Compute factors and biases of patients, with fixed factors of the items.

        Parameters
        ----------
        X : csr_array of shape (n_patients, n_items)
            The validated items of each patient.
        observed : ndarray of int or None
            Indices of the observed columns of X; the values of all others are
            missing, not zero. None if all columns are observed.

        Returns
        -------
        factors : ndarray of shape (n_patients, n_components)
            Latent factors, float64.
        bias : ndarray of shape (n_patients,)
            Bias of each patient, float64.
        """

    def _item_bias(self):
        """Return the bias of each item, of shape (n_items,), or 0.0 for none."""
        return 0.0

    # ----- factors of patients -----

    def transform(self, X) -> np.ndarray:
        """Compute the latent factors of patients, with fixed factors of the items.

        Fitted patients are treated as new ones, so that ``fit_transform(X)`` equals
        ``fit(X).transform(X)``.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_patients, n_items)
            The items of each patient.

        Returns
        -------
        ndarray of shape (n_patients, n_components)
            Latent factors, float64; zeros for rows without items.
        """
        check_is_fitted(self)
        X = check_interactions(self, X, reset=False)
        factors = np.zeros((X.shape[0], self.components_.shape[0]))
        for rows in row_batches(*X.shape):
            factors[rows] = self._fold_in(X[rows])[0]
        return factors

    def _compute_scores(self, X, observed=None):
        factors, bias = self._fold_in(X, observed)
        return factors @ self.components_ + bias[:, np.newaxis] + self._item_bias()

    def _compute_similarity(self, item):
        norms = np.linalg.norm(self.components_, axis=0)
        norms = np.where(norms > 0, norms, 1)
        return self.components_[:, item] @ self.components_ / (norms * norms[item])

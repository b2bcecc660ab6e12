"""What recommenders that factorise the table share."""

from abc import abstractmethod
from numbers import Integral

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from skmed._parameters import parameter
from skmed.metrics._top_k import batches

from ._base import Recommender
from ._rows import check_rows


class Factorization(ClassNamePrefixFeaturesOutMixin, TransformerMixin, Recommender):
    """Patients and items as short vectors, whose products are the scores."""

    n_components: int = parameter(
        "int",
        "Length of the vectors.",
        Interval(Integral, 1, None, closed="left"),
        default=64,
    )
    max_iter: int = parameter(
        "int",
        "Passes over the data.",
        Interval(Integral, 1, None, closed="left"),
        default=15,
    )
    n_jobs: int | None = parameter(
        "int or None",
        "Number of threads; None and -1 for all cores.",
        Integral,
        None,
        default=None,
    )
    random_state: object = parameter(
        "int, RandomState instance or None",
        "Seed of the first vectors. An int gives the same model on every fit.",
        "random_state",
        default=None,
    )
    verbose: int = parameter(
        "int or bool", "Show a progress bar of the passes.", "verbose", default=0
    )

    _attribute_docs = {
        "components_": (
            "ndarray of shape (n_components, n_items)",
            "The vectors of the items.",
        ),
    }

    @property
    def _n_features_out(self):
        return self.components_.shape[0]

    def transform(self, X):
        """Compute the vectors of patients, with those of the items fixed.

        Patients who were in fit are treated like any others, so that
        ``fit_transform(X)`` equals ``fit(X).transform(X)``.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_patients, n_items)
            What each patient has.

        Returns
        -------
        ndarray of shape (n_patients, n_components)
            Their vectors, float64; zeros for a row without items.
        """
        check_is_fitted(self)
        X = check_rows(self, X, reset=False)
        factors = np.zeros((X.shape[0], self.components_.shape[0]))
        for rows in batches(*X.shape):
            factors[rows] = self._fold_in(X[rows])[0]
        return factors

    @abstractmethod
    def _fold_in(self, X, known=None):
        """Return vectors and biases of checked rows, with the items' fixed.

        ``known`` are the columns that X tells about, where others are missing
        rather than zero.
        """

    def _scores(self, X, known=None):
        factors, bias = self._fold_in(X, known)
        return factors @ self.components_ + bias[:, np.newaxis] + self._item_bias()

    def _item_bias(self):
        return 0.0

    def _similarity(self, item):
        norms = np.linalg.norm(self.components_, axis=0)
        norms = np.where(norms > 0, norms, 1)
        return self.components_[:, item] @ self.components_ / (norms * norms[item])

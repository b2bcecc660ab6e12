"""Base class of the factorizations that minimize a logistic loss by sampling."""

import warnings
from abc import abstractmethod
from numbers import Real

import numpy as np
from scipy import sparse
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval

from skmed._parameters import parameter, parameter_of

from ._matrix_factorization import MatrixFactorization
from ._threads import effective_n_threads, single_blas_thread

# maximum number of items that represent all those a patient does not have
_MAX_NEGATIVES = 256


class LogisticFactorization(MatrixFactorization):
    """Base class for models that implicit trains by stochastic gradient descent.

    New patients are folded in by Newton's method. A subclass implements
    `_training_weights`, `_make_model`, `_set_item_factors` and `_fold_in_row`.
    """

    n_jobs: int | None = parameter_of(
        MatrixFactorization,
        "n_jobs",
        default=1,
        doc="""Number of threads. None means 1 unless in a
        :func:`joblib.parallel_config` context. -1 means using all cores. With more
        than one, each fit gives another model, and a warning is raised if
        ``random_state`` is set.""",
    )
    learning_rate: float = parameter(
        "float",
        "Step size of the gradient descent.",
        Interval(Real, 0, None, closed="neither"),
        default=0.1,
    )
    regularization: float = parameter(
        "float",
        "Strength of the L2 penalty on the factors.",
        Interval(Real, 0, None, closed="neither"),
        default=0.01,
    )
    popularity: float = parameter(
        "float",
        """Factor of the logarithm of an item's frequency, which is added to its
        scores. Negative items are sampled in proportion to their frequency, so the
        learned scores do not contain it: 0 adds nothing, 1 restores it.""",
        Interval(Real, 0, None, closed="left"),
        default=0.5,
    )

    _attribute_docs = {
        "item_bias_": ("ndarray of shape (n_items,)", "Bias of each item."),
    }

    # ----- implemented by subclasses -----

    @abstractmethod
    def _training_weights(self, X):
        """Return the weights of the interactions.

        Parameters
        ----------
        X : csr_array of shape (n_patients, n_items)
            The validated items of each patient.

        Returns
        -------
        csr_array of shape (n_patients, n_items)
            Weights, with the sparsity structure of X.
        """

    @abstractmethod
    def _make_model(self, n_threads, seed):
        """Return a new, unfitted model of implicit.

        Parameters
        ----------
        n_threads, seed : int
            Number of threads, and seed of the initial factors and of the samples.

        Returns
        -------
        implicit.recommender_base.RecommenderBase
            The model.
        """

    @abstractmethod
    def _set_item_factors(self, item_factors):
        """Set ``components_`` and ``item_bias_`` from the factors of implicit.

        Parameters
        ----------
        item_factors : ndarray of shape (n_items, n_components + n_bias_columns)
            Factors, float64, with the columns that implicit adds for biases.
        """

    @abstractmethod
    def _fold_in_row(self, positive, weights, negative, probabilities):
        """Compute the factors and the bias of one patient.

        Parameters
        ----------
        positive : ndarray of int, shape (n_positive,)
            Items of the patient.
        weights : ndarray of shape (n_positive,)
            Their weights.
        negative : ndarray of int, shape (n_negative,)
            Sampled items that the patient does not have.
        probabilities : ndarray of shape (n_negative,)
            Their sampling probabilities.

        Returns
        -------
        factors : ndarray of shape (n_components,)
            Latent factors.
        bias : float
            Bias.
        """

    # ----- fit -----

    def _fit(self, X):
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        n_threads = effective_n_threads(self.n_jobs)
        self._warn_if_nondeterministic(n_threads)
        weights = self._training_weights(X)
        weights = sparse.csr_matrix(
            (weights.data.astype(np.float32), X.indices, X.indptr), X.shape
        )
        with single_blas_thread():
            # a fitted model of implicit would continue from its factors
            model = self._make_model(n_threads, seed)
            model.fit(weights, show_progress=bool(self.verbose))
        self._set_item_factors(model.item_factors.astype(np.float64))
        self.n_iter_ = self.max_iter
        counts = np.bincount(X.indices, minlength=X.shape[1])
        self._sample_negatives(counts / counts.sum(), seed)

    def _warn_if_nondeterministic(self, n_threads):
        if n_threads > 1 and self.random_state is not None:
            warnings.warn(
                f"{type(self).__name__} with {n_threads} threads gives another model "
                "on each fit in spite of random_state, as the threads update the same "
                "factors; use n_jobs=1 for reproducible results.",
                UserWarning,
                stacklevel=4,
            )

    def _sample_negatives(self, frequencies, seed):
        """Sample the items that represent all those which a patient does not have."""
        present = np.flatnonzero(frequencies)
        if len(present) <= _MAX_NEGATIVES:
            self._negatives = present
            self._negative_probabilities = frequencies[present]
        else:
            rng = np.random.default_rng(seed)
            self._negatives = rng.choice(
                len(frequencies), _MAX_NEGATIVES, p=frequencies
            )
            self._negative_probabilities = np.full(_MAX_NEGATIVES, 1 / _MAX_NEGATIVES)

    def _item_bias(self):
        # items without interactions are never recommended: any finite bias will do
        frequency = np.maximum(self.item_frequency_, np.finfo(float).tiny)
        return self.item_bias_ + self.popularity * np.log(frequency)

    def _fold_in(self, X, observed=None):
        weights = self._training_weights(X)
        factors = np.zeros((X.shape[0], self.components_.shape[0]))
        bias = np.zeros(X.shape[0])
        is_observed = np.ones(X.shape[1], bool)
        if observed is not None:
            is_observed[:] = False
            is_observed[observed] = True
        with single_blas_thread():
            for row in np.flatnonzero(np.diff(X.indptr)):
                stored = slice(*X.indptr[row : row + 2])
                positive = X.indices[stored]
                is_negative = is_observed[self._negatives]
                is_negative &= ~np.isin(self._negatives, positive)
                factors[row], bias[row] = self._fold_in_row(
                    positive,
                    weights.data[stored],
                    self._negatives[is_negative],
                    self._negative_probabilities[is_negative],
                )
        return factors, bias

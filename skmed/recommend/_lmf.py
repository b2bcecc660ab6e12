"""LMFRecommender: logistic matrix factorization."""

from numbers import Integral

import numpy as np
from implicit.cpu.lmf import LogisticMatrixFactorization
from sklearn.utils._param_validation import Interval

from skmed._parameters import parameter, parameter_of

from ._logistic_factorization import LogisticFactorization
from ._newton_solver import minimize_logistic_loss
from ._weighting import InteractionWeighting


class LMFRecommender(InteractionWeighting, LogisticFactorization):
    """Logistic matrix factorization: the scores are log-odds of having an item.

    The factors are trained by implicit's AdaGrad: items that a patient has are
    positive samples with the weights of the interactions, sampled items that the
    patient does not have are negative ones. The factors and the bias of a new patient
    maximize the same likelihood, with fixed factors of the items.

    See Also
    --------
    ALSRecommender : Usually more accurate, and faster.

    References
    ----------
    Johnson, C. C. (2014). Logistic matrix factorization for implicit feedback data.
    NIPS 2014 Workshop on Distributed Machine Learning and Matrix Computations.

    Examples
    --------
    >>> from skmed.datasets import make_prescriptions
    >>> from skmed.recommend import LMFRecommender
    >>> _, drugs = make_prescriptions(n_patients=200, random_state=0)
    >>> lmf = LMFRecommender(n_components=8, random_state=0).fit(drugs)
    >>> lmf.transform(drugs).shape
    (200, 8)
    """

    n_components: int = parameter_of(
        LogisticFactorization, "n_components", default=32, moves=True
    )
    max_iter: int = parameter_of(
        LogisticFactorization, "max_iter", default=30, moves=True
    )
    learning_rate: float = parameter_of(
        LogisticFactorization, "learning_rate", default=1.0, moves=True
    )
    regularization: float = parameter_of(
        LogisticFactorization, "regularization", default=0.6, moves=True
    )
    negatives: int = parameter(
        "int",
        "Number of negative items sampled per item of a patient.",
        Interval(Integral, 1, None, closed="left"),
        default=30,
    )

    def _training_weights(self, X):
        return self._weight_interactions(X)

    def _make_model(self, n_threads, seed):
        return LogisticMatrixFactorization(
            factors=self.n_components,
            learning_rate=self.learning_rate,
            regularization=self.regularization,
            iterations=self.max_iter,
            neg_prop=self.negatives,
            num_threads=n_threads,
            random_state=seed,
        )

    def _set_item_factors(self, item_factors):
        # the last column holds ones, the factors of the bias of a patient
        self.components_ = np.ascontiguousarray(item_factors[:, :-2].T)
        self.item_bias_ = item_factors[:, -2].copy()

    def _fold_in_row(self, positive, weights, negative, probabilities):
        # implicit samples at most as many negatives as its factors have columns
        n_negatives = min(self.negatives * len(positive), self.n_components + 2)
        items = np.r_[positive, negative]
        design = np.c_[self.components_.T[items], np.ones(len(items))]
        negative_weights = n_negatives * probabilities
        negative_weights /= max(probabilities.sum(), 1e-12)
        coef = minimize_logistic_loss(
            design,
            np.r_[np.ones(len(positive)), -np.ones(len(negative))],
            np.r_[weights, negative_weights],
            self.item_bias_[items],
            np.full(design.shape[1], self.regularization),
        )
        return coef[:-1], coef[-1]

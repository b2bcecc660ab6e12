"""BPRRecommender: Bayesian personalized ranking."""

import numpy as np
from implicit.cpu.bpr import BayesianPersonalizedRanking

from skmed._parameters import parameter_of

from ._logistic_factorization import LogisticFactorization
from ._newton_solver import minimize_logistic_loss
from ._sparse import with_data

# minimum number of pairs of a positive and a negative item when a patient is folded in
_MIN_PAIRS = 512


class BPRRecommender(LogisticFactorization):
    """Matrix factorization with Bayesian personalized ranking (BPR).

    The factors are trained by implicit's stochastic gradient descent to rank a
    sampled item that a patient has above a sampled one that the patient does not
    have. Interactions are binary: how often a patient had an item is not used. The
    factors of a new patient minimize the same loss, with fixed factors of the items.

    See Also
    --------
    ALSRecommender : Usually more accurate, and faster.

    References
    ----------
    Rendle, S., Freudenthaler, C., Gantner, Z. & Schmidt-Thieme, L. (2009). BPR:
    Bayesian personalized ranking from implicit feedback. UAI 2009, 452-461.

    Examples
    --------
    >>> from skmed.datasets import make_prescriptions
    >>> from skmed.recommend import BPRRecommender
    >>> _, drugs = make_prescriptions(n_patients=200, random_state=0)
    >>> bpr = BPRRecommender(n_components=8, max_iter=20, random_state=0).fit(drugs)
    >>> bpr.transform(drugs).shape
    (200, 8)
    """

    n_components: int = parameter_of(
        LogisticFactorization,
        "n_components",
        default=LogisticFactorization.n_components,
        moves=True,
    )
    max_iter: int = parameter_of(
        LogisticFactorization, "max_iter", default=500, moves=True
    )

    def _training_weights(self, X):
        return with_data(X, np.ones(X.nnz))

    def _make_model(self, n_threads, seed):
        return BayesianPersonalizedRanking(
            factors=self.n_components,
            learning_rate=self.learning_rate,
            regularization=self.regularization,
            iterations=self.max_iter,
            num_threads=n_threads,
            random_state=seed,
        )

    def _set_item_factors(self, item_factors):
        self.components_ = np.ascontiguousarray(item_factors[:, :-1].T)
        self.item_bias_ = item_factors[:, -1].copy()

    def _fold_in_row(self, positive, weights, negative, probabilities):
        items = self.components_.T
        if not len(negative):
            return np.zeros(items.shape[1]), 0.0
        # each negative item is paired with all positive ones, or with some in turn
        n_repeats = min(len(positive), max(1, _MIN_PAIRS // len(negative)))
        n_pairs = n_repeats * len(negative)
        positive = positive[np.arange(n_pairs) % len(positive)]
        negative = np.repeat(negative, n_repeats)
        probabilities = np.repeat(probabilities, n_repeats)
        factors = minimize_logistic_loss(
            items[positive] - items[negative],
            np.ones(n_pairs),
            probabilities / probabilities.sum(),
            self.item_bias_[positive] - self.item_bias_[negative],
            np.full(items.shape[1], self.regularization),
        )
        return factors, 0.0

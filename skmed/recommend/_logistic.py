"""BPRRecommender and LMFRecommender: factorizations with a logistic loss."""

from numbers import Integral, Real

import numpy as np
from implicit.cpu.bpr import BayesianPersonalizedRanking
from implicit.cpu.lmf import LogisticMatrixFactorization
from scipy import sparse
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval

from skmed._parameters import parameter

from ._factorization import Factorization
from ._newton import logistic_vector
from ._rows import with_data
from ._threads import n_threads, one_blas_thread, warn_of_threads
from ._weights import Weighted

# items that stand for all that a patient doesn't have
_ABSENT = 256
# pairs of an item that a patient has and one that he doesn't have
_PAIRS = 512


class LogisticFactorization(Factorization):
    """What the two share: trained by implicit, new patients by Newton's method."""

    n_jobs: int | None = parameter(
        "int or None",
        "Number of threads of fit; None and -1 for all cores. More than one makes "
        "another model on each fit, and a warning says so.",
        Integral,
        None,
        default=1,
    )
    learning_rate: float = parameter(
        "float",
        "Size of the steps.",
        Interval(Real, 0, None, closed="neither"),
        default=0.1,
    )
    regularization: float = parameter(
        "float",
        "Strength of the squared penalty on the vectors.",
        Interval(Real, 0, None, closed="neither"),
        default=0.01,
    )

    popularity: float = parameter(
        "float",
        """Part of the logarithm of an item's frequency that is added to its scores.
        What a patient doesn't have is drawn in proportion to the frequency, so that
        the learned scores lack it: with 0 they go on doing so, with 1 all of it is
        given back.""",
        Interval(Real, 0, None, closed="left"),
        default=0.5,
    )

    _attribute_docs = {
        "item_bias_": (
            "ndarray of shape (n_items,)",
            "What each item scores by itself.",
        ),
        "n_iter_": ("int", "Number of passes."),
    }

    def _learn(self, X):
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        threads = n_threads(self.n_jobs)
        warn_of_threads(self, threads)
        table = self._table(X)
        table = sparse.csr_matrix(
            (table.data.astype(np.float32), X.indices, X.indptr), X.shape
        )
        with one_blas_thread():
            # a new one each time: implicit's would go on from where it was
            model = self._model(threads, seed)
            model.fit(table, show_progress=bool(self.verbose))
        self._keep(model.item_factors.astype(np.float64))
        self.n_iter_ = self.max_iter
        counts = np.bincount(X.indices, minlength=X.shape[1])
        self._draw_absent(counts / counts.sum(), seed)

    def _draw_absent(self, share, seed):
        """Choose the items that stand for those which a patient doesn't have."""
        present = np.flatnonzero(share)
        if len(present) <= _ABSENT:
            self._absent, self._absent_share = present, share[present]
        else:
            rng = np.random.default_rng(seed)
            self._absent = rng.choice(len(share), _ABSENT, p=share)
            self._absent_share = np.full(_ABSENT, 1 / _ABSENT)

    def _item_bias(self):
        # items that nobody had are never listed, whatever is added
        often = np.maximum(self.item_frequency_, np.finfo(float).tiny)
        return self.item_bias_ + self.popularity * np.log(often)

    def _fold_in(self, X, known=None):
        items = self.components_.T
        table = self._table(X)
        vectors, bias = np.zeros((X.shape[0], items.shape[1])), np.zeros(X.shape[0])
        absent = np.ones(X.shape[1], bool)
        if known is not None:
            absent[:] = False
            absent[known] = True
        with one_blas_thread():
            for row in np.flatnonzero(np.diff(X.indptr)):
                some = slice(*X.indptr[row : row + 2])
                own = X.indices[some]
                others = absent[self._absent] & ~np.isin(self._absent, own)
                vectors[row], bias[row] = self._solve(
                    own,
                    table.data[some],
                    self._absent[others],
                    self._absent_share[others],
                    items,
                )
        return vectors, bias


class BPRRecommender(LogisticFactorization):
    """Factorization that learns to rank what a patient has above the rest.

    Pairs of an item that a patient has and one that he doesn't have are drawn, and
    vectors move so that the first scores higher: Bayesian personalised ranking, by
    implicit's stochastic gradient descent. Only whether a patient has an item counts,
    not how often. A new patient's vector minimises the same loss, with those of the
    items fixed.

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

    max_iter: int = parameter(
        "int",
        "Passes over the data.",
        Interval(Integral, 1, None, closed="left"),
        default=500,
    )

    def _table(self, X):
        return with_data(X, np.ones(X.nnz))

    def _model(self, threads, seed):
        return BayesianPersonalizedRanking(
            factors=self.n_components,
            learning_rate=self.learning_rate,
            regularization=self.regularization,
            iterations=self.max_iter,
            num_threads=threads,
            random_state=seed,
        )

    def _keep(self, items):
        self.components_ = np.ascontiguousarray(items[:, :-1].T)
        self.item_bias_ = items[:, -1].copy()

    def _solve(self, own, weight, absent, share, items):
        if not len(absent):
            return np.zeros(items.shape[1]), 0.0
        # each absent item is compared with all that the patient has, or some in turn
        times = min(len(own), max(1, _PAIRS // len(absent)))
        own = own[np.arange(times * len(absent)) % len(own)]
        absent, share = np.repeat(absent, times), np.repeat(share, times)
        vector = logistic_vector(
            items[own] - items[absent],
            np.ones(len(absent)),
            share / share.sum(),
            self.item_bias_[own] - self.item_bias_[absent],
            np.full(items.shape[1], self.regularization),
        )
        return vector, 0.0


class LMFRecommender(Weighted, LogisticFactorization):
    """Factorization whose scores are log-odds of having an item.

    Logistic matrix factorization, by implicit's AdaGrad steps: what a patient has is
    1, weighted by how often, and drawn items that he doesn't have are 0. A new
    patient's vector and bias maximise the same likelihood, with those of the items
    fixed.

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

    n_components: int = parameter(
        "int",
        "Length of the vectors.",
        Interval(Integral, 1, None, closed="left"),
        default=32,
    )
    max_iter: int = parameter(
        "int",
        "Passes over the data.",
        Interval(Integral, 1, None, closed="left"),
        default=30,
    )
    learning_rate: float = parameter(
        "float",
        "Size of the steps.",
        Interval(Real, 0, None, closed="neither"),
        default=1.0,
    )
    regularization: float = parameter(
        "float",
        "Strength of the squared penalty on the vectors.",
        Interval(Real, 0, None, closed="neither"),
        default=0.6,
    )
    negatives: int = parameter(
        "int",
        "Items that a patient doesn't have, drawn for each that he has.",
        Interval(Integral, 1, None, closed="left"),
        default=30,
    )

    def _table(self, X):
        return self._weighted(X)

    def _model(self, threads, seed):
        return LogisticMatrixFactorization(
            factors=self.n_components,
            learning_rate=self.learning_rate,
            regularization=self.regularization,
            iterations=self.max_iter,
            neg_prop=self.negatives,
            num_threads=threads,
            random_state=seed,
        )

    def _keep(self, items):
        # the last column is the ones that stand beside the bias of a patient
        self.components_ = np.ascontiguousarray(items[:, :-2].T)
        self.item_bias_ = items[:, -2].copy()

    def _solve(self, own, weight, absent, share, items):
        # implicit draws no more than the length of its vectors
        number = min(self.negatives * len(own), self.n_components + 2)
        both = np.r_[own, absent]
        design = np.c_[items[both], np.ones(len(both))]
        solution = logistic_vector(
            design,
            np.r_[np.ones(len(own)), -np.ones(len(absent))],
            np.r_[weight, number * share / max(share.sum(), 1e-12)],
            self.item_bias_[both],
            np.full(design.shape[1], self.regularization),
        )
        return solution[:-1], solution[-1]

"""ALSRecommender: weighted matrix factorization, for new patients and large tables."""

from numbers import Integral, Real

import numpy as np
from scipy import sparse
from sklearn.base import _fit_context
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval
from tqdm import tqdm

from skmed._parameters import parameter
from skmed._restore import restore_on_failure
from skmed.metrics._top_k import batches

from ._factorization import Factorization
from ._groups import Groups, reordered, restored
from ._rows import check_rows, column_totals
from ._threads import n_threads, one_blas_thread
from ._weights import Weighted

# spread of the first vectors, times the root of their length
_INITIAL_SCALE = 0.1
# steps of the power method, and the relative change that ends them
_MOST_POWERS = 200
_CLOSE = 1e-4
# weights are squared in single precision
_LARGEST = 1e15


class ALSRecommender(Weighted, Factorization):
    """Weighted matrix factorization, learned by alternating least squares.

    What a patient has is 1, what he doesn't have is 0, and what he has counts more:
    its square error has the weight ``1 + alpha * w``, where `w` is the weight of the
    interaction. Vectors of patients and of items are solved for in turn by implicit.
    A new patient is served by solving for his vector, with those of the items fixed.

    Two things differ from implicit's own model, and make its defaults fit tables of
    any size. ``regularization`` is relative: at 1 nothing is learned, whatever the
    table. And vectors of patients and items with more interactions are regularised
    more, by ``frequency_scaling``.

    See Also
    --------
    EASERecommender : Exact and often more accurate, where items are few.
    sklearn.decomposition.NMF : Factorises the numbers themselves.

    References
    ----------
    Hu, Y., Koren, Y. & Volinsky, C. (2008). Collaborative filtering for implicit
    feedback datasets. ICDM 2008, 263-272. https://doi.org/10.1109/ICDM.2008.22

    Rendle, S., Krichene, W., Zhang, L. & Koren, Y. (2022). Revisiting the performance
    of iALS on item recommendation benchmarks. RecSys 2022, 427-435.
    https://doi.org/10.1145/3523227.3548486

    Takács, G., Pilászy, I. & Tikk, D. (2011). Applications of the conjugate gradient
    method for implicit feedback collaborative filtering. RecSys 2011, 297-300.

    Examples
    --------
    >>> from skmed.datasets import make_prescriptions
    >>> from skmed.recommend import ALSRecommender
    >>> _, drugs = make_prescriptions(n_patients=200, random_state=0)
    >>> als = ALSRecommender(n_components=8, random_state=0).fit(drugs)
    >>> als.transform(drugs).shape
    (200, 8)
    >>> als.recommend(drugs.iloc[:3], k=5).columns.tolist()
    ['row', 'rank', 'item', 'score']
    """

    n_components: int = parameter(
        "int",
        "Length of the vectors. With enough regularization more do no harm.",
        Interval(Integral, 1, None, closed="left"),
        default=128,
    )
    alpha: float = parameter(
        "float",
        "How much more an interaction of weight 1 counts than none.",
        Interval(Real, 0, None, closed="neither"),
        default=20.0,
    )
    regularization: float = parameter(
        "float",
        """Strength of the squared penalty on the vectors, as a part of the one from
        which on all vectors are zero (the largest singular value of the weighted
        table).""",
        Interval(Real, 0, None, closed="neither"),
        default=0.07,
    )
    frequency_scaling: float = parameter(
        "float",
        """How the penalty of a vector grows with the total weight of its row or
        column: not at all with 0, in proportion with 1. In between by this power.""",
        Interval(Real, 0, 1, closed="both"),
        default=1.0,
    )

    _attribute_docs = {
        "n_iter_": ("int", "Number of passes."),
        "n_patients_": ("int", "Number of patients learned from."),
    }

    def _confidence(self, X):
        confidence = self._weighted(X, np.float32)
        confidence.data *= self.alpha
        confidence.data += 1
        if confidence.data.max(initial=0) > _LARGEST:
            raise ValueError(
                f"alpha={self.alpha} gives interactions weights up to "
                f"{confidence.data.max():.3g}; use a smaller alpha, or weighting='log'."
            )
        return confidence

    # ----- learning -----

    def _learn(self, X):
        rows = self._confidence(X)
        n_patients, n_items = X.shape
        self.n_patients_ = n_patients
        of_rows = _total_weights(rows, n_items)
        of_columns = _total_column_weights(rows)
        self._mean_weights = of_rows.mean(), of_columns.mean()
        scales = self._scales(of_rows, 0), self._scales(of_columns, 1)
        self._penalty = self.regularization * _largest_singular_value(rows, *scales)

        # equally regularised rows stand together, so that each group is one call
        order_of_rows, order_of_columns = (
            np.argsort(scale, kind="stable") for scale in scales
        )
        rows = reordered(rows, order_of_rows, order_of_columns)
        by_row = Groups(rows, scales[0][order_of_rows])
        by_column = Groups(sparse.csr_array(rows.T), scales[1][order_of_columns])
        del rows  # large
        rng = np.random.default_rng(
            check_random_state(self.random_state).randint(2**31 - 1)
        )
        spread = _INITIAL_SCALE / self.n_components**0.5  # python float, not numpy
        patients, items = (
            spread * rng.standard_normal((n, self.n_components), dtype=np.float32)
            for n in X.shape
        )
        threads = n_threads(self.n_jobs, X.nnz * self.n_components)
        passes = tqdm(
            range(self.max_iter), type(self).__name__, disable=not self.verbose
        )
        with one_blas_thread():
            for _ in passes:
                by_row.improve(patients, items, self._penalty, threads)
                by_column.improve(items, patients, self._penalty, threads)
            self.n_iter_ = self.max_iter
            self._keep(restored(items, order_of_columns))
            # what partial_fit remembers of these patients
            self._patient_gram = _gram(patients)
        self._item_weights = of_columns

    def _keep(self, items):
        if not np.isfinite(items).all():
            raise ValueError(
                "The vectors became infinite or NaN; use more regularization or a "
                "smaller alpha."
            )
        self.components_ = np.ascontiguousarray(items.T, dtype=np.float64)
        self._item_gram = items.T @ items

    def _scales(self, weights, axis):
        """Return how strongly each vector is regularised beside the mean one."""
        scale = (weights / self._mean_weights[axis]) ** self.frequency_scaling
        # rounded to a power of the root of 2, so that there are few groups
        return 2 ** (np.rint(2 * np.log2(scale)) / 2)

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y=None):
        """Learn from more patients, without those of before.

        The vectors of the items move by one Newton step, in which earlier patients
        are represented by the sum of their vectors' products. Many new patients are
        better learned from with a new fit.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_patients, n_items)
            How often, or whether, each new patient had each item.
        y : Ignored
            Not used.

        Returns
        -------
        object
            The fitted recommender itself.
        """
        if not hasattr(self, "components_"):
            return self.fit(X)
        with restore_on_failure(self), one_blas_thread():
            X = check_rows(self, X, reset=False)
            patients, _ = self._fold_in(X)
            by_item = sparse.csr_array(self._confidence(X).T)
            gram = patients.T @ patients
            items = self.components_.T.copy()
            scales = self._scales(self._item_weights, 1)
            before = self._item_weights / self.n_patients_
            ridge = np.eye(len(gram))
            for item in range(len(items)):
                some = slice(*by_item.indptr[item : item + 2])
                own, weight = patients[by_item.indices[some]], by_item.data[some]
                new = gram + (own.T * (weight - 1)) @ own
                step = own.T @ weight - new @ items[item]
                old = before[item] * self._patient_gram
                old += self._penalty * scales[item] * ridge
                items[item] += np.linalg.solve(old + new, step)
            self._keep(items.astype(np.float32))
            self._item_weights = self._item_weights + _total_weights(
                by_item, len(X.indptr) - 1
            )
            self._patient_gram = self._patient_gram + gram
            total = self.n_patients_ + X.shape[0]
            self.item_frequency_ = (
                self.item_frequency_ * self.n_patients_ + column_totals(X)
            ) / total
            self.n_patients_ = total
        return self

    # ----- new patients -----

    def _fold_in(self, X, known=None):
        confidence = self._confidence(X)
        items = np.ascontiguousarray(self.components_.T, dtype=np.float32)
        gram, n_known = self._item_gram, X.shape[1]
        with one_blas_thread():
            if known is not None:
                gram, n_known = items[known].T @ items[known], len(known)
            scales = self._scales(_total_weights(confidence, n_known), 0)
            order = np.argsort(scales, kind="stable")
            rows = Groups(reordered(confidence, order), scales[order])
            patients = np.zeros((X.shape[0], len(gram)), np.float32)
            threads = n_threads(self.n_jobs, X.nnz * gram.size)
            rows.solve(patients, items, gram, self._penalty, threads)
        return restored(patients, order).astype(np.float64), np.zeros(X.shape[0])


def _total_weights(confidence, n_columns):
    """Return the sum of weights of each row, in which absence counts 1."""
    observed = np.asarray(confidence.sum(axis=1), dtype=np.float64)
    return observed + n_columns - np.diff(confidence.indptr)


def _total_column_weights(confidence):
    """Return the sum of weights of each column, in which absence counts 1."""
    observed = column_totals(confidence, confidence.data)
    return confidence.shape[0] + observed - column_totals(confidence)


def _gram(vectors):
    """Return the products of the columns, summed in double precision."""
    gram = np.zeros((vectors.shape[1], vectors.shape[1]))
    for rows in batches(*vectors.shape):
        some = vectors[rows].astype(np.float64)
        gram += some.T @ some
    return gram


def _largest_singular_value(confidence, row_scales, column_scales):
    """Return that of a table divided by the roots of its rows' and columns' scales.

    By the power method: scipy's svds differs in its last digits from call to call,
    and copies the table.
    """
    by_row, by_column = (
        np.float32(1) / np.sqrt(scales, dtype=np.float32)
        for scales in (row_scales, column_scales)
    )
    # no entry is negative, so ones are never orthogonal to the vector looked for
    right, value = np.ones(confidence.shape[1], np.float32), 0.0
    for _ in range(_MOST_POWERS):
        left = by_row * (confidence @ (by_column * (right / _norm(right))))
        before, value = value, _norm(left)
        if value <= before * (1 + _CLOSE):
            break
        right = by_column * (confidence.T @ (by_row * left))
    return float(value)


def _norm(vector):
    # np.linalg.norm may sum in another order from call to call
    return np.float32(np.sqrt(np.sum(np.square(vector, dtype=np.float64))))

"""ALSRecommender: weighted matrix factorization by alternating least squares."""

from numbers import Real
from typing import Self

import numpy as np
from scipy import sparse
from sklearn.base import _fit_context
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval
from tqdm import tqdm

from skmed._parameters import parameter, parameter_of
from skmed._restore import restore_on_failure
from skmed.metrics._top_k import row_batches

from ._grouped_least_squares import GroupedLeastSquares
from ._matrix_factorization import MatrixFactorization
from ._sparse import column_sums, invert_permutation, permute
from ._threads import effective_n_threads, single_blas_thread
from ._validation import check_interactions
from ._weighting import InteractionWeighting

# standard deviation of the initial factors, times the root of n_components
_INITIAL_SCALE = 0.1
# of the power iteration: maximum number of steps, and relative change to stop at
_MAX_POWER_ITER = 200
_POWER_TOL = 1e-4
# weights are squared in single precision
_MAX_CONFIDENCE = 1e15


class ALSRecommender(InteractionWeighting, MatrixFactorization):
    """Weighted matrix factorization by alternating least squares (ALS).

    The factors approximate a table with 1 where a patient has an item and 0 where
    not. The squared error has the weight ``1 + alpha * w`` where a patient has an
    item, with the weight w of the interaction, and 1 elsewhere. The factors of
    patients and of items are updated in turn by implicit's conjugate gradient steps.
    The factors of a new patient are the exact solution, with fixed factors of the
    items.

    Two things differ from implicit's own model, so that the defaults suit tables of
    any size: ``regularization`` is relative to the strength from which on all factors
    are zero, and patients and items with more interactions are regularized more, by
    ``frequency_scaling``.

    See Also
    --------
    EASERecommender : Exact and often more accurate for few items.
    sklearn.decomposition.NMF : Factorizes the values of the table.

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

    n_components: int = parameter_of(
        MatrixFactorization,
        "n_components",
        default=128,
        doc="Number of latent factors. More do not overfit with enough regularization.",
        moves=True,
    )
    alpha: float = parameter(
        "float",
        "Additional weight of an interaction of weight 1, relative to no interaction.",
        Interval(Real, 0, None, closed="neither"),
        default=20.0,
    )
    regularization: float = parameter(
        "float",
        """Strength of the L2 penalty on the factors, relative to the strength from
        which on all factors are zero (the largest singular value of the weighted
        table).""",
        Interval(Real, 0, None, closed="neither"),
        default=0.07,
    )
    frequency_scaling: float = parameter(
        "float",
        """Exponent of the total weight of a row or column in the penalty of its
        factors: 0 for equal penalties, 1 for penalties in proportion.""",
        Interval(Real, 0, 1, closed="both"),
        default=1.0,
    )

    _attribute_docs = {
        "n_patients_": ("int", "Number of patients seen in fit and partial_fit."),
    }

    def _confidence(self, X):
        """Return the weights ``1 + alpha * w`` of the squared errors, float32."""
        confidence = self._weight_interactions(X, np.float32)
        confidence.data *= self.alpha
        confidence.data += 1
        if confidence.data.max(initial=0) > _MAX_CONFIDENCE:
            raise ValueError(
                f"alpha={self.alpha} gives interactions weights up to "
                f"{confidence.data.max():.3g}; use a smaller alpha, or weighting='log'."
            )
        return confidence

    # ----- fit -----

    def _fit(self, X):
        confidence = self._confidence(X)
        n_patients, n_items = X.shape
        self.n_patients_ = n_patients
        row_weights = _sum_row_weights(confidence, n_items)
        column_weights = _sum_column_weights(confidence)
        self._mean_weights = row_weights.mean(), column_weights.mean()
        row_scales = self._penalty_scales(row_weights, axis=0)
        column_scales = self._penalty_scales(column_weights, axis=1)
        self._penalty = self.regularization * _largest_singular_value(
            confidence, row_scales, column_scales
        )

        # sorted by penalty, so that rows with equal penalties are solved in one call
        row_order = np.argsort(row_scales, kind="stable")
        column_order = np.argsort(column_scales, kind="stable")
        confidence = permute(confidence, row_order, column_order)
        row_problems = GroupedLeastSquares(confidence, row_scales[row_order])
        column_problems = GroupedLeastSquares(
            sparse.csr_array(confidence.T), column_scales[column_order]
        )
        del confidence  # a large array
        rng = np.random.default_rng(
            check_random_state(self.random_state).randint(2**31 - 1)
        )
        scale = _INITIAL_SCALE / self.n_components**0.5  # a numpy scalar upcasts
        patients, items = (
            scale * rng.standard_normal((n, self.n_components), dtype=np.float32)
            for n in X.shape
        )
        n_threads = effective_n_threads(self.n_jobs, X.nnz * self.n_components)
        progress = tqdm(
            range(self.max_iter), type(self).__name__, disable=not self.verbose
        )
        with single_blas_thread():
            for _ in progress:
                row_problems.improve(patients, items, self._penalty, n_threads)
                column_problems.improve(items, patients, self._penalty, n_threads)
            self.n_iter_ = self.max_iter
            self._set_item_factors(invert_permutation(items, column_order))
            # represents the fitted patients in partial_fit
            self._patient_gram = _gram_matrix(patients)
        self._item_weights = column_weights

    def _set_item_factors(self, items):
        if not np.isfinite(items).all():
            raise ValueError(
                "The factors became infinite or NaN; use more regularization or a "
                "smaller alpha."
            )
        self.components_ = np.ascontiguousarray(items.T, dtype=np.float64)
        self._item_gram = items.T @ items

    def _penalty_scales(self, weights, axis):
        """Return the penalty of each row (axis=0) or column (axis=1), 1 on average."""
        scale = (weights / self._mean_weights[axis]) ** self.frequency_scaling
        # rounded to powers of the square root of 2, for few groups of equal penalties
        return 2 ** (np.rint(2 * np.log2(scale)) / 2)

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y=None) -> Self:
        """Update the factors of the items with new patients.

        The factors move by one Newton step, in which earlier patients are represented
        by the Gram matrix of their factors. For many new patients, a new fit is more
        accurate.

        Parameters
        ----------
        X : {array-like, sparse matrix, DataFrame} of shape (n_patients, n_items)
            How often, or whether, each new patient had each item.
        y : Ignored
            Not used, present for API consistency by convention.

        Returns
        -------
        object
            The fitted recommender itself.

        Raises
        ------
        ValueError
            If X or a parameter is invalid. The recommender is not changed then.
        """
        if not hasattr(self, "components_"):
            return self.fit(X)
        with restore_on_failure(self), single_blas_thread():
            X = check_interactions(self, X, reset=False)
            patients, _ = self._fold_in(X)
            confidence = sparse.csr_array(self._confidence(X).T)
            gram = patients.T @ patients
            items = self.components_.T.copy()
            scales = self._penalty_scales(self._item_weights, axis=1)
            mean_weights = self._item_weights / self.n_patients_
            identity = np.eye(len(gram))
            for item in range(len(items)):
                stored = slice(*confidence.indptr[item : item + 2])
                own = patients[confidence.indices[stored]]
                weight = confidence.data[stored]
                new_hessian = gram + (own.T * (weight - 1)) @ own
                gradient = own.T @ weight - new_hessian @ items[item]
                old_hessian = mean_weights[item] * self._patient_gram
                old_hessian += self._penalty * scales[item] * identity
                items[item] += np.linalg.solve(old_hessian + new_hessian, gradient)
            self._set_item_factors(items.astype(np.float32))
            new_weights = _sum_row_weights(confidence, X.shape[0])
            self._item_weights = self._item_weights + new_weights
            self._patient_gram = self._patient_gram + gram
            n_patients = self.n_patients_ + X.shape[0]
            self.item_frequency_ = (
                self.item_frequency_ * self.n_patients_ + column_sums(X)
            ) / n_patients
            self.n_patients_ = n_patients
        return self

    # ----- new patients -----

    def _fold_in(self, X, observed=None):
        confidence = self._confidence(X)
        items = np.ascontiguousarray(self.components_.T, dtype=np.float32)
        gram, n_observed = self._item_gram, X.shape[1]
        with single_blas_thread():
            if observed is not None:
                gram = items[observed].T @ items[observed]
                n_observed = len(observed)
            weights = _sum_row_weights(confidence, n_observed)
            scales = self._penalty_scales(weights, axis=0)
            order = np.argsort(scales, kind="stable")
            problems = GroupedLeastSquares(permute(confidence, order), scales[order])
            patients = np.zeros((X.shape[0], len(gram)), np.float32)
            n_threads = effective_n_threads(self.n_jobs, X.nnz * gram.size)
            problems.solve(patients, items, gram, self._penalty, n_threads)
        patients = invert_permutation(patients, order).astype(np.float64)
        return patients, np.zeros(X.shape[0])


def _sum_row_weights(confidence, n_columns):
    """Return the total weight of each row; entries that are not stored have weight 1.

    Parameters
    ----------
    confidence : csr_array of shape (n_rows, n_columns)
        Weights.
    n_columns : int
        Number of observed columns.

    Returns
    -------
    ndarray of shape (n_rows,)
        Total weights, float64.
    """
    stored = np.asarray(confidence.sum(axis=1), dtype=np.float64)
    return stored + n_columns - np.diff(confidence.indptr)


def _sum_column_weights(confidence):
    """Return the total weight of each column, as `_sum_row_weights` of each row."""
    stored = column_sums(confidence, confidence.data)
    return confidence.shape[0] + stored - column_sums(confidence)


def _gram_matrix(factors):
    """Return ``factors.T @ factors``, summed in double precision."""
    gram = np.zeros((factors.shape[1], factors.shape[1]))
    for rows in row_batches(*factors.shape):
        batch = factors[rows].astype(np.float64)
        gram += batch.T @ batch
    return gram


def _largest_singular_value(confidence, row_scales, column_scales):
    """Compute the largest singular value of a table with scaled rows and columns.

    By power iteration: scipy's svds copies the table, and its last digits differ from
    call to call.

    Parameters
    ----------
    confidence : csr_array of shape (n_rows, n_columns)
        Positive weights.
    row_scales : ndarray of shape (n_rows,)
        The rows are divided by the square roots of these.
    column_scales : ndarray of shape (n_columns,)
        The columns are divided by the square roots of these.

    Returns
    -------
    float
        Largest singular value.
    """
    row_factors, column_factors = (
        np.float32(1) / np.sqrt(scales, dtype=np.float32)
        for scales in (row_scales, column_scales)
    )
    # ones are not orthogonal to the first singular vector, which has no negative entry
    right, value = np.ones(confidence.shape[1], np.float32), 0.0
    for _ in range(_MAX_POWER_ITER):
        left = row_factors * (confidence @ (column_factors * (right / _norm(right))))
        previous, value = value, _norm(left)
        if value <= previous * (1 + _POWER_TOL):
            break
        right = column_factors * (confidence.T @ (row_factors * left))
    return float(value)


def _norm(vector):
    """Return the Euclidean norm; np.linalg.norm may vary in its last digits."""
    return np.float32(np.sqrt(np.sum(np.square(vector, dtype=np.float64))))

"""Newton's method for L2-regularized logistic regression."""

import numpy as np
from scipy.special import expit

_MAX_ITER = 50
_TOLERANCE = 1e-8
# sufficient decrease and smallest step of the backtracking line search
_ARMIJO = 1e-4
_MIN_STEP_SIZE = 1e-6


def minimize_logistic_loss(X, sign, sample_weight, offset, penalty):
    """Minimize a weighted logistic loss with a squared penalty by Newton's method.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_coefs)
        Design matrix.
    sign : ndarray of shape (n_samples,)
        Targets: 1 or -1.
    sample_weight : ndarray of shape (n_samples,)
        Weights of the samples.
    offset : ndarray of shape (n_samples,)
        Fixed terms, added to the linear predictor.
    penalty : ndarray of shape (n_coefs,)
        Strength of the penalty ``penalty * coef**2 / 2`` on each coefficient.

    Returns
    -------
    ndarray of shape (n_coefs,)
        The coefficients.
    """

    def compute_loss(coef):
        margin = sign * (X @ coef + offset)
        return sample_weight @ np.logaddexp(0, -margin) + penalty @ coef**2 / 2

    coef = np.zeros(X.shape[1])
    loss = compute_loss(coef)
    for _ in range(_MAX_ITER):
        proba = expit(-sign * (X @ coef + offset))
        gradient = X.T @ (-sign * sample_weight * proba) + penalty * coef
        hessian = (X.T * (sample_weight * proba * (1 - proba))) @ X
        hessian[np.diag_indices_from(hessian)] += penalty
        step = np.linalg.solve(hessian, gradient)
        decrement = gradient @ step
        if decrement < _TOLERANCE:
            break
        step_size = 1.0
        while step_size > _MIN_STEP_SIZE:
            new_coef = coef - step_size * step
            new_loss = compute_loss(new_coef)
            if new_loss <= loss - _ARMIJO * step_size * decrement:
                break
            step_size /= 2
        coef, loss = new_coef, new_loss
    return coef

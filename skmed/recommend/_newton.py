"""One patient's vector under a logistic loss, exactly."""

import numpy as np
from scipy.special import expit

_MOST_STEPS = 50
_TOLERANCE = 1e-8


def logistic_vector(design, sign, weight, offset, penalty):
    """Minimise a weighted logistic loss with a squared penalty by Newton's method.

    Parameters
    ----------
    design : ndarray of shape (n_examples, n_coefficients)
        What the vector is multiplied with.
    sign : ndarray of shape (n_examples,)
        1 where the score should be high, -1 where it should be low.
    weight, offset : ndarray of shape (n_examples,)
        Of each example; the offset is added to its score.
    penalty : ndarray of shape (n_coefficients,)
        Times half the square of each coefficient.

    Returns
    -------
    ndarray of shape (n_coefficients,)
        The vector.
    """
    vector = np.zeros(design.shape[1])
    loss = _loss(vector, design, sign, weight, offset, penalty)
    for _ in range(_MOST_STEPS):
        wrong = expit(-sign * (design @ vector + offset))
        gradient = design.T @ (-sign * weight * wrong) + penalty * vector
        curvature = (design.T * (weight * wrong * (1 - wrong))) @ design
        curvature[np.diag_indices_from(curvature)] += penalty
        step = np.linalg.solve(curvature, gradient)
        decrease = gradient @ step
        if decrease < _TOLERANCE:
            break
        size = 1.0
        while size > 1e-6:
            new = vector - size * step
            new_loss = _loss(new, design, sign, weight, offset, penalty)
            if new_loss <= loss - 1e-4 * size * decrease:
                break
            size /= 2
        vector, loss = new, new_loss
    return vector


def _loss(vector, design, sign, weight, offset, penalty):
    margin = sign * (design @ vector + offset)
    return weight @ np.logaddexp(0, -margin) + penalty @ vector**2 / 2

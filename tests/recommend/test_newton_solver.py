"""Newton's method for logistic regression, compared with scipy's minimizers."""

import numpy as np
from scipy.optimize import minimize

from skmed.recommend._newton_solver import minimize_logistic_loss


def test_finds_the_minimum():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 4))
    sign = rng.choice([-1.0, 1.0], 30)
    sample_weight, offset, penalty = (
        rng.random(30),
        rng.normal(size=30),
        rng.random(4) + 0.1,
    )

    def loss(coef):
        margin = sign * (X @ coef + offset)
        return sample_weight @ np.logaddexp(0, -margin) + penalty @ coef**2 / 2

    expected = minimize(loss, np.zeros(4), tol=1e-12).x
    got = minimize_logistic_loss(X, sign, sample_weight, offset, penalty)
    np.testing.assert_allclose(got, expected, atol=1e-4)


def test_line_search():
    # a full step from zero would overshoot
    got = minimize_logistic_loss(
        np.array([[50.0], [-1.0]]),
        np.ones(2),
        np.ones(2),
        np.zeros(2),
        np.full(1, 1e-3),
    )
    assert np.isfinite(got).all()

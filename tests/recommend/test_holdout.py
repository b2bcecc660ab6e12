"""Split of each patient's items."""

import numpy as np
import pytest
from scipy import sparse

from skmed.recommend._holdout import hold_out_items


@pytest.mark.parametrize(
    ("test_size", "held_out"), [(0.01, 1), (0.3, 3), (0.5, 5), (0.99, 9)]
)
def test_number_of_held_out_items(test_size, held_out):
    X = sparse.csr_array(np.vstack([np.ones((3, 10)), np.eye(1, 10)]) * 2)
    X_input, X_held_out = hold_out_items(X, test_size, 0)
    np.testing.assert_array_equal((X_input + X_held_out).toarray(), np.full((3, 10), 2))
    assert np.diff(X_held_out.indptr).tolist() == [held_out] * 3
    assert np.diff(X_input.indptr).tolist() == [10 - held_out] * 3

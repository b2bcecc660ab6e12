"""Operations on sparse arrays."""

import numpy as np
import pytest
from scipy import sparse

from skmed.recommend import _sparse


@pytest.fixture
def X():
    return sparse.random_array((7, 5), density=0.5, rng=0, format="csr")


def test_permute_and_invert(X):
    rng = np.random.default_rng(0)
    row_order, column_order = rng.permutation(7), rng.permutation(5)
    permuted = _sparse.permute(X, row_order, column_order)
    expected = X.toarray()[row_order][:, column_order]
    np.testing.assert_array_equal(permuted.toarray(), expected)
    rows = _sparse.permute(X, row_order).toarray()
    np.testing.assert_array_equal(
        _sparse.invert_permutation(rows, row_order), X.toarray()
    )


def test_same_order_is_not_copied(X):
    assert _sparse.permute(X, np.arange(7), np.arange(5)) is X


def test_column_sums(X, monkeypatch):
    monkeypatch.setattr(_sparse, "_CHUNK_SIZE", 4)
    sums = _sparse.column_sums(X, X.data)
    np.testing.assert_allclose(sums, X.sum(axis=0))
    np.testing.assert_array_equal(_sparse.column_sums(X), (X != 0).sum(axis=0))


def test_row_indices(X):
    np.testing.assert_array_equal(_sparse.row_indices(X), X.nonzero()[0])

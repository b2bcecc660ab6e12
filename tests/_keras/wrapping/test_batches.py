"""Arrays as a model takes them, and their batches."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.sparse import coo_array, csr_array, issparse

from skmed._keras.wrapping.batches import (
    Batches,
    cast_floats,
    count_samples,
    is_dense_array,
    split_validation,
    target_dtype,
)


def test_batches_follow_the_order_of_their_epoch():
    x, y = np.arange(5), np.arange(5) * 10
    batches = Batches((x, y), 2, lambda epoch: np.roll(np.arange(5), epoch))
    assert [batch[0].tolist() for batch in batches] == [[0, 1], [2, 3], [4]]
    batches.reorder_callback(7).on_epoch_begin(8, None)
    assert [batch[1].tolist() for batch in batches] == [[40, 0], [10, 20], [30]]


def test_batches_of_lists_and_sparse_matrices():
    x = [np.arange(3), csr_array(np.eye(3))]
    batch = Batches((x, np.ones(3)), 2, lambda epoch: np.arange(3)[::-1])[0]
    (first, second), _ = batch
    assert first.tolist() == [2, 1]
    assert isinstance(second, tf.SparseTensor)
    np.testing.assert_array_equal(tf.sparse.to_dense(second), np.eye(3)[[2, 1]])


def test_floats_are_cast():
    data = {"a": np.ones(2), "b": [np.ones(2, int), coo_array(np.eye(2))]}
    cast = cast_floats(data, "float32")
    assert cast["a"].dtype == "float32"
    assert cast["b"][0].dtype == int
    assert issparse(cast["b"][1])
    assert cast["b"][1].format == "csr"
    assert cast["b"][1].dtype == "float32"


def test_samples_are_counted():
    assert count_samples([np.ones((3, 2)), csr_array((3, 1))]) == 3
    assert count_samples(tf.data.Dataset.range(3)) is None
    assert is_dense_array(np.ones(2))
    assert not is_dense_array(np.array(["a"]))
    assert not is_dense_array([np.ones(2)])


def test_validation_samples_come_from_the_end():
    data = np.arange(8), [np.arange(8), np.arange(8)], None
    train, held_out = split_validation(data, 0.25)
    assert train[0].tolist() == [0, 1, 2, 3, 4, 5]
    assert held_out[1][1].tolist() == [6, 7]
    assert train[2] is held_out[2] is None
    with pytest.raises(ValueError, match="of 8 samples leaves none"):
        split_validation(data, 0.99)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_of_targets(dtype):
    inputs = keras.Input((3,), dtype=dtype)
    model = keras.Model(inputs, keras.layers.Dense(1, dtype=dtype)(inputs))
    assert target_dtype(model) == dtype

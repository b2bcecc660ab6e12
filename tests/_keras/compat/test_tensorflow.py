"""Arrays as tensors."""

import numpy as np
import pytest

from skmed._keras.compat import tensorflow
from skmed._keras.compat.tensorflow import to_tensor


@pytest.mark.parametrize("large", [0, 2**40], ids=["large", "small"])
@pytest.mark.parametrize(
    "dtype", ["bool", "uint8", "uint16", "int32", "float16", "float32", "float64"]
)
def test_a_tensor_is_a_copy_of_an_array(dtype, large, monkeypatch):
    monkeypatch.setattr(tensorflow, "_LARGE", large)
    array = np.arange(6).reshape(2, 3).astype(dtype)[:, ::-1]
    before = array.copy()
    tensor = to_tensor(array)
    array[...] = 0
    assert tensor.dtype == dtype
    np.testing.assert_array_equal(tensor, before)


def test_a_tensor_outlives_its_array(monkeypatch):
    monkeypatch.setattr(tensorflow, "_LARGE", 0)
    tensors = [to_tensor(np.full((100, 100), i)) for i in range(20)]
    assert [int(tensor[-1, -1]) for tensor in tensors] == list(range(20))


def test_read_only_arrays(monkeypatch):
    monkeypatch.setattr(tensorflow, "_LARGE", 0)
    array = np.ones((2, 3), np.float32)
    array.flags.writeable = False
    np.testing.assert_array_equal(to_tensor(array), array)

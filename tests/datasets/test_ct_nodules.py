"""make_ct_nodules."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

from skmed.datasets import make_ct_nodules


def test_shapes_classes_and_units():
    X, y = make_ct_nodules(n_samples=9, volume_size=10, random_state=0)
    assert X.shape == (9, 10, 10, 10, 1)
    assert X.dtype == np.int16
    assert sorted(y) == [0] * 5 + [1] * 4
    assert -1024 <= X.min() < -850 < 0 < X.max() <= 3071


def test_random_state():
    X, y = make_ct_nodules(n_samples=6, random_state=3)
    same_X, same_y = make_ct_nodules(n_samples=6, random_state=3)
    np.testing.assert_array_equal(X, same_X)
    np.testing.assert_array_equal(y, same_y)
    assert not np.array_equal(X, make_ct_nodules(n_samples=6, random_state=4)[0])
    assert len({volume.tobytes() for volume in X}) == 6


def test_out(tmp_path):
    shape = (5, 8, 8, 8, 1)
    file = np.lib.format.open_memmap(tmp_path / "X.npy", "w+", np.int16, shape)
    X, y = make_ct_nodules(n_samples=5, volume_size=8, random_state=0, out=file)
    assert X is file
    expected, labels = make_ct_nodules(n_samples=5, volume_size=8, random_state=0)
    np.testing.assert_array_equal(np.load(tmp_path / "X.npy"), expected)
    np.testing.assert_array_equal(y, labels)
    with pytest.raises(ValueError, match=r"out must be of shape \(4, 8, 8, 8, 1\)"):
        make_ct_nodules(n_samples=4, volume_size=8, out=file)


def test_brightness_carries_little_information():
    X, y = make_ct_nodules(n_samples=200, volume_size=8, random_state=0)
    mean = X.mean(axis=(1, 2, 3))
    assert cross_val_score(LogisticRegression(), mean / 100, y).mean() < 0.75
    brightest = X.reshape(200, -1).max(axis=1, keepdims=True)
    assert cross_val_score(LogisticRegression(), brightest / 100, y).mean() < 0.75


@pytest.mark.parametrize(
    ("wrong", "named"), [({"volume_size": 4}, "volume_size"), ({"out": []}, "out")]
)
def test_wrong_arguments(wrong, named):
    with pytest.raises(ValueError, match=f"The '{named}' parameter"):
        make_ct_nodules(n_samples=2, **wrong)

"""make_chest_xrays."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skmed.datasets import make_chest_xrays


@pytest.mark.parametrize(("n", "size"), [(1, 28), (7, 28), (4, 8), (3, 65)])
def test_shapes(n, size):
    X, y = make_chest_xrays(n, image_size=size, random_state=0)
    assert X.shape == (n, size, size)
    assert X.dtype == np.uint8
    assert y.shape == (n,)
    assert y.dtype.kind == "i"


def test_classes_are_balanced_and_shuffled():
    _, y = make_chest_xrays(100, random_state=0)
    assert np.bincount(y).tolist() == [50, 50]
    assert 30 < np.count_nonzero(np.diff(y)) < 70


def test_random_state():
    first, again = (make_chest_xrays(10, random_state=3) for _ in range(2))
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert (make_chest_xrays(10, random_state=4)[0] != first[0]).any()


def test_global_random_state_is_not_used():
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    make_chest_xrays(4, random_state=0)
    make_chest_xrays(4, random_state=np.random.RandomState(0))
    np.testing.assert_array_equal(np.random.get_state()[1], state)  # noqa: NPY002


def test_all_batches_are_generated(monkeypatch):
    monkeypatch.setattr("skmed.datasets._chest_xrays._MAX_PIXELS", 3 * 28**2)
    X, y = make_chest_xrays(7, random_state=0)
    assert (X.std(axis=(1, 2)) > 10).all()
    assert len(np.unique(X, axis=0)) == len(y) == 7


def test_brightness_of_the_lungs():
    """Lungs are darker than the tissue around them, opacities brighter."""
    X, y = make_chest_xrays(200, random_state=0)
    mean = X.mean(axis=0)
    lungs = np.r_[mean[11:16, 7:10].ravel(), mean[11:16, 18:21].ravel()]
    assert lungs.max() < mean[11:16, 13:15].min()
    assert lungs.max() < mean[25:27, 6:22].min()
    sick, well = X[y == 1].mean(axis=0), X[y == 0].mean(axis=0)
    assert sick[14:18, 7:10].mean() > well[14:18, 7:10].mean()


def test_accuracy_of_linear_models_decreases_with_difficulty():
    def accuracy(difficulty):
        X, y = make_chest_xrays(900, difficulty=difficulty, random_state=0)
        X = X.reshape(900, -1)
        model = make_pipeline(StandardScaler(), LogisticRegression(C=1e-3))
        return model.fit(X[:600], y[:600]).score(X[600:], y[600:])

    easy, default, hard = map(accuracy, (0.0, 0.5, 1.0))
    assert easy > default > hard
    assert 0.6 < default < 0.85


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"n_samples": 0}, "n_samples"),
        ({"n_samples": 2.5}, "n_samples"),
        ({"image_size": 4}, "image_size"),
        ({"difficulty": 1.5}, "difficulty"),
        ({"random_state": "seed"}, "random_state"),
    ],
)
def test_wrong_arguments(arguments, name):
    with pytest.raises(ValueError, match=f"The '{name}' parameter"):
        make_chest_xrays(**arguments)

"""Weights of classes as weights of samples."""

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_sample_weight

from skmed._keras.data.class_targets import ClassTargets
from skmed._keras.data.class_weight import apply_class_weight, apply_label_weight

Y = np.array(["well", "ill", "well", "well"])
INDICATOR = np.array([[1, 0], [1, 1], [0, 0], [1, 0]])
PER_LABEL = [{0: 1.0, 1: 2.0}, {0: 3.0, 1: 4.0}]
GIVEN = [
    (Y, "balanced"),
    (Y, {"ill": 3.0}),
    (Y, {"ill": 3.0, "well": 0.5}),
    (INDICATOR, "balanced"),
    (INDICATOR, PER_LABEL),
]


def apply_to_targets(y, class_weight, sample_weight):
    return apply_class_weight(
        ClassTargets("log_loss").fit(y, None), y, class_weight, sample_weight
    )


@pytest.mark.parametrize("apply", [apply_to_targets, apply_label_weight])
@pytest.mark.parametrize(("y", "class_weight"), GIVEN, ids=str)
def test_equals_scikit_learn(apply, y, class_weight):
    expected = compute_sample_weight(class_weight, y)
    np.testing.assert_allclose(apply(y, class_weight, None), expected)


@pytest.mark.parametrize("apply", [apply_to_targets, apply_label_weight])
@pytest.mark.parametrize(("y", "class_weight"), GIVEN, ids=str)
def test_weights_count_as_repetitions(apply, y, class_weight):
    weight = np.array([1.0, 3.0, 2.0, 1.0])
    repeated = np.repeat(np.arange(4), weight.astype(int))
    expected = np.zeros(4)
    np.add.at(expected, repeated, compute_sample_weight(class_weight, y[repeated]))
    np.testing.assert_allclose(apply(y, class_weight, weight), expected)
    np.testing.assert_array_equal(weight, [1, 3, 2, 1])


@pytest.mark.parametrize("apply", [apply_to_targets, apply_label_weight])
def test_without_class_weight(apply):
    weight = np.ones(4)
    assert apply(Y, None, weight) is weight
    assert apply(Y, None, None) is None


@pytest.mark.parametrize("apply", [apply_to_targets, apply_label_weight])
@pytest.mark.parametrize(
    ("y", "class_weight", "message"),
    [
        (Y, {"il": 2.0}, "names \\['il'\\]"),
        (Y, {"ill": -1.0}, "finite weights of zero or more"),
        (Y, {"ill": "2"}, "finite weights of zero or more"),
        (Y, [{"ill": 2.0}], "must be a dict"),
        (INDICATOR, {1: 2.0}, "one dict for each of the 2 labels"),
        (INDICATOR, [{1: 2.0}], "one dict for each of the 2 labels"),
    ],
    ids=str,
)
def test_bad_class_weight(apply, y, class_weight, message):
    with pytest.raises(ValueError, match=message):
        apply(y, class_weight, None)


def test_further_labels():
    """A fold may lack a class; the classes of a deep classifier are known."""
    given = {"ill": 3.0, "well": 1.0, "dead": 9.0}
    np.testing.assert_array_equal(apply_label_weight(Y, given, None), [1, 3, 1, 1])
    with pytest.raises(ValueError, match="names \\['dead'\\]"):
        apply_to_targets(Y, given, None)
    classes = np.array(["dead", "ill", "well"])
    weight = apply_label_weight(Y, {"dead": 9.0}, None, classes)
    np.testing.assert_array_equal(weight, 1)


def test_two_classes_must_count():
    with pytest.raises(ValueError, match="above zero for two classes"):
        apply_to_targets(Y, {"ill": 0.0}, None)

"""Labels for a model, and labels and probabilities of its outputs."""

import keras
import numpy as np
import pytest

from skmed._keras.wrapping.labels import (
    ClassifierLabelEncoder,
    is_categorical,
    to_probabilities,
)

BINARY = np.array(["well", "ill", "well"])


@pytest.mark.parametrize(
    "loss",
    [
        "cce",
        "categorical_crossentropy",
        "CategoricalHinge",
        keras.losses.CategoricalFocalCrossentropy,
        keras.losses.CategoricalFocalCrossentropy(),
        keras.losses.categorical_hinge,
    ],
)
def test_categorical_losses(loss):
    assert is_categorical(loss)
    encoder = ClassifierLabelEncoder(loss).fit(BINARY)
    one_hot = encoder.transform(BINARY)
    np.testing.assert_array_equal(one_hot, [[0, 1], [1, 0], [0, 1]])
    np.testing.assert_array_equal(encoder.inverse_transform(one_hot), BINARY)
    assert encoder.loss is loss


@pytest.mark.parametrize(
    "loss",
    [
        None,
        "mse",
        "sparse_categorical_crossentropy",
        keras.losses.BinaryCrossentropy(),
        lambda y_true, y_pred: 0.0,
        ["cce"],
    ],
)
def test_other_losses(loss):
    assert not is_categorical(loss)
    encoder = ClassifierLabelEncoder(loss).fit(BINARY)
    np.testing.assert_array_equal(np.ravel(encoder.transform(BINARY)), [1, 0, 1])


@pytest.mark.parametrize("n_samples", [1, 3])
def test_probabilities_have_two_dimensions(n_samples):
    encoder = ClassifierLabelEncoder().fit(BINARY)
    single = np.full((n_samples, 1), 0.25)
    proba = encoder.inverse_transform(single, return_proba=True)
    np.testing.assert_array_equal(proba, [[0.75, 0.25]] * n_samples)
    again = encoder.inverse_transform(proba, return_proba=True)
    np.testing.assert_array_equal(again, proba)


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="one class only"):
        ClassifierLabelEncoder().fit(np.array(["ill", "ill"]))


def test_logits_are_converted():
    logits = np.array([[0.0, np.log(3.0)]])
    categorical = keras.losses.CategoricalCrossentropy(from_logits=True)
    np.testing.assert_allclose(to_probabilities(logits, categorical), [[0.25, 0.75]])
    binary = [keras.losses.BinaryCrossentropy(from_logits=True)]
    np.testing.assert_allclose(to_probabilities(logits, binary), [[0.5, 0.75]])
    assert to_probabilities(logits, "mse") is logits
    several = [logits, logits]
    assert to_probabilities(several, categorical) is several

"""Batch normalisation: rows by their weights, statistics of all rows."""

import keras
import numpy as np
import pytest

from skmed import CNNClassifier, CNNRegressor


def normalized(inputs):
    """Batch normalisation of a convolution, and of what comes after it."""
    # a bias before batch normalisation would have a gradient of rounding errors
    x = keras.layers.Conv1D(3, 3, padding="same", use_bias=False)(inputs)
    x = keras.layers.BatchNormalization(name="of_first")(x)
    x = keras.layers.Conv1D(2, 3, activation="relu")(x)
    x = keras.layers.BatchNormalization(name="of_second")(x)
    return keras.layers.GlobalAveragePooling1D()(x)


SETTINGS = {
    "architecture": normalized,
    "precision": "float64",
    "batch_size": 100,
    "epochs": 3,
    "learning_rate": 0.01,
    "random_state": 0,
}


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 8))
    return X, (X[:, 0] > 0).astype(int), rng.integers(1, 4, size=30)


def moments(model, name, X, weight=None):
    """Mean and variance of what a batch normalisation gets."""
    layer = model.get_layer(name)
    before = keras.Model(model.inputs[0], layer.input)(X[..., None]).numpy()
    weight = np.ones(len(X)) if weight is None else weight
    mean = np.average(before.mean(axis=1), axis=0, weights=weight)
    square = ((before - mean) ** 2).mean(axis=1)
    return mean, np.average(square, axis=0, weights=weight)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", ["of_first", "of_second"])
def test_statistics_are_those_of_the_training_rows(rows, weighted, name):
    X, y, weight = rows
    weight = weight if weighted else None
    model = CNNClassifier(**SETTINGS).fit(X, y, sample_weight=weight).model_
    layer = model.get_layer(name)
    mean, variance = moments(model, name, X, weight)
    # the layer behind sees the one before, with a variance that has an epsilon
    np.testing.assert_allclose(layer.moving_mean.numpy(), mean, atol=1e-10)
    np.testing.assert_allclose(layer.moving_variance.numpy(), variance, rtol=1e-9)


def test_statistics_of_several_batches_are_merged(rows):
    X, y, weight = rows
    settings = {**SETTINGS, "batch_size": 8}
    model = CNNClassifier(**settings).fit(X, y, sample_weight=weight).model_
    layer = model.get_layer("of_first")
    mean, variance = moments(model, "of_first", X, weight)
    np.testing.assert_allclose(layer.moving_mean.numpy(), mean, atol=1e-10)
    np.testing.assert_allclose(layer.moving_variance.numpy(), variance, rtol=1e-9)


@pytest.mark.parametrize("cls", [CNNClassifier, CNNRegressor])
def test_a_weight_of_two_is_a_row_given_twice(rows, cls):
    X, y, weight = rows
    repeated = np.repeat(np.arange(30), weight)
    # Adam would make steps of the rounding errors where a gradient is zero
    settings = {**SETTINGS, "optimizer": "sgd"}
    weighted = cls(**settings).fit(X, y, sample_weight=weight)
    expected = cls(**settings).fit(X[repeated], y[repeated])
    for got, wanted in zip(weighted.model_.variables, expected.model_.variables):
        np.testing.assert_allclose(got.numpy(), wanted.numpy(), atol=1e-9)


def test_equal_weights_train_as_keras_does(rows):
    X, y, _ = rows
    settings = {**SETTINGS, "optimizer": "sgd", "normalize": None}
    classifier = CNNClassifier(**settings).fit(X, y)
    # a rate of nothing leaves the first weights as they were
    first = CNNClassifier(**{**settings, "learning_rate": 1e-300}).fit(X, y).model_
    first.compile(keras.optimizers.SGD(0.01), "sparse_categorical_crossentropy")
    first.fit(X[..., None], y, batch_size=100, epochs=3, shuffle=False, verbose=0)
    for got, wanted in zip(
        classifier.model_.trainable_variables, first.trainable_variables
    ):
        np.testing.assert_allclose(got.numpy(), wanted.numpy(), rtol=1e-5, atol=1e-7)


def test_the_published_network_is_keras_own(rows):
    X, y, _ = rows
    classifier = CNNClassifier(**SETTINGS).fit(X, y)
    layer = classifier.model_.get_layer("of_first")
    assert type(layer) is keras.layers.BatchNormalization
    assert "_moments" not in vars(layer)


def test_one_step_is_enough_to_predict_with(rows):
    X, y, _ = rows
    settings = {**SETTINGS, "epochs": 1, "learning_rate": 1e-300}
    classifier = CNNClassifier(**settings).fit(X, y, X_val=X, y_val=y)
    loss, watched = classifier.history_["loss"][0], classifier.history_["val_loss"][0]
    assert watched == pytest.approx(loss, rel=1e-3)
    probability = classifier.predict_proba(X)[np.arange(30), y]
    assert -np.log(probability).mean() == pytest.approx(watched, rel=1e-9)


def test_a_frozen_layer_keeps_its_statistics(rows):
    def frozen(inputs):
        layer = keras.layers.BatchNormalization(trainable=False, name="frozen")
        return keras.layers.Flatten()(layer(inputs))

    X, y, _ = rows
    classifier = CNNClassifier(**{**SETTINGS, "architecture": frozen}, normalize=None)
    layer = classifier.fit(X, y).model_.get_layer("frozen")
    np.testing.assert_array_equal(layer.moving_mean.numpy(), [0])
    np.testing.assert_array_equal(layer.moving_variance.numpy(), [1])

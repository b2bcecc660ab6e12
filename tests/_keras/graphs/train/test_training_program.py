"""Compiled programs: exact, stateless, shared."""

import keras
import numpy as np
import pytest

from skmed import CNNClassifier, CNNEncoder, CNNRegressor
from skmed._keras.data.normalization import set_statistics
from skmed._keras.estimators.network import build_network
from skmed._keras.training.optimizers import NAMES, make_optimizer
from skmed._keras.training.order import epoch_order

SMALL = {"filters": (2, 3), "dense_units": (4,), "batch_size": 8, "random_state": 0}


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    # 8 does not divide 20: the last batch is smaller
    X = rng.normal(size=(20, 12))
    return X, (X[:, 0] + X[:, 5] > 0).astype(int), rng.uniform(0.5, 2, size=20)


def with_everything(inputs):
    """A network with dropout, batch normalisation and regularisation."""
    # a bias before batch normalisation would have a gradient of rounding errors
    x = keras.layers.Conv1D(4, 3, use_bias=False, kernel_regularizer="l2")(inputs)
    return regularised(keras.layers.BatchNormalization()(x))


def without_batch_normalisation(inputs):
    return regularised(keras.layers.Conv1D(4, 3, kernel_regularizer="l2")(inputs))


def regularised(x):
    x = keras.layers.Dropout(0.3)(keras.layers.Flatten()(x))
    return keras.layers.Dense(5, "relu", activity_regularizer="l2")(x)


@pytest.fixture
def keras_in_float64():
    """Keras's own loop casts data and sums losses in its global dtype."""
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx("float32")


def fit_with_keras(estimator, X, y, weight, epochs):
    """Train what ``estimator`` trains with Keras's own loop, from its first weights."""
    fitted = estimator.fit(X, y, weight)._fitted
    network = build_network(estimator, fitted.inputs, fitted.targets, fitted.seed)
    set_statistics(network, X[..., np.newaxis], weight)
    optimizer, rate, _ = make_optimizer(
        estimator.optimizer, estimator.learning_rate, estimator.weight_decay
    )
    # skmed hands the rate to the graph in single precision
    optimizer.learning_rate = np.float32(rate)
    network.compile(optimizer, fitted.targets.keras_loss("float64"))
    y = fitted.targets.encode(y, "float64")
    losses = []
    for epoch in range(epochs):
        order = epoch_order(fitted.seed, epoch, len(X))
        network.fit(
            X[order, :, np.newaxis],
            y[order],
            sample_weight=weight[order],
            batch_size=estimator.batch_size,
            shuffle=False,
            verbose=0,
        )
        losses.append(network.history.history["loss"][0])
    return network, losses


def assert_same_weights(variables, expected):
    for got, wanted in zip(variables, expected, strict=True):
        np.testing.assert_allclose(got.numpy(), wanted.numpy(), rtol=0, atol=1e-8)


@pytest.mark.usefixtures("keras_in_float64")
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("optimizer", NAMES)
def test_an_epoch_equals_keras_own_loop(rows, optimizer, weighted):
    """Keras's batch normalisation has no weights, and statistics of its own."""
    X, y, weight = rows
    classifier = CNNClassifier(
        architecture=without_batch_normalisation if weighted else with_everything,
        precision="float64",
        epochs=1,
        optimizer=optimizer,
        learning_rate=0.01,
        weight_decay=0.02,
        batch_size=8,
        random_state=0,
    )
    weight = weight if weighted else np.ones(len(X))
    expected, _ = fit_with_keras(classifier, X, y, weight, epochs=1)
    if weighted:
        assert_same_weights(classifier.model_.variables, expected.variables)
    else:
        assert_same_weights(
            classifier.model_.trainable_variables, expected.trainable_variables
        )


@pytest.mark.usefixtures("keras_in_float64")
@pytest.mark.parametrize(
    "estimator",
    [
        CNNClassifier(loss="focal"),
        CNNRegressor(),
        CNNRegressor(loss="poisson"),
        CNNRegressor(loss="huber"),
        CNNRegressor(loss="absolute_error"),
        CNNEncoder(n_components=2),
        CNNEncoder(n_components=2, objective="classification"),
    ],
    ids=str,
)
def test_every_task_and_loss_equals_keras_own_loop(rows, estimator):
    estimator.set_params(**SMALL, precision="float64", epochs=3, dropout=0.2)
    expected, losses = fit_with_keras(estimator, *rows, epochs=3)
    assert_same_weights(estimator._fitted.network.variables, expected.variables)
    # Keras averages batches by rows, skmed by weight: equal where weights are
    estimator.fit(rows[0], rows[1])
    _, losses = fit_with_keras(estimator, *rows[:2], np.ones(20), epochs=3)
    np.testing.assert_allclose(estimator.history_["loss"], losses, rtol=1e-5)

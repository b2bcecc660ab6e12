"""Shared programs train as Keras trains."""

import keras
import numpy as np
import pytest

from skmed._keras.wrapping import training_run
from skmed.wrappers import KerasClassifier, KerasRegressor

# Keras 3.15 reads its variables so; until its Variable.__array__ takes copy=
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)


def network(units=1, activation="sigmoid"):
    """A network with dropout, batch normalisation and regularisation."""
    inputs = keras.Input((6,))
    # a bias before batch normalisation would have a gradient of rounding errors
    x = keras.layers.Dense(5, use_bias=False, kernel_regularizer="l2")(inputs)
    x = keras.layers.Dropout(0.3)(keras.layers.BatchNormalization()(x))
    x = keras.layers.Dense(5, "relu", activity_regularizer="l1")(x)
    outputs = keras.layers.Dense(units, activation)(x)
    return keras.Model(inputs, outputs)


def plain(units=1, activation="sigmoid"):
    return keras.Sequential([keras.Input((6,)), keras.layers.Dense(units, activation)])


def linear():
    return network(1, "linear")


def two_columns():
    return network(2, "softmax")


def positive():
    return network(1, "softplus")


def own_loss(y_true, y_pred):
    return keras.ops.mean(keras.ops.abs(y_true - y_pred), axis=-1)


class OwnLoss(keras.Loss):
    def __init__(self, power):
        super().__init__()
        self.power = power

    def call(self, y_true, y_pred):
        return keras.ops.mean(keras.ops.abs(y_true - y_pred) ** self.power, axis=-1)


def own_metric(y_true, y_pred):
    return keras.ops.max(keras.ops.abs(y_true - y_pred), axis=-1)


def assert_equals_keras(estimator, X, y, weight, validation, **fit_arguments):
    """Train the same first weights with ``Model.fit``; compare all that results."""
    estimator.set_params(shuffle=False, batch_size=8, epochs=3, random_state=0)
    model = estimator.initialize(X, y).model_
    model.compile(**estimator._get_compile_kwargs())
    y_model = estimator.target_encoder_.transform(y)
    if validation:
        X_val, y_val = X[:10], y_model[:10]
        estimator.set_params(fit__validation_data=(X[:10], y[:10]))
        fit_arguments["validation_data"] = (X_val, y_val)
    done = model.fit(
        X,
        y_model.astype("float32"),
        sample_weight=weight,
        shuffle=False,
        batch_size=8,
        epochs=3,
        verbose=0,
        **fit_arguments,
    )
    expected = [variable.numpy() for variable in model.variables]
    estimator.fit(X, y, sample_weight=weight)
    assert estimator._fast_path, estimator._fallback_reason
    assert set(estimator.history_) == set(done.history)
    for name, values in done.history.items():
        np.testing.assert_allclose(estimator.history_[name], values, rtol=2e-4)
    for got, wanted in zip(estimator.model_.variables, expected, strict=True):
        np.testing.assert_allclose(got.numpy(), wanted, rtol=0, atol=2e-5)


@pytest.mark.parametrize(
    ("model", "loss"),
    [
        (linear, "mse"),
        (linear, "mae"),
        (linear, keras.losses.Huber(0.5)),
        (linear, "log_cosh"),
        (linear, own_loss),
        (linear, OwnLoss(1.5)),
        (linear, keras.losses.MeanSquaredError(reduction="sum")),
        (positive, "poisson"),
        (network, keras.losses.BinaryFocalCrossentropy()),
        (network, "binary_crossentropy"),
    ],
    ids=lambda value: getattr(value, "name", getattr(value, "__name__", str(value))),
)
def test_losses_of_numbers(rows, model, loss):
    X, y, weight = rows
    estimator = KerasRegressor(model, loss=loss, optimizer="adam")
    assert_equals_keras(estimator, X, y.astype(float), weight, validation=True)


@pytest.mark.parametrize(
    "loss",
    [
        "sparse_categorical_crossentropy",
        "categorical_crossentropy",
        keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
        "categorical_hinge",
    ],
    ids=["sparse", "one-hot", "smoothed", "hinge"],
)
def test_losses_of_classes(rows, loss):
    estimator = KerasClassifier(two_columns, loss=loss, optimizer="adam")
    assert_equals_keras(estimator, *rows, validation=False)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    "metrics",
    [
        ["accuracy"],
        ["mse", "mae"],
        [keras.metrics.AUC(name="area"), keras.metrics.Precision(name="precision")],
        [own_metric, "binary_crossentropy"],
        [keras.metrics.F1Score(threshold=0.5)],
    ],
    ids=["accuracy", "names", "instances", "functions", "vectors"],
)
def test_metrics_with_and_without_weights(rows, metrics, weighted):
    X, y, weight = rows
    name = "compile__weighted_metrics" if weighted else "metrics"
    estimator = KerasRegressor(
        network, loss="binary_crossentropy", optimizer="adam", **{name: metrics}
    )
    assert_equals_keras(estimator, X, y.astype(float)[:, None], weight, validation=True)


@pytest.mark.parametrize(
    "optimizer",
    [
        keras.optimizers.SGD(0.1, momentum=0.9, clipnorm=0.5),
        keras.optimizers.AdamW(0.01, weight_decay=0.1),
        keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.1, 3, 0.5)),
        keras.optimizers.Adam(0.01, gradient_accumulation_steps=2),
        keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.01)),
    ],
    ids=["clipped", "decayed", "scheduled", "accumulated", "scaled"],
)
def test_optimizers(rows, optimizer):
    estimator = KerasClassifier(
        network, loss="binary_crossentropy", optimizer=optimizer
    )
    assert_equals_keras(estimator, *rows, validation=True)


def test_validation_every_other_epoch(rows):
    estimator = KerasClassifier(
        network,
        loss="binary_crossentropy",
        fit__validation_freq=2,
        validation_batch_size=3,
    )
    assert_equals_keras(
        estimator, *rows, validation=True, validation_freq=2, validation_batch_size=3
    )


def test_masked_sequences(rows):
    def model():
        inputs = keras.Input((6,), dtype="int32")
        x = keras.layers.Embedding(9, 3, mask_zero=True)(inputs)
        x = keras.layers.LSTM(3)(x)
        return keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(x))

    X = np.random.default_rng(0).integers(0, 9, size=(30, 6)).astype("int32")
    estimator = KerasClassifier(model, loss="binary_crossentropy", optimizer="adam")
    assert_equals_keras(estimator, X, *rows[1:], validation=True)


@pytest.mark.parametrize(
    "callback",
    [
        lambda: keras.callbacks.ReduceLROnPlateau("loss", patience=0, min_delta=9),
        lambda: keras.callbacks.EarlyStopping("val_loss", patience=1, min_delta=9),
        lambda: keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2),
        lambda: keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None),
    ],
)
def test_callbacks(rows, callback):
    X, y, weight = rows
    fits = []
    for eagerly in (False, True):
        estimator = KerasClassifier(
            network,
            loss="binary_crossentropy",
            epochs=4,
            batch_size=8,
            validation_split=0.2,
            callbacks=[callback()],
            random_state=0,
            run_eagerly=eagerly,
        )
        fits.append(estimator.fit(X, y, sample_weight=weight))
    fast, slow = fits
    assert fast._fast_path
    assert slow._fallback_reason == "run_eagerly"
    for name in fast.history_:
        np.testing.assert_allclose(
            fast.history_[name], slow.history_[name], rtol=1e-4, err_msg=name
        )
    np.testing.assert_allclose(fast.predict_proba(X), slow.predict_proba(X), atol=1e-5)


def test_going_on_with_a_schedule(rows):
    X, y, _ = rows
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
    fits = [
        KerasClassifier(
            plain,
            loss="binary_crossentropy",
            optimizer=keras.optimizers.Adam(schedule),
            random_state=0,
            run_eagerly=eagerly,
        )
        for eagerly in (False, True)
    ]
    for _ in range(3):
        for estimator in fits:
            estimator.partial_fit(X, y)
    np.testing.assert_allclose(*(f.predict_proba(X) for f in fits), atol=1e-6)
    assert [int(f.model_.optimizer.iterations) for f in fits] == [3, 3]


def programs_of(monkeypatch, *fits):
    asked = []
    original = training_run.training_program

    def spy(*args):
        asked.append(original(*args))
        return asked[-1]

    monkeypatch.setattr(training_run, "training_program", spy)
    for fit in fits:
        fit()
    return len(set(map(id, asked)))


def test_code_of_ones_own_is_told_apart(rows, monkeypatch):
    X, y, _ = rows

    def fit(loss):
        return lambda: KerasRegressor(plain, loss=loss, random_state=0).fit(X, y)

    def scaled(factor):
        return lambda y_true, y_pred: factor * own_loss(y_true, y_pred)

    same = [fit(OwnLoss(1.25)), fit(OwnLoss(1.25))]
    assert programs_of(monkeypatch, *same) == 1
    assert programs_of(monkeypatch, fit(OwnLoss(1.25)), fit(OwnLoss(1.75))) == 2
    assert programs_of(monkeypatch, fit(scaled(2.0)), fit(scaled(2.0))) == 1
    assert programs_of(monkeypatch, fit(scaled(2.0)), fit(scaled(3.0))) == 2


def test_a_layer_written_again_is_another_one(rows):
    X, y, _ = rows

    def layer(factor):
        class Twice(keras.layers.Layer):
            def call(self, x):
                return factor * x

        return Twice

    def model(factor):
        inputs = keras.Input((6,))
        return keras.Model(inputs, keras.layers.Dense(1)(layer(factor)()(inputs)))

    predictions = [
        KerasRegressor(model, factor=factor, loss="mse", random_state=0)
        .fit(X, y)
        .predict(X)
        for factor in (1.0, 50.0)
    ]
    assert np.ptp(predictions[1]) > 5 * np.ptp(predictions[0])

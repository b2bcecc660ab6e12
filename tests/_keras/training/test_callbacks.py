"""Callbacks of Keras."""

from pathlib import Path
from runpy import run_path

import keras
import numpy as np
import pytest

from skmed import CNNClassifier

SHARED = run_path(str(Path(__file__).parents[2] / "small_cnn.py"))
SMALL, images, learn = SHARED["SMALL"], SHARED["images"], SHARED["learn"]
weights, same_weights = SHARED["weights"], SHARED["same_weights"]
keras_and_numpy_2 = SHARED["keras_and_numpy_2"]


def test_keras_early_stopping():
    stop = keras.callbacks.EarlyStopping("loss", min_delta=100.0, patience=1)
    before = dict(vars(stop))
    # a second fit finds the callback as it was
    for callbacks in ([stop], (stop,)):
        assert learn(callbacks=callbacks, epochs=20).n_iter_ == 2
    assert vars(stop) == before


def test_keras_restores_best_weights():
    X, y = images(60, 6)
    X_val, y_val = images(40, 6, seed=1)
    settings = {**SMALL, "learning_rate": 0.05, "dense_units": (16,), "epochs": 25}
    restore = keras.callbacks.EarlyStopping(
        "val_loss", patience=30, restore_best_weights=True
    )
    classifier = CNNClassifier(**settings, callbacks=[restore])
    classifier.fit(X, y, X_val=X_val, y_val=y_val)
    best = int(np.argmin(classifier.history_["val_loss"])) + 1
    assert best < 25
    shorter = CNNClassifier(**{**settings, "epochs": best}).fit(X, y)
    assert same_weights(classifier, shorter)


@keras_and_numpy_2
def test_reduce_the_rate_on_a_plateau():
    plateau = keras.callbacks.ReduceLROnPlateau(
        "loss", factor=1e-12, patience=1, min_delta=100.0
    )
    losses = learn(callbacks=[plateau], epochs=6).history_["loss"]
    assert losses[1] != pytest.approx(losses[2], rel=1e-4)
    assert losses[3:] == pytest.approx([losses[3]] * 3, rel=1e-5)


@keras_and_numpy_2
def test_a_learning_rate_scheduler():
    rates = []

    def of_epoch(epoch, rate):
        rates.append(rate)
        return rate * 0.5

    classifier = learn(callbacks=[keras.callbacks.LearningRateScheduler(of_epoch)])
    assert rates == pytest.approx([0.01 * 0.5**i for i in range(6)])
    assert not same_weights(classifier, learn())


@keras_and_numpy_2
def test_checkpoints(tmp_path):
    path = tmp_path / "{epoch:02d}.keras"
    classifier = learn(epochs=3, callbacks=[keras.callbacks.ModelCheckpoint(str(path))])
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        *(f"0{epoch}.keras" for epoch in (1, 2, 3))
    ]
    for epoch in (1, 2, 3):
        stored = keras.models.load_model(tmp_path / f"0{epoch}.keras")
        expected = learn(epochs=epoch).model_
        for got, wanted in zip(stored.variables, expected.variables):
            np.testing.assert_array_equal(got.numpy(), wanted.numpy())
    assert same_weights(classifier, learn(epochs=3))


@pytest.mark.parametrize(
    "settings", [{}, {"learning_rate_schedule": "cosine"}, {"augment": "mixup"}]
)
def test_callbacks_that_act_on_batches_change_nothing(settings):
    seen = []
    spy = keras.callbacks.LambdaCallback(
        on_train_batch_begin=lambda batch, logs: seen.append(batch),
        on_train_batch_end=lambda batch, logs: seen.append(logs["loss"]),
    )
    settings = {"dropout": 0.3, **settings}
    watched, plain = learn(callbacks=[spy], **settings), learn(**settings)
    assert seen[0::2] == [0, 1, 2, 3] * 6
    assert all(loss > 0 for loss in seen[1::2])
    for got, expected in zip(weights(watched), weights(plain)):
        np.testing.assert_allclose(got, expected, atol=1e-6)
    np.testing.assert_allclose(
        watched.history_["loss"], plain.history_["loss"], rtol=1e-5
    )


def test_a_callback_sees_the_true_weights_and_may_change_them():
    class Zero(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            kernel = self.model.trainable_variables[0]
            assert not np.array_equal(kernel.numpy(), np.zeros(kernel.shape))
            kernel.assign(np.zeros(kernel.shape))

    assert not weights(learn(callbacks=[Zero()]))[0].any()


def test_a_callback_stops_at_a_batch():
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = batch == 1

    assert learn(callbacks=[Stop()]).n_iter_ == 1

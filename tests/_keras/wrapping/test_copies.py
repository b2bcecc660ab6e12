"""Copies of what a user gave."""

import keras
import numpy as np

from skmed._keras.wrapping.copies import copy_model, copy_settings


def own_metric(y_true, y_pred):
    return keras.ops.max(keras.ops.abs(y_true - y_pred), axis=-1)


def test_optimizers_and_metrics_are_copied():
    optimizer = keras.optimizers.Adam(0.5)
    auc = keras.metrics.AUC(num_thresholds=7)
    mean = keras.metrics.MeanMetricWrapper(own_metric, name="mine")
    loss = keras.losses.Huber()
    copied = copy_settings(
        {"optimizer": optimizer, "metrics": [auc, (mean, "mse")], "loss": loss}
    )
    assert copied["optimizer"] is not optimizer
    assert float(copied["optimizer"].learning_rate) == 0.5
    first, (second, name) = copied["metrics"]
    assert first is not auc
    assert first.num_thresholds == 7
    assert second is not mean
    assert second.name == "mine"
    assert name == "mse"
    assert copied["loss"] is loss
    assert copy_settings(keras.metrics.AUC) is keras.metrics.AUC


def test_a_model_is_copied_with_its_training():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.1), "mse", metrics=["mae"])
    X, y = np.ones((8, 3)), np.zeros(8)
    model.fit(X, y, verbose=0)
    copied = copy_model(model)
    np.testing.assert_equal(copied.get_weights(), model.get_weights())
    for ours, theirs in zip(copied.optimizer.variables, model.optimizer.variables):
        np.testing.assert_array_equal(ours.numpy(), theirs.numpy())
    before = model.get_weights()
    copied.fit(X, y, verbose=0)
    np.testing.assert_equal(model.get_weights(), before)
    model.fit(X, y, verbose=0)
    np.testing.assert_allclose(copied.get_weights()[0], model.get_weights()[0])


def test_an_uncompiled_model_stays_uncompiled():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    assert not copy_model(model).compiled

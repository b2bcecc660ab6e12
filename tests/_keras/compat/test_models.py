"""Structure and compile settings of models."""

import keras
import numpy as np
import pytest

from skmed._keras.compat import models


@pytest.fixture
def model():
    inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="inside")])
    inputs = keras.Input((3,))
    outputs = keras.layers.Dense(1, name="last")(inner(inputs))
    return keras.Model(inputs, outputs, name="outer")


def test_layers_from_outside_to_inside(model):
    names = [layer.name for layer in models.flatten_layers(model)]
    assert names[0] == "outer"
    assert names.index(model.layers[1].name) < names.index("inside")
    assert "last" in names


def test_named_ends(model):
    assert not models.has_named_inputs(model)
    assert not models.has_named_outputs(model)
    inputs = keras.Input((3,), name="a")
    named = keras.Model({"a": inputs}, {"b": keras.layers.Dense(1)(inputs)})
    assert models.has_named_inputs(named)
    assert models.has_named_outputs(named)


def test_compile_settings(model):
    assert models.compile_settings(model) is None
    model.compile("sgd", "mse", metrics=["mae"])
    settings = models.compile_settings(model)
    assert settings["loss"] == "mse"
    assert settings["metrics"] == ["mae"]
    optimizer = model.optimizer
    model.compile("adam", "mae")
    assert models.compile_settings(model) is not settings
    models.restore_compile(model, settings, optimizer)
    assert (model.loss, model.optimizer) == ("mse", optimizer)
    assert models.compiled_metrics(model) is not None
    models.restore_compile(model, None, None)
    assert models.compile_settings(model) is None


def test_losses_and_metrics_are_built_without_data(model):
    model.compile("sgd", "mse", metrics=["mae"], weighted_metrics=["mse"])
    x, y = keras.KerasTensor((None, 3)), keras.KerasTensor((None, 1))
    models.build_losses_and_metrics(model, x, y, keras.KerasTensor((None,)))
    (loss,) = models.resolved_losses(model)
    assert isinstance(loss.loss, keras.Loss)
    assert loss.loss_weights is None
    names = [metric.name for metric in models.resolved_metrics(model)]
    assert len(names) == 2
    assert models.distribute_strategy(model) is None


def test_without_metrics(model):
    model.compile("sgd", "mse")
    assert models.compiled_metrics(model) is None
    assert models.resolved_metrics(model) is None


def test_a_metric_is_copied_without_its_state():
    def own(y_true, y_pred):
        return y_true - y_pred

    metric = keras.metrics.MeanMetricWrapper(own, name="mine")
    metric.update_state(np.array([3.0]), np.array([1.0]))
    copied = models.copy_metric(metric)
    assert copied.name == "mine"
    assert float(copied.result()) == 0
    auc = models.copy_metric(keras.metrics.AUC(num_thresholds=7))
    assert auc.num_thresholds == 7

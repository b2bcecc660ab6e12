"""A model is restored when its training fails."""

import keras
import numpy as np
import pytest

from skmed._keras.compat.models import compile_settings
from skmed._keras.training.restore import restore_model_on_failure

X, Y = np.ones((8, 3), "float32"), np.zeros((8, 1), "float32")


def network():
    inputs = keras.Input((3,))
    inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="inside")])
    return keras.Model(inputs, keras.layers.Dense(1, name="last")(inner(inputs)))


def train(model):
    model.fit(X, Y, verbose=0)


def fail(model, change):
    @restore_model_on_failure(model)
    def interrupted():
        change(model)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()


@pytest.fixture
def model():
    model = network()
    model.compile(keras.optimizers.Adam(0.1), "mse")
    train(model)
    return model


def test_weights_and_optimizer_state(model):
    before = model.get_weights()
    slots = [variable.numpy() for variable in model.optimizer.variables]
    fail(model, train)
    np.testing.assert_equal(model.get_weights(), before)
    np.testing.assert_equal([v.numpy() for v in model.optimizer.variables], slots)


def test_success_keeps_what_was_trained(model):
    before = model.get_weights()
    with restore_model_on_failure(model):
        train(model)
    assert not np.array_equal(model.get_weights()[0], before[0])


def test_compile_settings(model):
    optimizer = model.optimizer

    def change(model):
        model.compile("sgd", "mae", metrics=["mse"])
        train(model)

    fail(model, change)
    assert model.optimizer is optimizer
    assert model.loss == "mse"
    assert int(optimizer.iterations) == 1
    assert model.evaluate(X, Y, verbose=0, return_dict=True).keys() == {"loss"}
    train(model)
    assert int(optimizer.iterations) == 2


def test_an_uncompiled_model_stays_uncompiled():
    model = network()
    fail(model, lambda model: model.compile("sgd", "mse"))
    assert not model.compiled
    assert compile_settings(model) is None


def test_an_unbuilt_optimizer_has_no_state():
    model = network()
    model.compile(keras.optimizers.Adam(0.25), "mse")
    fail(model, train)
    assert not model.optimizer.built
    assert int(model.optimizer.iterations) == 0
    assert float(model.optimizer.learning_rate) == 0.25


def test_trainable_flags(model):
    model.layers[1].layers[0].bias.trainable = False
    model.get_layer("last").trainable = False
    before = [variable.trainable for variable in model.variables]

    def change(model):
        model.trainable = True
        model.layers[1].trainable = False

    fail(model, change)
    assert [variable.trainable for variable in model.variables] == before
    assert model.layers[1].trainable
    assert not model.get_layer("last").trainable


def test_no_model():
    with restore_model_on_failure(None):
        pass


def test_a_model_that_is_built_inside():
    model = keras.Sequential([keras.layers.Dense(1)])
    fail(model, lambda model: model.build((None, 3)))
    assert model.built

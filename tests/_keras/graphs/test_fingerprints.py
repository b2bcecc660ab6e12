"""Which networks share a program."""

import keras
import pytest

from skmed._keras.graphs.fingerprints import network_key
from skmed._keras.graphs.programs import optimizer_key


def network(units=3, activation="relu", seed=0, name=None, trainable=True):
    inputs = keras.Input((4,), name=name and f"{name}_input")
    x = keras.layers.Dense(units, activation=activation, name=name)(inputs)
    x = keras.layers.Dropout(0.5, seed=seed)(x)
    nested = keras.Sequential([keras.layers.Dense(2)])
    model = keras.Model(inputs, keras.layers.Concatenate()([nested(x), x + 1.0]))
    model.layers[1].trainable = trainable
    return model


def test_names_and_seeds_do_not_matter():
    key = network_key(network())
    assert key == network_key(network())
    assert key == network_key(network(seed=7))
    assert key == network_key(network(name="mine"))
    # a layer named like a value of the configuration
    assert key == network_key(network(name="relu"))


@pytest.mark.parametrize(
    "change", [{"units": 4}, {"activation": "tanh"}, {"trainable": False}], ids=str
)
def test_structure_matters(change):
    assert network_key(network()) != network_key(network(**change))


def test_the_wiring_of_layers_matters():
    def wired(swap):
        inputs = keras.Input((4,))
        a = keras.layers.Dense(2, "tanh")(inputs)
        b = keras.ops.exp(keras.layers.Dense(2)(inputs))
        return keras.Model(inputs, keras.layers.Subtract()([b, a] if swap else [a, b]))

    assert network_key(wired(False)) == network_key(wired(False))
    assert network_key(wired(False)) != network_key(wired(True))


class Opaque(keras.layers.Layer):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def call(self, x):
        return self.function(x)


@pytest.mark.parametrize("layer", [Opaque, keras.layers.Lambda])
def test_networks_with_code_in_them_share_nothing(layer):
    def made(factor):
        inputs = keras.Input((4,))
        return keras.Model(inputs, layer(lambda x: factor * x)(inputs))

    assert network_key(made(1.0)) != network_key(made(1.0))


def test_rate_and_decay_are_data_but_other_settings_are_not():
    adam = keras.optimizers.Adam
    assert optimizer_key(adam(0.1)) == optimizer_key(adam(0.2))
    decays = [adam(weight_decay=decay) for decay in (0.1, 0.2)]
    assert optimizer_key(decays[0]) == optimizer_key(decays[1])
    assert optimizer_key(adam()) != optimizer_key(decays[0])
    assert optimizer_key(adam()) != optimizer_key(adam(beta_1=0.5))
    assert optimizer_key(adam()) != optimizer_key(keras.optimizers.Nadam())
    scaled = [keras.optimizers.LossScaleOptimizer(adam(rate)) for rate in (0.1, 0.2)]
    assert optimizer_key(scaled[0]) == optimizer_key(scaled[1])
    assert optimizer_key(scaled[0]) != optimizer_key(adam())

"""The textbook network: signals, images and volumes, down to one value."""

import keras
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from skmed._keras.graphs.programs import PredictionProgram
from skmed._keras.graphs.state import get_values
from skmed.cnn import _architectures

# one, two or three sizes and the number of channels
shapes = st.tuples(
    st.lists(st.integers(1, 9), min_size=1, max_size=3), st.integers(1, 3)
).map(lambda sizes_channels: (*sizes_channels[0], sizes_channels[1]))


def plain(shape, filters=(2, 3), dense_units=(4,), dropout=0.0, **changes):
    sizes = {"filters": filters, "dense_units": dense_units, **changes}
    activation = sizes.pop("activation", "relu")
    inputs = keras.Input(shape)
    features = _architectures.encode(inputs, "plain", sizes, activation, dropout, 0.0)
    return keras.Model(inputs, features)


def decoder(shape, filters=(2, 3), activation="relu", **changes):
    code = keras.Input((2,))
    sizes = {"filters": filters, **changes}
    rebuilt = _architectures.decode(code, shape, "plain", sizes, activation)
    return keras.Model(code, rebuilt)


def kinds(network):
    return [type(layer).__name__ for layer in network.layers[1:]]


@settings(max_examples=25)
@given(
    shape=shapes,
    depth=st.integers(1, 4),
    kernel_size=st.integers(1, 5),
    pool_size=st.integers(1, 3),
)
@example(shape=(1, 1), depth=3, kernel_size=3, pool_size=2)
@example(shape=(1, 1, 1, 1), depth=3, kernel_size=3, pool_size=2)
@example(shape=(1, 9, 1), depth=4, kernel_size=5, pool_size=3)
@example(shape=(7, 5, 3, 2), depth=3, kernel_size=3, pool_size=2)
def test_any_shape_is_encoded_and_given_back(shape, depth, kernel_size, pool_size):
    sizes = {"kernel_size": kernel_size, "pool_size": pool_size}
    filters = (2, 3, 4, 5)[:depth]
    x = np.random.default_rng(0).normal(size=(2, *shape)).astype(np.float32)
    features = plain(shape, filters, **sizes)(x).numpy()
    assert features.shape == (2, 4)
    assert np.all(np.isfinite(features))
    rebuilt = decoder(shape, filters, **sizes)(features[:, :2]).numpy()
    assert rebuilt.shape == x.shape
    assert np.all(np.isfinite(rebuilt))


@pytest.mark.parametrize("shape", [(9, 2), (7, 5, 1), (7, 5, 3, 2)], ids=str)
@pytest.mark.parametrize("network", [plain, decoder])
def test_a_graph_gives_what_the_layers_give(network, shape):
    # TensorFlow rewrites graphs, and did so wrongly for padded volumes
    network = network(shape, (2, 3, 4))
    x = np.random.default_rng(0).normal(size=(2, *network.input_shape[1:]))
    x = x.astype(np.float32)
    got = PredictionProgram(network)(get_values(network.variables), x)
    np.testing.assert_allclose(got, network(x).numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_the_textbook_network(rank):
    network = plain((12,) * rank + (1,), (2, 3, 4), (5, 6))
    convolution, pooling = f"Conv{rank}D", f"MaxPooling{rank}D"
    assert kinds(network) == [
        *[convolution, pooling, convolution, pooling, convolution],
        *["Flatten", "Dense", "Dense"],
    ]
    kernels = [v.shape for v in network.trainable_variables[::2]]
    assert kernels == [
        *[(3,) * rank + (1, 2), (3,) * rank + (2, 3), (3,) * rank + (3, 4)],
        *[(3**rank * 4, 5), (5, 6)],
    ]


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_the_textbook_network_the_other_way_round(rank):
    network = decoder((8,) * rank + (1,), (2, 3, 4))
    convolution, upsampling = f"Conv{rank}D", f"UpSampling{rank}D"
    assert kinds(network) == [
        *["Dense", "Reshape"],
        *[upsampling, convolution, upsampling, convolution, convolution],
    ]
    assert network.layers[-1].activation is keras.activations.linear


def test_kernels_and_pooling_shrink_to_what_an_axis_has():
    network = plain((2, 9, 1), (2, 3, 4), kernel_size=5, pool_size=3)
    kernels = [v.shape[:2] for v in network.trainable_variables[:6:2]]
    assert kernels == [(2, 5), (1, 3), (1, 1)]
    assert kinds(plain((1, 1), (2, 3))) == ["Conv1D", "Conv1D", "Flatten", "Dense"]


@pytest.mark.parametrize("pool_size", [1, 2])
def test_pool_size_of_one_pools_nothing(pool_size):
    pooled = "MaxPooling2D" in kinds(plain((8, 8, 1), pool_size=pool_size))
    assert pooled == (pool_size > 1)


def test_dropout_and_no_dense_layers():
    assert "Dropout" not in kinds(plain((8, 1)))
    assert kinds(plain((8, 1), (2,), (4, 5), dropout=0.5))[2:] == [
        *["Dropout", "Dense", "Dropout", "Dense", "Dropout"]
    ]
    assert plain((8, 1), (2, 3), ()).output.shape == (None, 4 * 3)


@pytest.mark.parametrize("activation", ["relu", "elu", "gelu", "silu", "tanh"])
def test_activation_of_every_layer(activation):
    for network in (plain((8, 1), activation=activation), decoder((8, 1))):
        layers = [layer for layer in network.layers if hasattr(layer, "activation")]
        names = [layer.activation.__name__ for layer in layers]
        expected = activation if network.output.shape[1:] == (4,) else "relu"
        assert set(names[:-1]) == {expected}

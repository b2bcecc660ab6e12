"""Residual and inception networks, and pooling, in every rank."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skmed import CNNClassifier
from skmed._keras.graphs.programs import PredictionProgram
from skmed._keras.graphs.state import get_values
from skmed.cnn import _architectures

DEEP = ["resnet", "inception"]
POOLINGS = ["flatten", "avg", "max", "attention"]


def network(shape, architecture, stochastic_depth=0.0, **sizes):
    inputs = keras.Input(shape)
    features = _architectures.encode(
        inputs, architecture, sizes, "relu", 0.0, stochastic_depth
    )
    return keras.Model(inputs, features)


def n_trained(model):
    return sum(int(np.prod(v.shape)) for v in model.trainable_variables)


# ----- as published -----


@pytest.mark.parametrize(
    ("depth", "millions"), [(3, 0.27), (5, 0.46), (7, 0.66), (9, 0.85), (18, 1.7)]
)
def test_residual_networks_of_the_paper(depth, millions):
    # He et al. 2016, table 6: ResNet-20 to ResNet-110 for images of 32 x 32
    model = network((32, 32, 3), "resnet", filters=(16, 32, 64), depth=depth)
    # the paper's shortcuts have no weights, these have three thousand
    n_weights = n_trained(model) + 64 * 10 + 10
    assert n_weights / 1e6 == pytest.approx(millions, abs=0.04 if depth > 9 else 0.01)


def test_the_residual_network_of_medmnist():
    # ResNet-18 for small images: 11,173,962 with three channels and ten classes
    sizes = {"filters": (64, 128, 256, 512), "depth": 2}
    model = network((28, 28, 3), "resnet", **sizes)
    assert n_trained(model) + 512 * 10 + 10 == 11_173_962


def test_inception_time_by_its_own_count():
    # Ismail Fawaz et al. 2020: six modules, kernels of 40, 20 and 10, bottlenecks of 32
    first = 32 * (40 + 20 + 10 + 1) + 2 * 128
    further = 128 * 32 + 32 * 32 * (40 + 20 + 10) + 128 * 32 + 2 * 128
    shortcuts = (128 + 2 * 128) + (128 * 128 + 2 * 128)
    model = network((140, 1), "inception", filters=(32, 32), depth=3)
    assert n_trained(model) == first + 5 * further + shortcuts == 420_192
    kernels = {layer.kernel_size for layer in model.layers if "conv" in layer.name}
    assert kernels == {(1,), (10,), (20,), (40,)}
    # nothing is lost along the signal
    assert model.layers[-2].output.shape == (None, 140, 128)


# ----- every shape -----


@pytest.mark.parametrize("architecture", DEEP)
@settings(max_examples=10)
@given(
    sizes=st.lists(st.integers(1, 7), min_size=1, max_size=3),
    channels=st.integers(1, 2),
    pooling=st.sampled_from(POOLINGS),
)
def test_any_shape_becomes_features(architecture, sizes, channels, pooling):
    shape = (*sizes, channels)
    model = network(shape, architecture, filters=(2, 3), depth=2, pooling=pooling)
    x = np.random.default_rng(0).normal(size=(2, *shape)).astype(np.float32)
    features = model(x, training=True).numpy()
    assert features.shape == (2, model.output_shape[1])
    assert np.all(np.isfinite(features))


@pytest.mark.parametrize("shape", [(9, 2), (7, 5, 1), (4, 5, 3, 2)], ids=str)
@pytest.mark.parametrize("architecture", DEEP)
def test_a_graph_gives_what_the_layers_give(architecture, shape):
    model = network(shape, architecture, filters=(2, 3), pooling="attention")
    x = np.random.default_rng(0).normal(size=(2, *shape)).astype(np.float32)
    got = PredictionProgram(model)(get_values(model.variables), x)
    np.testing.assert_allclose(got, model(x).numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize(
    ("architecture", "pool_size", "length"),
    [
        ("plain", 2, 3),
        ("plain", 1, 12),
        ("resnet", 2, 3),
        ("resnet", 1, 12),
        ("inception", 2, 3),
        ("inception", 1, 12),
    ],
)
def test_stages_shrink_by_pool_size(rank, architecture, pool_size, length):
    sizes = {"filters": (2, 2, 2), "depth": 2, "pool_size": pool_size}
    shape = (12,) * rank + (1,)
    model = network(shape, architecture, **sizes, pooling="flatten", dense_units=())
    n_filters = 8 if architecture == "inception" else 2
    assert model.output_shape == (None, length**rank * n_filters)


@pytest.mark.parametrize("architecture", ["plain", *DEEP])
def test_depth_is_layers_per_stage(architecture):
    counts = [
        n_trained(network((8, 8, 1), architecture, filters=(2, 2), depth=depth))
        for depth in (1, 2, 3)
    ]
    assert counts[0] < counts[1] < counts[2]
    assert counts[2] - counts[1] == pytest.approx(counts[1] - counts[0], rel=0.5)


@pytest.mark.parametrize(
    ("shape", "pool_size", "shrunk"),
    [
        ((64, 65, 1), 2, (64, 33)),
        ((224, 96, 3), 2, (56, 48)),
        ((224, 96, 3), 1, (224, 96)),
        ((1024, 2), 2, (1024,)),
        ((5000, 1), 2, (625,)),
        ((65, 4, 64, 1), 3, (22, 4, 64)),
    ],
    ids=str,
)
def test_residual_networks_average_neighbours_of_large_inputs(shape, pool_size, shrunk):
    model = network(
        shape, "resnet", filters=(2,), pool_size=pool_size, pooling="flatten"
    )
    assert model.output_shape == (None, 2 * np.prod(shrunk))
    averaging = [layer for layer in model.layers if "average" in layer.name]
    assert bool(averaging) == (shrunk != shape[:-1])
    for layer in averaging:
        # a border counts no pixels that aren't there
        ones = np.ones((1, *shape), np.float32)
        np.testing.assert_allclose(layer(ones), 1, rtol=1e-6)


# ----- stochastic depth -----


@pytest.mark.parametrize(
    ("architecture", "rates"),
    [("resnet", [0.1, 0.2, 0.3, 0.4]), ("inception", [0.2, 0.4])],
)
def test_stochastic_depth_grows_linearly_and_drops_whole_rows(architecture, rates):
    model = network((6, 1), architecture, 0.4, filters=(2, 3), depth=2)
    skips = [layer for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    assert [layer.rate for layer in skips] == pytest.approx(rates)
    kept = skips[-1](np.ones((200, 6, 3), np.float32), training=True).numpy()
    by_row = kept.reshape(200, -1)
    assert np.all(by_row == by_row[:, :1])
    assert np.mean(by_row[:, 0] == 0) == pytest.approx(0.4, abs=0.1)
    x = np.ones((1, 6, 1), np.float32)
    np.testing.assert_array_equal(model(x).numpy(), model(x).numpy())


# ----- few rows -----


def waves(n_samples, rank, seed=0):
    """Noise in which one class has a wave, at any place."""
    rng = np.random.default_rng(seed)
    sizes = {1: (40,), 2: (10, 10), 3: (4, 4, 4)}[rank]
    y = np.arange(n_samples) % 2
    X = rng.normal(scale=0.3, size=(n_samples, *sizes, 1))
    phase = rng.uniform(0, 2 * np.pi, size=(n_samples, *[1] * rank))
    axes = np.indices(sizes).sum(axis=0)
    X[..., 0] += np.where(y, 1.0, 0.0)[(..., *[None] * rank)] * np.sin(axes + phase)
    return X, y


@pytest.mark.parametrize(("n_samples", "rank"), [(20, 1), (50, 2), (30, 3)])
@pytest.mark.parametrize("architecture", ["plain", *DEEP])
def test_few_rows_are_enough(architecture, n_samples, rank):
    X, y = waves(n_samples, rank)
    X_test, y_test = waves(200, rank, seed=1)
    small = {"plain": {"pooling": "max"}}.get(architecture, {})
    filters = (4, 4) if architecture == "inception" else (8, 16)
    classifier = CNNClassifier(
        # fewer steps than "auto" makes
        epochs=100,
        architecture=architecture,
        filters=filters,
        random_state=0,
        **small,
    ).fit(X, y)
    assert classifier.score(X_test, y_test) >= 0.95

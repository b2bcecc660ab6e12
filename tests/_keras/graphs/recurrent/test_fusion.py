"""Recurrent layers that run compiled: the same numbers, whatever the layer does."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from skmed._keras.graphs.programs import (
    PredictionProgram,
    TrainingProgram,
    prediction_program,
    training_program,
)
from skmed._keras.graphs.recurrent import blocks, fusion
from skmed._keras.graphs.recurrent.fusion import fuse, is_fusible
from skmed._keras.graphs.state import Data, State, get_values

KINDS = (keras.layers.LSTM, keras.layers.GRU)
layers = keras.layers
DOUBLE = {"dtype": "float64"}


def network_of(*stack, channels=2, length=None, dtype="float64"):
    """A network of a stack of layers, with weights away from zero."""
    inputs = keras.Input((length, channels), dtype=dtype)
    x = inputs
    for layer in stack:
        x = layer(x)
    network = keras.Model(inputs, x)
    rng = np.random.default_rng(0)
    network.set_weights([rng.normal(0, 0.5, w.shape) for w in network.get_weights()])
    return network


def fused_copy(network):
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    return fuse(copy)


def results(call, layer, *tensors):
    """What a layer gives, and the gradients of a sum of it by all there is."""
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        outputs = tf.nest.flatten(call(*tensors))
        weights = [np.cos(np.arange(tf.size(a))).reshape(a.shape) for a in outputs]
        total = sum(tf.reduce_sum(a * w) for a, w in zip(outputs, weights))
    variables = [v.value for v in layer.trainable_variables]
    return outputs + tape.gradient(total, [*tensors, *variables])


def is_fused(layer):
    return "inner_loop" in vars(layer)


@st.composite
def sequences(draw):
    """A batch, and its mask: none, padding on the right, or any."""
    shape = draw(st.integers(1, 40)), draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    kind = draw(st.sampled_from(["none", "padding", "any"]))
    mask = None
    if kind == "padding":
        mask = np.arange(shape[1]) < rng.integers(0, shape[1] + 1, (shape[0], 1))
    elif kind == "any":
        mask = rng.random(shape) < 0.6
    return rng.normal(size=(*shape, 2)), mask


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(KINDS),
    batch=sequences(),
    return_sequences=st.booleans(),
    go_backwards=st.booleans(),
    zero_output_for_mask=st.booleans(),
    training=st.booleans(),
)
def test_equals_keras(kind, batch, training, **options):
    x, mask = batch
    layer = kind(3, dtype="float64", bias_initializer="normal", seed=0, **options)
    layer.build(x.shape)

    def call(x):
        return layer(x, mask=mask, training=training)

    expected = results(call, layer, tf.constant(x))
    fusion.fuse(keras.Sequential([layer]))
    assert is_fused(layer)
    for a, b in zip(results(call, layer, tf.constant(x)), expected):
        assert_allclose(a, b, atol=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_equals_keras_in_single_precision(kind):
    x = tf.constant(np.random.default_rng(0).normal(size=(20, 50, 3)), tf.float32)
    network = network_of(
        layers.Bidirectional(kind(16, return_sequences=True)),
        kind(8, return_sequences=True, go_backwards=True),
        kind(4),
        channels=3,
        dtype="float32",
    )
    expected = results(network, network, x)
    fused = fused_copy(network)
    assert sum(map(is_fused, fused._flatten_layers())) == 4
    for a, b in zip(results(fused, fused, x), expected):
        assert_allclose(a, b, atol=1e-4)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_first_and_last_states(kind, masked):
    rng = np.random.default_rng(0)
    x = tf.constant(rng.normal(size=(5, 4, 2)))
    # one row is masked at first, where there's a state but no output; one always
    mask = np.array([[1, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0], [1, 1, 0, 0], [1] * 4])
    states = [
        tf.constant(rng.normal(size=(5, 3))) for _ in range(1 + (kind is KINDS[0]))
    ]
    for return_sequences in (True, False):
        layer = kind(
            3, return_state=True, return_sequences=return_sequences, dtype="float64"
        )

        def call(x, *states, layer=layer):
            rows = mask.astype(bool) if masked else None
            return layer(x, initial_state=list(states), mask=rows)

        call(x, *states)
        expected = results(call, layer, x, *states)
        fuse(keras.Sequential([layer]))
        for a, b in zip(results(call, layer, x, *states), expected):
            assert_allclose(a, b, atol=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_dropout_draws_as_keras_does(kind):
    x = np.random.default_rng(0).normal(size=(6, 5, 2))
    network = network_of(kind(3, dropout=0.5, seed=1, **DOUBLE))
    fused = keras.models.clone_model(network)
    fused.set_weights(network.get_weights())
    # the state of the seed isn't a weight
    fused.layers[1].cell.seed_generator.state.assign(
        network.layers[1].cell.seed_generator.state
    )
    fuse(fused)
    first = network(x, training=True)
    assert_allclose(fused(x, training=True), first, atol=1e-12)
    second = network(x, training=True)
    assert_allclose(fused(x, training=True), second, atol=1e-12)
    assert np.abs(first - second).max() > 0.01
    assert_allclose(fused(x), network(x), atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_do_not_meet(kind):
    network = network_of(kind(3, **DOUBLE))
    fused = fused_copy(network)
    x = np.random.default_rng(0).normal(size=(300, 6, 2))
    together = fused(x)
    assert_allclose(together, network(x), atol=1e-10)
    for rows in (slice(0, 1), slice(3, 20), slice(299, 300)):
        assert_allclose(fused(x[rows]), together[rows], atol=1e-12)
    assert fused(x[:0]).shape == (0, 3)


def test_an_epoch_and_a_prediction_equal_those_of_ordinary_layers():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(21, 6, 2)), rng.integers(0, 2, 21)
    x[::3, 4:] = 0
    network = network_of(
        layers.Masking(**DOUBLE),
        layers.Bidirectional(layers.LSTM(3, return_sequences=True, **DOUBLE), **DOUBLE),
        layers.Dropout(0.2, seed=0, **DOUBLE),
        layers.GRU(4, kernel_regularizer="l2", **DOUBLE),
        layers.Dense(2, "softmax", **DOUBLE),
        length=6,
    )
    order = np.arange(21, dtype=np.int32)[::-1]
    trained, predicted = [], []
    for change in (lambda network: network, fuse):
        loss = keras.losses.SparseCategoricalCrossentropy(
            reduction="mean_with_sample_weight", dtype="float64"
        )
        template = change(keras.models.clone_model(network))
        program = TrainingProgram(template, loss, keras.optimizers.SGD(0.1), "float64")
        state = State(get_values(network.variables), program.initial_slots)
        data = Data.from_arrays(x, y.astype(np.int32), None, "float64")
        state, *_ = program.train(state, data, order, 8, [0.1] * 3, 0.0)
        trained.append(state.variables)
        predict = PredictionProgram(change(keras.models.clone_model(network)))
        predicted.append(predict(state.variables, x))
    for a, b in zip(*trained):
        assert_allclose(a, b, atol=1e-8)
    assert_allclose(*predicted, atol=1e-8)


def test_programs_use_it_and_leave_the_network_ordinary():
    network = network_of(layers.GRU(3, **DOUBLE), layers.Dense(1, **DOUBLE))
    loss = keras.losses.MeanSquaredError(dtype="float64")
    training = training_program(network, loss, keras.optimizers.SGD(), "float64")
    for graph in (training._train, training._evaluate, predict_graph(network)):
        functions = graph.trace().graph.as_graph_def().library.function
        assert any(function.attr["_XlaMustCompile"].b for function in functions)
    assert not any(map(is_fused, network.layers))


def predict_graph(network):
    return prediction_program(network)._predict


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_leaves_layers_ordinary(tmp_path):
    network = network_of(layers.Bidirectional(layers.LSTM(3)), layers.Dense(1))
    fused = fused_copy(network)
    recurrent = fused.layers[1].forward_layer
    assert type(recurrent) is layers.LSTM
    assert is_fused(recurrent)
    for a, b in zip(fused.get_weights(), network.get_weights()):
        assert_array_equal(a, b)
    # neither a clone nor a file knows
    assert not is_fused(keras.models.clone_model(fused).layers[1].forward_layer)
    fused.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    assert not is_fused(loaded.layers[1].forward_layer)
    x = np.random.default_rng(0).normal(size=(3, 4, 2))
    assert_allclose(loaded(x), network(x), atol=1e-6)


def test_finds_layers_inside_models_and_wrappers():
    inner = keras.Sequential([keras.Input((None, 2)), layers.GRU(3)])
    network = keras.Sequential(
        [keras.Input((4, 5, 2)), layers.TimeDistributed(inner), layers.LSTM(2)]
    )
    assert is_fusible(network)
    fuse(network)
    assert is_fused(inner.layers[0])
    assert is_fused(network.layers[1])


class OwnLSTM(layers.LSTM):
    """May do anything."""


ORDINARY = {
    "activation": layers.LSTM(3, activation="relu"),
    "recurrent_activation": layers.GRU(3, recurrent_activation="hard_sigmoid"),
    "recurrent_dropout": layers.LSTM(3, recurrent_dropout=0.1),
    "stateful": layers.GRU(3, stateful=True),
    "unroll": layers.LSTM(3, unroll=True),
    "reset_after": layers.GRU(3, reset_after=False),
    "implementation": layers.LSTM(3, implementation=1, dropout=0.1),
    "half precision": layers.LSTM(3, dtype="mixed_bfloat16"),
    "a subclass": OwnLSTM(3),
    "another cell": layers.RNN(layers.LSTMCell(3)),
    "SimpleRNN": layers.SimpleRNN(3),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_leaves_others_alone(name):
    network = keras.Sequential([ORDINARY[name]])
    assert not is_fusible(network)
    fuse(network)
    assert not is_fused(ORDINARY[name])


def test_leaves_all_alone_without_a_compiler(monkeypatch):
    monkeypatch.setattr(fusion, "can_compile", lambda: False)
    network = keras.Sequential([layers.LSTM(3)])
    assert not is_fusible(network)
    assert not is_fused(fuse(network).layers[0])


@pytest.mark.parametrize("option", [{"use_bias": False}, {"implementation": 1}])
@pytest.mark.parametrize("kind", KINDS)
def test_other_options(kind, option):
    network = network_of(kind(3, **DOUBLE, **option))
    fused = fused_copy(network)
    assert is_fused(fused.layers[1])
    x = np.random.default_rng(0).normal(size=(3, 4, 2))
    assert_allclose(fused(x), network(x), atol=1e-10)


def test_lengths_share_few_sizes():
    lengths = np.arange(1, 3000)
    rounded = blocks._round_up(tf.constant(lengths, tf.int32)).numpy()
    more = rounded - lengths
    assert more.min() == 0
    assert (more < np.maximum(16, lengths / 8)).all()
    assert len(set(rounded)) < 60

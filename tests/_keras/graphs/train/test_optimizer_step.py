"""Compiled optimizer steps do what Keras's do."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from skmed._keras.graphs import programs
from skmed._keras.graphs.programs import ProgramCache
from skmed._keras.graphs.train import optimizer_step
from skmed._keras.graphs.train.optimizer_step import apply_gradients
from skmed._keras.training.optimizers import NAMES
from skmed.wrappers import KerasClassifier


@pytest.fixture
def always(monkeypatch):
    """Compile the steps of small networks too."""
    monkeypatch.setattr(optimizer_step, "MANY_WEIGHTS", 0)


def looked_up(n_rows):
    """A gradient as a table has it, some of its rows several times."""
    rng = np.random.default_rng(n_rows)
    return tf.IndexedSlices(
        tf.constant(rng.normal(size=(2 * n_rows, 3))),
        tf.constant(rng.integers(0, 5, size=2 * n_rows)),
        tf.constant([7, 3]),
    )


def dense(n_rows):
    return tf.constant(np.random.default_rng(n_rows).normal(size=(7, 3)))


def moved(optimizer, gradient_of, constraint=None):
    """Move variables by two full batches of four rows, and a smaller one.

    Returns whether that was compiled, and all values then.
    """
    table = np.arange(21.0).reshape(7, 3) / 21
    variables = [keras.Variable(a, dtype="float64") for a in (table, np.ones(2))]
    variables[0].constraint = constraint
    optimizer.build(variables)

    @tf.function(autograph=False)
    def step(n_rows):
        gradients = [gradient_of(n_rows), tf.constant([0.3, -0.2], tf.float64)]
        share = tf.constant(n_rows / 4, tf.float64)
        apply_gradients(optimizer, gradients, variables, share)

    for n_rows in (4, 4, 3):
        step(n_rows)
    compiled = "_XlaMustCompile" in str(
        step.get_concrete_function(4).graph.as_graph_def()
    )
    return compiled, [v.numpy() for v in (*variables, *optimizer.variables)]


def make(name, **settings):
    return keras.optimizers.get(
        {"class_name": name, "config": {"learning_rate": 0.1, **settings}}
    )


@pytest.mark.parametrize("gradient_of", [dense, looked_up])
@pytest.mark.parametrize("name", NAMES)
def test_a_step_equals_keras_own(monkeypatch, name, gradient_of):
    settings = {"clipnorm": 1.0} | ({"momentum": 0.9} if name == "sgd" else {})
    plain, expected = moved(make(name, **settings), gradient_of)
    monkeypatch.setattr(optimizer_step, "MANY_WEIGHTS", 0)
    compiled, got = moved(make(name, **settings), gradient_of)
    assert (plain, compiled) == (False, True)
    for a, b in zip(got, expected, strict=True):
        # a rate of Keras's is a number in single precision
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-8)


@pytest.mark.parametrize(
    ("n_rows", "share", "size"),
    [(4, 1.0, 8), (3, 0.75, 8), (3, 0.5, 16), (1, 0.3, 8), (1, 1.0, 2)],
)
def test_looked_up_rows_have_few_sizes(n_rows, share, size):
    given = looked_up(n_rows)
    share = tf.constant(share, tf.float64)
    filled = optimizer_step._pad_gradient(given, share)
    assert filled.values.shape == (size, 3)
    np.testing.assert_array_equal(
        tf.convert_to_tensor(filled), tf.convert_to_tensor(given)
    )


class Mine(keras.optimizers.SGD):
    """It may do anything."""


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize(
    "optimizer",
    [
        Mine(0.1),
        keras.optimizers.Ftrl(0.1),
        keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1)),
    ],
    ids=lambda optimizer: type(optimizer).__name__,
)
def test_leaves_other_optimizers_alone(optimizer):
    assert not moved(optimizer, dense)[0]


@pytest.mark.usefixtures("always")
def test_leaves_constraints_alone():
    assert not moved(make("adam"), dense, keras.constraints.NonNeg())[0]


@pytest.mark.usefixtures("always")
def test_leaves_all_alone_without_a_compiler(monkeypatch):
    monkeypatch.setattr(optimizer_step, "can_compile", lambda: False)
    assert not moved(make("adam"), dense)[0]


@pytest.fixture
def keras_in_float64():
    """Keras's own loop sums losses in its global dtype."""
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx("float32")


def bag():
    return keras.Sequential(
        [
            keras.Input((6,), dtype="int32"),
            keras.layers.Embedding(30, 4),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(2, "softmax"),
        ]
    )


@pytest.mark.usefixtures("always", "keras_in_float64")
def test_a_fit_with_dropout_equals_model_fit(monkeypatch):
    monkeypatch.setattr(programs, "_training", ProgramCache())
    rng = np.random.default_rng(0)
    # 8 does not divide 20: the last batch is smaller
    X, y = rng.integers(0, 30, size=(20, 6)), np.arange(20) % 2
    weights = []
    for eagerly in (False, True):
        classifier = KerasClassifier(
            bag,
            loss="sparse_categorical_crossentropy",
            optimizer="adam",
            batch_size=8,
            epochs=3,
            random_state=0,
            run_eagerly=eagerly,
        ).fit(X, y)
        assert classifier._fast_path is not eagerly
        weights.append(classifier.model_.get_weights())
    for got, expected in zip(*weights, strict=True):
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-8)

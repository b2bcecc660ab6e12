"""What a traced graph keeps, and for how long."""

import gc

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.eager import context
from tensorflow.python.framework.ops import gradient_registry

from skmed import CNNClassifier
from skmed._keras.graphs import programs
from skmed._keras.graphs.tracing import Graph


def census():
    """Count what TensorFlow keeps: graphs, functions, gradients of operations."""
    # a graph is let go when its owner is, so it takes one more collection
    for _ in range(3):
        gc.collect()
    return (
        sum(issubclass(type(o), tf.__internal__.FuncGraph) for o in gc.get_objects()),
        len(context.context().list_function_names()),
        len(gradient_registry.list()),
    )


@pytest.fixture
def small_caches(monkeypatch):
    """Caches of one program, apart from those that other tests count traces in."""
    monkeypatch.setattr(programs, "_CAPACITY", 1)
    for name in ("_training", "_prediction"):
        monkeypatch.setattr(programs, name, programs.ProgramCache())


def test_evicted_programs_leave_nothing_behind(small_caches):
    X = np.zeros((4, 8, 1), "float32")
    counts = [census()]
    for units in range(2, 6):
        # silu has a gradient of its own, in training and in prediction
        classifier = CNNClassifier(
            filters=(2,), dense_units=(units,), activation="silu", epochs=1
        )
        classifier.fit(X, [0, 1, 0, 1], X_val=X, y_val=[0, 1, 0, 1]).predict(X)
        del classifier
        counts.append(census())
    assert counts[1] > counts[0]  # it does count what a program holds
    assert counts[2:] == counts[1:2] * 3


def test_a_graph_can_be_differentiated_as_long_as_it_lives():
    before = census()
    graph = Graph(lambda x: keras.activations.swish(x), tf.TensorSpec((None,)))
    x = tf.constant([0.0, 1.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        graph(x)
        y = graph(x)
    assert census()[2] > before[2]
    np.testing.assert_allclose(tape.gradient(y, x), [0.5, 0.9276706], rtol=1e-6)
    del graph, tape, y
    assert census() == before

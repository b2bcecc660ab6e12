"""Compiled programs: exact, stateless, shared."""

import gc
import os
import subprocess
import sys
import textwrap
import weakref
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import psutil
import pytest
from sklearn.model_selection import GridSearchCV

from skmed import CNNClassifier, CNNEncoder, CNNRegressor
from skmed._keras.data.normalization import set_statistics
from skmed._keras.estimators.network import build_network
from skmed._keras.graphs import prediction_program, programs
from skmed._keras.training.optimizers import NAMES, make_optimizer
from skmed._keras.training.order import epoch_order

SMALL = {"filters": (2, 3), "dense_units": (4,), "batch_size": 8, "random_state": 0}


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    # 8 does not divide 20: the last batch is smaller
    X = rng.normal(size=(20, 12))
    return X, (X[:, 0] + X[:, 5] > 0).astype(int), rng.uniform(0.5, 2, size=20)


def with_everything(inputs):
    """A network with dropout, batch normalisation and regularisation."""
    # a bias before batch normalisation would have a gradient of rounding errors
    x = keras.layers.Conv1D(4, 3, use_bias=False, kernel_regularizer="l2")(inputs)
    return regularised(keras.layers.BatchNormalization()(x))


def without_batch_normalisation(inputs):
    return regularised(keras.layers.Conv1D(4, 3, kernel_regularizer="l2")(inputs))


def regularised(x):
    x = keras.layers.Dropout(0.3)(keras.layers.Flatten()(x))
    return keras.layers.Dense(5, "relu", activity_regularizer="l2")(x)


@pytest.fixture
def keras_in_float64():
    """Keras's own loop casts data and sums losses in its global dtype."""
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx("float32")


def fit_with_keras(estimator, X, y, weight, epochs):
    """Train what ``estimator`` trains with Keras's own loop, from its first weights."""
    fitted = estimator.fit(X, y, weight)._fitted
    network = build_network(estimator, fitted.inputs, fitted.targets, fitted.seed)
    set_statistics(network, X[..., np.newaxis], weight)
    optimizer, rate, _ = make_optimizer(
        estimator.optimizer, estimator.learning_rate, estimator.weight_decay
    )
    # skmed hands the rate to the graph in single precision
    optimizer.learning_rate = np.float32(rate)
    network.compile(optimizer, fitted.targets.keras_loss("float64"))
    y = fitted.targets.encode(y, "float64")
    losses = []
    for epoch in range(epochs):
        order = epoch_order(fitted.seed, epoch, len(X))
        network.fit(
            X[order, :, np.newaxis],
            y[order],
            sample_weight=weight[order],
            batch_size=estimator.batch_size,
            shuffle=False,
            verbose=0,
        )
        losses.append(network.history.history["loss"][0])
    return network, losses


def assert_same_weights(variables, expected):
    for got, wanted in zip(variables, expected, strict=True):
        np.testing.assert_allclose(got.numpy(), wanted.numpy(), rtol=0, atol=1e-8)


@pytest.mark.usefixtures("keras_in_float64")
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("optimizer", NAMES)
def test_an_epoch_equals_keras_own_loop(rows, optimizer, weighted):
    """Keras's batch normalisation has no weights, and statistics of its own."""
    X, y, weight = rows
    classifier = CNNClassifier(
        architecture=without_batch_normalisation if weighted else with_everything,
        precision="float64",
        epochs=1,
        optimizer=optimizer,
        learning_rate=0.01,
        weight_decay=0.02,
        batch_size=8,
        random_state=0,
    )
    weight = weight if weighted else np.ones(len(X))
    expected, _ = fit_with_keras(classifier, X, y, weight, epochs=1)
    if weighted:
        assert_same_weights(classifier.model_.variables, expected.variables)
    else:
        assert_same_weights(
            classifier.model_.trainable_variables, expected.trainable_variables
        )


@pytest.mark.usefixtures("keras_in_float64")
@pytest.mark.parametrize(
    "estimator",
    [
        CNNClassifier(loss="focal"),
        CNNRegressor(),
        CNNRegressor(loss="poisson"),
        CNNRegressor(loss="huber"),
        CNNRegressor(loss="absolute_error"),
        CNNEncoder(n_components=2),
        CNNEncoder(n_components=2, objective="classification"),
    ],
    ids=str,
)
def test_every_task_and_loss_equals_keras_own_loop(rows, estimator):
    estimator.set_params(**SMALL, precision="float64", epochs=3, dropout=0.2)
    expected, losses = fit_with_keras(estimator, *rows, epochs=3)
    assert_same_weights(estimator._fitted.network.variables, expected.variables)
    # Keras averages batches by rows, skmed by weight: equal where weights are
    estimator.fit(rows[0], rows[1])
    _, losses = fit_with_keras(estimator, *rows[:2], np.ones(20), epochs=3)
    np.testing.assert_allclose(estimator.history_["loss"], losses, rtol=1e-5)


def test_a_grid_search_compiles_one_program(programs):
    X = np.random.default_rng(0).normal(size=(1000, 12))
    y = (X[:, 0] > 0).astype(int)
    # float32 and these sizes occur in no other test, so the program is new
    classifier = CNNClassifier(filters=(3, 5), dense_units=(6,), epochs=1)
    grid = {
        "learning_rate": [0.001, 0.01, 0.1],
        "random_state": [0, 1],
        "class_weight": [None, "balanced"],
    }
    GridSearchCV(classifier, grid, cv=3).fit(X, y)
    assert len(programs) == 12 * 3 + 1
    assert len(set(map(id, programs))) == 1
    assert programs[0].n_traces == {"train": 1, "evaluate": 0}


def test_a_million_rows_take_no_new_graph_and_no_memory():
    X = np.zeros((1_000_000, 4), np.float32)
    X[:, 0] = np.linspace(-1, 1, len(X))
    y = (X[:, 0] > 0).astype(int)
    classifier = CNNClassifier(filters=(2,), dense_units=(), learning_rate=0.1)
    classifier.fit(X[::10_000], y[::10_000])
    program = programs.prediction_program(classifier.model_)
    n_batches = -(-len(X) // program.default_batch_size(X))
    assert 1 < n_batches < 100
    before = peak = memory()
    for _ in range(3):
        probabilities = classifier.predict_proba(X)
        peak = max(peak, memory())
    assert program.n_traces == {"predict": 1}
    assert np.all(np.diff(probabilities[:, 1]) > -1e-3)
    # what is given back is 8 MB, and as much again while it is put together
    assert peak - before < 300e6


def test_numbers_of_words_whose_sizes_are_not_said():
    words = keras.Input((None,), dtype="int32")
    network = keras.Model(words, keras.layers.Identity()(words))
    x = np.array([[1, 2, 3]], np.int32)
    np.testing.assert_array_equal(programs.prediction_program(network)([], x), x)


def memory():
    return psutil.Process().memory_info().rss


LSTM = "keras.Input((5, 1)), keras.layers.LSTM(2)"
BAG = """keras.Input((5,), dtype="int32"), keras.layers.Embedding(50_000, 2),
    keras.layers.GlobalAveragePooling1D()"""


@pytest.mark.parametrize(
    ("layers", "shape", "kernel", "n_kernels"),
    [
        # a way forward and a way back of training blocks, a prediction of many rows
        (LSTM, (400, 5, 1), "_graph_", 3),
        # a step of the optimizer, whatever the number of rows in a batch
        (BAG, (400, 5), "_optimizer_step_", 1),
    ],
    ids=["lstm", "bag"],
)
def test_a_search_compiles_each_kernel_once(tmp_path, layers, shape, kernel, n_kernels):
    """XLA writes down all that it compiles, here in a process of its own."""
    script = textwrap.dedent(f"""
        import keras, numpy as np
        from sklearn.model_selection import GridSearchCV
        from skmed.wrappers import KerasClassifier

        def build():
            layers = [{" ".join(layers.split())}]
            return keras.Sequential([*layers, keras.layers.Dense(2, "softmax")])

        rng = np.random.default_rng(0)
        X, y = 9 * rng.random(size={shape}), np.arange(400) % 2
        loss = "sparse_categorical_crossentropy"
        model = KerasClassifier(build, loss=loss, optimizer="adam", batch_size=20)
        grid = {{"optimizer__learning_rate": [0.1, 0.2, 0.3, 0.4], "epochs": [1, 2, 3]}}
        # folds of 266 and 267 rows
        GridSearchCV(model, grid, cv=3).fit(X, y)
    """)
    flags = f"--xla_dump_to={tmp_path} --xla_dump_hlo_as_text"
    environment = {**os.environ, "XLA_FLAGS": flags}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)
    compiled = [path.name for path in tmp_path.glob("*.before_optimizations.txt")]
    ours = [name for name in compiled if kernel in name]
    assert len(ours) == n_kernels, compiled


def test_predictions_of_one_architecture_share_one_trace(rows):
    X, y, _ = rows
    first = CNNClassifier(**SMALL, epochs=1).fit(X, y)
    second = CNNClassifier(**SMALL, epochs=2, optimizer="sgd").fit(X[:15], y[:15])
    for n_rows in (1, 7, 20):
        first.predict(X[:n_rows])
        second.predict(X[:n_rows])
    program = programs.prediction_program(first.model_)
    assert programs.prediction_program(second.model_) is program
    assert program.n_traces == {"predict": 1}


def test_interleaved_partial_fits_equal_separate_ones(rows):
    X, y, _ = rows
    settings = {**SMALL, "architecture": with_everything}
    alone = []
    for labels in (y, 1 - y):
        classifier = CNNClassifier(**settings)
        for _ in range(3):
            classifier.partial_fit(X, labels, classes=[0, 1])
        alone.append(classifier.predict_proba(X))

    one, two = CNNClassifier(**settings), CNNClassifier(**settings)
    for _ in range(3):
        one.partial_fit(X, y, classes=[0, 1])
        two.partial_fit(X, 1 - y, classes=[0, 1])
        one.predict(X)
    np.testing.assert_array_equal(one.predict_proba(X), alone[0])
    np.testing.assert_array_equal(two.predict_proba(X), alone[1])


def test_threads_neither_mix_fits_nor_predictions(rows):
    X, y, _ = rows

    def fit_and_predict(seed):
        return (
            CNNClassifier(**{**SMALL, "random_state": seed}).fit(X, y).predict_proba(X)
        )

    serial = [fit_and_predict(seed) for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        parallel = list(pool.map(fit_and_predict, range(4)))
    np.testing.assert_array_equal(parallel, serial)


def test_nothing_holds_the_data_after_fit(rows):
    X, y = rows[0].astype(np.float32), rows[1]
    classifier = CNNClassifier(**SMALL).fit(X, y)
    classifier.predict(X)
    data = weakref.ref(X)
    del X
    gc.collect()
    assert data() is None


def test_cached_programs_are_bounded(monkeypatch):
    monkeypatch.setattr(programs, "_CAPACITY", 2)
    fresh, made = programs.ProgramCache(), []
    for key in ("a", "b", "a", "c", "a", "b"):
        fresh.get(key, lambda key=key: made.append(key) or key)
    # "b" was the oldest when "c" came, and is made again
    assert made == ["a", "b", "c", "b"]


def test_batches_of_a_prediction_do_not_matter(rows, monkeypatch):
    X, y, _ = rows
    classifier = CNNClassifier(**SMALL).fit(X, y)
    whole = classifier.predict_proba(X)
    monkeypatch.setattr(
        prediction_program, "_PREDICT_VALUES", 36
    )  # three rows at a time
    np.testing.assert_allclose(classifier.predict_proba(X), whole, atol=1e-6)

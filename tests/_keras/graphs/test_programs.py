"""Programs that networks share: exact, stateless, bounded in number."""

import gc
import os
import subprocess
import sys
import textwrap
import weakref
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV

from skmed import CNNClassifier
from skmed._keras.graphs import programs
from skmed._keras.graphs.programs import ProgramCache

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


def regularised(x):
    x = keras.layers.Dropout(0.3)(keras.layers.Flatten()(x))
    return keras.layers.Dense(5, "relu", activity_regularizer="l2")(x)


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
    settings = {"architecture": with_everything, "batch_size": 8, "random_state": 0}
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


def test_a_failure_to_compile_is_not_kept():
    cache = ProgramCache()
    with pytest.raises(ZeroDivisionError):
        cache.get("key", lambda: 1 / 0)
    assert cache.get("key", lambda: "program") == "program"

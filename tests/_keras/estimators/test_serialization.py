"""What a pickle of a fitted estimator holds, and what it doesn't."""

import copy
import inspect
import os
import pickle
import sys
from pathlib import Path
from runpy import run_path

import cloudpickle
import keras
import numpy as np
import pytest
from sklearn.base import clone

from skmed import CNNClassifier, CNNRegressor

SHARED = run_path(str(Path(__file__).parents[2] / "small_cnn.py"))
images = SHARED["images"]
# of architectures of the user's own, which have no `filters`
OWN = {"epochs": 2, "batch_size": 16, "random_state": 0}


SETTINGS = {"filters": (2,), "dense_units": (3,), "epochs": 1, "random_state": 0}


@pytest.fixture(scope="module")
def rows():
    X = np.random.default_rng(0).normal(size=(400, 10)).astype(np.float32)
    return X, np.arange(400) % 2


def test_no_rows_are_kept(rows):
    X, y = rows
    few = pickle.dumps(CNNClassifier(**SETTINGS).fit(X[:40], y[:40]))
    many = pickle.dumps(CNNClassifier(**SETTINGS).fit(X, y))
    assert abs(len(many) - len(few)) < 50
    assert X[7].tobytes() not in many


def test_no_keras_objects_are_pickled(rows):
    state = CNNClassifier(**SETTINGS).fit(*rows)._fitted.__getstate__()
    assert "model" not in state
    assert b"keras" not in pickle.dumps(state["network"]["variables"])


def test_copies_are_independent(rows):
    X, y = rows
    classifier = CNNClassifier(**SETTINGS).fit(X, y)
    before = classifier.predict_proba(X)
    other = copy.deepcopy(classifier)
    np.testing.assert_array_equal(other.predict_proba(X), before)
    other.partial_fit(X, 1 - y)
    np.testing.assert_array_equal(classifier.predict_proba(X), before)


def with_lambda(inputs):
    return keras.layers.Flatten()(keras.layers.Lambda(lambda x: 2 * x)(inputs))


def test_code_in_a_network_is_not_unpickled(rows):
    packed = pickle.dumps(CNNClassifier(architecture=with_lambda, epochs=1).fit(*rows))
    with pytest.raises(ValueError, match="no Lambda layers"):
        pickle.loads(packed)


# Keras 3.15 saves variables so; until its Variable.__array__ takes copy=
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_the_model_is_an_ordinary_keras_model(rows, tmp_path):
    X, y = rows
    classifier = CNNClassifier(**SETTINGS).fit(X, y)
    classifier.model_.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        loaded.predict(X[..., None], verbose=0), classifier.predict_proba(X), atol=1e-6
    )
    # compiled, and so ready for a user's own fine-tuning
    loaded.fit(X[..., None], y, epochs=1, verbose=0)


# ----- architectures of the user's own -----


def global_average(inputs):
    x = keras.layers.Conv1D(3, 3, activation="relu", padding="same")(inputs)
    return keras.layers.GlobalAveragePooling1D()(x)


MODULE = f"import keras\n\n\n{inspect.getsource(global_average)}"


LOAD = """
import os, pickle
import numpy as np
folder = os.environ["FOLDER"]
with open(os.path.join(folder, "estimator.pickle"), "rb") as file:
    estimator = pickle.load(file)
X = np.load(os.path.join(folder, "X.npy"))
expected = np.load(os.path.join(folder, "expected.npy"))
np.testing.assert_array_equal(estimator.predict(X), expected)
estimator.fit(X, expected)
"""


def test_a_function_of_a_module_pickles(tmp_path, monkeypatch, run_python):
    (tmp_path / "my_networks.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    import my_networks

    try:
        X, y = images(24, 8)
        estimator = CNNRegressor(**OWN, architecture=my_networks.global_average)
        estimator.fit(X, y)
        np.save(tmp_path / "X.npy", X)
        np.save(tmp_path / "expected.npy", estimator.predict(X))
        (tmp_path / "estimator.pickle").write_bytes(pickle.dumps(estimator))
        path = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
        run_python(LOAD, FOLDER=str(tmp_path), PYTHONPATH=os.pathsep.join(path))
    finally:
        del sys.modules["my_networks"]


@pytest.mark.parametrize("fitted", [True, False])
def test_a_lambda_fits_but_pickles_only_by_value(fitted):
    X, y = images(24, 8)
    X = X.astype(float)
    estimator = CNNClassifier(
        **OWN,
        architecture=lambda x: keras.layers.Flatten()(keras.layers.Conv1D(2, 3)(x)),
    )
    expected = estimator.fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(clone(estimator).fit(X, y).predict_proba(X), expected)
    if not fitted:
        estimator = clone(estimator)
    with pytest.raises(pickle.PicklingError) as raised:
        pickle.dumps(estimator)
    sentence = str(raised.value)
    assert "architecture is a lambda" in sentence
    assert "at the top level of a module" in sentence
    assert "\n" not in sentence
    copy = cloudpickle.loads(cloudpickle.dumps(estimator))
    if not fitted:
        copy.fit(X, y)
    np.testing.assert_array_equal(copy.predict_proba(X), expected)

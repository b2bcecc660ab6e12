"""What a pickle of a fitted estimator holds, and what it doesn't."""

import copy
import pickle

import keras
import numpy as np
import pytest

from skmed import CNNClassifier

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

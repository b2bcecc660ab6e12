"""Outputs of a wrapped model."""

import keras
import numpy as np
import pytest

from skmed._keras.wrapping import outputs
from skmed._keras.wrapping.outputs import predict_arguments, predict_outputs


@pytest.fixture
def model():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])


@pytest.mark.parametrize("arguments", [{}, {"batch_size": 2}, {"steps": 1}])
def test_equals_keras(model, arguments):
    X = np.random.default_rng(0).random((5, 3)).astype("float32")
    expected = model.predict(X, verbose=0)
    np.testing.assert_allclose(predict_outputs(model, X, arguments), expected, 1e-6)


def test_model_predict_is_called_for_other_arguments(model, monkeypatch):
    monkeypatch.setattr(outputs, "prediction_fallback", lambda *args: "some reason")
    monkeypatch.setattr(model, "predict", lambda X, **arguments: arguments)
    called = predict_outputs(model, np.ones((2, 3)), {"batch_size": 2})
    assert called == {"verbose": 0, "batch_size": 2}


class OnPrediction(keras.callbacks.Callback):
    def on_predict_end(self, logs=None):
        pass


def test_arguments():
    X = np.ones((5, 3))
    acting, other = OnPrediction(), keras.callbacks.Callback()
    params = {
        "batch_size": 7,
        "verbose": None,
        "epochs": 3,
        "predict__steps": 2,
        "callbacks": [other],
        "predict__callbacks": [acting],
    }
    arguments = predict_arguments(params, X, {"batch_size", "verbose"}, {})
    (callback,) = arguments.pop("callbacks")
    assert type(callback) is OnPrediction
    assert callback is not acting
    assert arguments == {"batch_size": 7, "steps": 2}
    given = predict_arguments(params, X, {"batch_size"}, {"batch_size": -1})
    assert given["batch_size"] == 5

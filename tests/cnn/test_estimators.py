"""The convolutional estimators: parameters, precision, models, real data."""

from pathlib import Path
from runpy import run_path

import keras
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from skmed import CNNClassifier, CNNEncoder, CNNRegressor

SHARED = run_path(str(Path(__file__).parents[1] / "small_cnn.py"))
SMALL, images, outputs = SHARED["SMALL"], SHARED["images"], SHARED["outputs"]
learn, weights = SHARED["learn"], SHARED["weights"]
same_weights, keras_and_numpy_2 = SHARED["same_weights"], SHARED["keras_and_numpy_2"]


@keras_and_numpy_2
@pytest.mark.parametrize("cls", [CNNClassifier, CNNRegressor, CNNEncoder])
def test_model_is_an_ordinary_keras_model(cls, tmp_path):
    X, y = images(24, 6)
    X = X.astype(np.float32)[..., np.newaxis]
    estimator = cls(**SMALL).fit(X, y)
    network = estimator.model_
    assert isinstance(network, keras.Model)
    network.save(tmp_path / "model.keras")
    stored = keras.models.load_model(tmp_path / "model.keras")
    raw = network.predict(X, verbose=0)
    np.testing.assert_allclose(stored.predict(X, verbose=0), raw, atol=1e-6)
    if cls is not CNNRegressor:  # which turns outputs back into units of y
        np.testing.assert_allclose(outputs(estimator, X), raw, atol=1e-5)
    if cls is CNNEncoder:
        assert estimator.decoder_(raw).shape == X.shape
    else:
        network.fit(X, y.astype(np.float32), epochs=1, verbose=0)


# ----- real X-rays -----


def test_pneumonia_is_found(skmed_data):
    with np.load(skmed_data / "pneumoniamnist" / "pneumoniamnist.npz") as data:
        X, y = data["train_images"][:300], data["train_labels"][:300].ravel()
        X_test, y_test = data["test_images"][:200], data["test_labels"][:200].ravel()
    classifier = CNNClassifier(
        image_shape=(28, 28),
        filters=(8, 16),
        dense_units=(32,),
        epochs=8,
        class_weight="balanced",
        random_state=0,
    ).fit(X, y)
    assert roc_auc_score(y_test, classifier.predict_proba(X_test)[:, 1]) > 0.8


@pytest.mark.parametrize(
    "change",
    [
        {"learning_rate": 0.02},
        {"learning_rate_schedule": "cosine"},
        {"learning_rate_schedule": "one_cycle"},
        {"weight_decay": 0.1},
        {"optimizer": "sgd"},
        {"optimizer": keras.optimizers.Adam(beta_1=0.5)},
        {"dropout": 0.5},
        {"batch_size": 10},
        {"epochs": 7},
        {"activation": "tanh"},
        {"kernel_size": 2},
        {"pool_size": 1},
        {"loss": "focal"},
        {"class_weight": {0: 3.0}},
        {"precision": "float64"},
        {"random_state": 1},
    ],
    ids=lambda change: "-".join(change),
)
def test_every_parameter_has_an_effect(change):
    changed, plain = learn(**change), learn()
    differ = [
        np.shape(a) != np.shape(b) for a, b in zip(weights(changed), weights(plain))
    ]
    assert any(differ) or not same_weights(changed, plain)
    assert same_weights(learn(), plain)


@pytest.mark.parametrize(
    ("precision", "dtype"),
    [("float32", "float32"), ("float64", "float64"), ("mixed", "float32")],
)
@pytest.mark.parametrize("cls", [CNNClassifier, CNNRegressor, CNNEncoder])
def test_precision(cls, precision, dtype):
    X, y = images(40, 6)
    estimator = cls(**SMALL, precision=precision).fit(X, y)
    assert {v.dtype for v in estimator.model_.trainable_variables} == {dtype}
    assert outputs(estimator, X).dtype == dtype
    assert np.all(np.isfinite(outputs(estimator, X)))

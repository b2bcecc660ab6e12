"""The programs of scikeras's documentation."""

import pickle

import keras
import numpy as np
import pytest
from sklearn.datasets import make_classification, make_moons
from sklearn.ensemble import AdaBoostClassifier, BaggingClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    StandardScaler,
)

from skmed.wrappers import KerasClassifier, KerasRegressor


def mlp(meta, hidden_layer_sizes=(5,), dropout=0.0):
    """The model of scikeras's first example."""
    model = keras.models.Sequential()
    model.add(keras.layers.Input(shape=(meta["n_features_in_"],)))
    for size in hidden_layer_sizes:
        model.add(keras.layers.Dense(size, activation="relu"))
        model.add(keras.layers.Dropout(dropout))
    if "n_classes_" in meta:
        model.add(keras.layers.Dense(1, activation="sigmoid"))
    else:
        model.add(keras.layers.Dense(1))
    return model


def softmax(meta, units=5):
    return keras.Sequential(
        [
            keras.Input((meta["n_features_in_"],)),
            keras.layers.Dense(units, "relu"),
            keras.layers.Dense(meta["n_classes_"], "softmax"),
        ]
    )


def classifier(model=mlp, loss="binary_crossentropy", **params):
    return KerasClassifier(model, loss=loss, **{"random_state": 0, **params})


def regressor(model=mlp, loss="mse", **params):
    return KerasRegressor(model, loss=loss, **{"random_state": 0, **params})


def test_basic_usage(rows, numbers):
    X, y = rows
    clf = classifier(hidden_layer_sizes=(10,), dropout=0.5).fit(X, y)
    assert clf.predict(X[:5]).shape == (5,)
    assert clf.predict_proba(X[:5]).shape == (5, 2)
    assert clf._fast_path

    X, y = numbers
    reg = regressor(hidden_layer_sizes=(10,), dropout=0.5).fit(X, y)
    assert reg.predict(X[:5]).shape == (5,)
    again = pickle.loads(pickle.dumps(reg))
    np.testing.assert_array_equal(again.predict(X), reg.predict(X))


# Keras 3.15 saves variables so; until its Variable.__array__ takes copy=
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_saving_with_keras_and_initialize(numbers, tmp_path):
    X, y = numbers
    reg = regressor(epochs=2).fit(X, y)
    reg.model_.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    other = KerasRegressor(loaded)
    other.initialize(X, y)
    np.testing.assert_allclose(other.predict(X), reg.predict(X), rtol=1e-6)


def test_pipeline(rows):
    pipe = Pipeline([("scale", StandardScaler()), ("clf", classifier())])
    assert pipe.fit(*rows).predict(rows[0]).shape == (40,)


class StopAt(keras.callbacks.Callback):
    def __init__(self, monitor="loss", threshold=0.0):
        super().__init__()
        self.monitor = monitor
        self.threshold = threshold

    def on_epoch_end(self, epoch, logs=None):
        if logs[self.monitor] > self.threshold:
            self.model.stop_training = True


def test_callbacks():
    X, y = make_moons(n_samples=100, noise=0.2, random_state=0)
    params = {
        "metrics": ["binary_accuracy"],
        "fit__validation_split": 0.2,
        "epochs": 4,
        "verbose": False,
    }
    clf = classifier(**params).fit(X, y)
    assert len(clf.history_["loss"]) == len(clf.history_["val_binary_accuracy"]) == 4
    stop = StopAt("val_binary_accuracy", 0.0)
    clf = classifier(**params, callbacks=[stop]).fit(X, y)
    assert len(clf.history_["loss"]) == 1
    assert clf._fast_path


def test_grid_search_with_prefixes(rows):
    clf = classifier(
        optimizer="adam",
        optimizer__learning_rate=0.1,
        model__hidden_layer_sizes=(10,),
        model__dropout=0.5,
    )
    grid = {
        "optimizer__learning_rate": [0.05, 0.1],
        "model__hidden_layer_sizes": [(10,), (5, 5)],
        "model__dropout": [0, 0.5],
    }
    search = GridSearchCV(clf, grid, scoring="accuracy", cv=2).fit(*rows)
    assert set(search.best_params_) == set(grid)


def compiled_mlp(hidden_layer_sizes, meta, compile_kwargs):
    model = keras.Sequential()
    model.add(keras.layers.Input(shape=(meta["n_features_in_"],)))
    for size in hidden_layer_sizes:
        model.add(keras.layers.Dense(size, activation="relu"))
    if meta["target_type_"] == "binary":
        model.add(keras.layers.Dense(1, activation="sigmoid"))
        loss = "binary_crossentropy"
    else:
        model.add(keras.layers.Dense(meta["n_classes_"], activation="softmax"))
        loss = "sparse_categorical_crossentropy"
    model.compile(loss=loss, optimizer=compile_kwargs["optimizer"])
    return model


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_function_that_compiles(n_classes):
    X, y = make_classification(40, 6, n_informative=4, n_classes=n_classes)
    clf = KerasClassifier(
        model=compiled_mlp,
        hidden_layer_sizes=(10,),
        optimizer="adam",
        optimizer__learning_rate=0.02,
        random_state=0,
    ).fit(X, y)
    assert float(clf.model_.optimizer.learning_rate) == pytest.approx(0.02)
    assert clf.predict_proba(X).shape == (40, n_classes)


def test_images():
    X = np.random.default_rng(0).random((12, 8, 8))
    y = np.arange(12) % 3

    def model(meta):
        return keras.Sequential(
            [
                keras.Input(meta["X_shape_"][1:]),
                keras.layers.Reshape((8, 8, 1)),
                keras.layers.Conv2D(2, 3, activation="relu"),
                keras.layers.Flatten(),
                keras.layers.Dense(meta["n_classes_"], activation="softmax"),
            ]
        )

    clf = classifier(model, "sparse_categorical_crossentropy").fit(X, y)
    assert clf.predict_proba(X).shape == (12, 3)
    with pytest.raises(ValueError, match=r"rows of shape \(8, 8\)"):
        clf.predict(X[:, :, :4])


def test_meta_estimators(rows):
    clf = KerasClassifier(
        model=compiled_mlp, hidden_layer_sizes=(5,), optimizer="adam", random_state=0
    )
    boosted = AdaBoostClassifier(clf, n_estimators=2, random_state=0).fit(*rows)
    assert boosted.predict(rows[0]).shape == (40,)
    bagged = BaggingClassifier(clf, n_estimators=2, random_state=0).fit(*rows)
    kernels = [e.model_.get_weights()[0] for e in bagged.estimators_]
    assert not np.array_equal(*kernels)


def test_warm_start_and_partial_fit(rows):
    clf = classifier(epochs=2, warm_start=True)
    first = clf.fit(*rows).model_
    # the number of epochs starts again, the model doesn't
    assert clf.fit(*rows).model_ is first
    assert clf.current_epoch == 2
    clf.partial_fit(*rows)
    assert clf.current_epoch == 3
    assert all(len(values) == 3 for values in clf.history_.values())
    assert clf.classes_.tolist() == [0, 1]

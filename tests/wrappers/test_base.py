"""What scikeras does wrong, and the wrappers do right."""

import copy
import pickle
from pathlib import Path
from runpy import run_path

import keras
import numpy as np
import pytest
from tensorflow.python.framework.config import is_op_determinism_enabled

from skmed.wrappers import KerasClassifier

SHARED = run_path(str(Path(__file__).with_name("test_documented_programs.py")))
classifier = SHARED["classifier"]
mlp = SHARED["mlp"]
regressor = SHARED["regressor"]


def test_double_precision_after_single(rows):
    X, y = rows
    clf = classifier().fit(X.astype(np.float32), y)
    np.testing.assert_array_equal(clf.predict(X), clf.predict(X.astype(np.float32)))
    clf.partial_fit(X, y)


def test_random_states_are_consumed(rows):
    state = np.random.RandomState(0)
    clf = classifier(random_state=state)
    first, second = (clf.fit(*rows).predict_proba(rows[0]) for _ in range(2))
    assert not np.array_equal(first, second)
    clf = classifier(random_state=np.random.RandomState(0))
    np.testing.assert_array_equal(clf.fit(*rows).predict_proba(rows[0]), first)


@pytest.mark.parametrize("run_eagerly", [False, True])
def test_seeds_leave_no_trace(rows, run_eagerly):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    clf = classifier(dropout=0.5, run_eagerly=run_eagerly)
    first, second = (clf.fit(*rows).predict_proba(rows[0]) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert not is_op_determinism_enabled()
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_instances_are_copied_for_each_fit(rows):
    stop = keras.callbacks.EarlyStopping("loss", patience=0, min_delta=100)
    auc = keras.metrics.AUC(name="auc")
    clf = classifier(
        optimizer=keras.optimizers.Adam(0.1), callbacks=[stop], metrics=[auc], epochs=3
    )
    first = clf.fit(*rows).predict_proba(rows[0])
    np.testing.assert_array_equal(clf.fit(*rows).predict_proba(rows[0]), first)
    assert not clf.optimizer.built
    assert stop.model is None
    assert stop.stopped_epoch == 0
    assert float(auc.true_positives.numpy().sum()) == 0


def test_a_model_that_was_handed_over_is_trained_in_a_copy(rows):
    model = mlp({"n_features_in_": 6, "n_classes_": 2})
    model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy")
    before = model.get_weights()
    clf = KerasClassifier(model, epochs=2).fit(*rows)
    np.testing.assert_equal(model.get_weights(), before)
    assert clf.model_ is not model
    assert not np.array_equal(clf.model_.get_weights()[0], before[0])
    clf = KerasClassifier(model).initialize(*rows)
    clf.partial_fit(*rows)
    np.testing.assert_equal(model.get_weights(), before)


def test_history_is_a_plain_dict(rows):
    history = classifier(metrics=["accuracy"], epochs=2).fit(*rows).history_
    assert type(history) is dict
    assert all(type(value) is float for values in history.values() for value in values)


class Interrupt(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        raise KeyboardInterrupt


@pytest.mark.parametrize("run_eagerly", [False, True])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_an_interrupted_fit_changes_nothing(rows, run_eagerly, method):
    X, y = rows
    clf = classifier(run_eagerly=run_eagerly, optimizer="adam").fit(X, y)
    before, state = clf.predict_proba(X), dict(vars(clf))
    clf.set_params(callbacks=[Interrupt()])
    with pytest.raises(KeyboardInterrupt):
        getattr(clf, method)(X[:, :6], 1 - y)
    clf.set_params(callbacks=None)
    assert vars(clf) == state
    np.testing.assert_array_equal(clf.predict_proba(X), before)


def test_an_interrupted_fit_does_not_compile_the_model(numbers):
    reg = regressor(callbacks=[Interrupt()]).initialize(*numbers)
    with pytest.raises(KeyboardInterrupt):
        reg.partial_fit(*numbers)
    assert not reg.model_.compiled
    reg.set_params(callbacks=None, optimizer__learning_rate=0.25).partial_fit(*numbers)
    assert float(reg.model_.optimizer.learning_rate) == 0.25


def test_a_failed_first_fit_leaves_an_unfitted_estimator(rows):
    X, y = rows
    clf = classifier()
    with pytest.raises(ValueError, match="contains NaN"):
        clf.fit(X, np.where(y == 0, np.nan, 1.0))
    assert not clf.initialized_
    assert not hasattr(clf, "n_features_in_")


def test_predicting_sets_nothing(rows):
    clf = classifier().fit(*rows)
    before = dict(vars(clf))
    clf.predict(rows[0])
    clf.predict_proba(rows[0])
    clf.score(*rows)
    assert vars(clf) == before


class Scale(keras.layers.Layer):
    """A layer that Keras isn't told of."""

    def __init__(self, factor, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, x):
        return x * self.factor


def own_loss(y_true, y_pred):
    return keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)


def own_layer(meta, factor):
    inputs = keras.Input((meta["n_features_in_"],))
    x = keras.layers.Dense(3, activation=own_activation)(Scale(factor)(inputs))
    return keras.Model(inputs, keras.layers.Dense(1)(x))


def own_activation(x):
    return keras.ops.tanh(x)


def test_pickles_find_what_keras_is_not_told_of(numbers):
    X, y = numbers
    reg = regressor(own_layer, own_loss, factor=2.0, metrics=[own_loss]).fit(X, y)
    again = pickle.loads(pickle.dumps(reg))
    assert again.get_params() == reg.get_params()
    np.testing.assert_array_equal(again.predict(X), reg.predict(X))
    again.partial_fit(X, y)
    other = copy.deepcopy(reg).partial_fit(X, y)
    np.testing.assert_array_equal(again.predict(X), other.predict(X))


def test_validation_data_in_the_units_of_y(rows):
    X, y = rows
    labels = np.where(y == 0, "ill", "well")
    clf = classifier(metrics=["accuracy"], epochs=2)
    clf.fit(X[:30], labels[:30], validation_data=(X[30:], labels[30:]))
    other = classifier(metrics=["accuracy"], epochs=2, validation_split=0.25)
    other.fit(X, labels)
    assert clf.history_ == other.history_

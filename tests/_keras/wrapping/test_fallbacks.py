"""Which models can't share a compiled program."""

import pickle
from pathlib import Path
from runpy import run_path

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.sparse import csr_array
from sklearn.preprocessing import (
    FunctionTransformer,
)

from skmed._keras.wrapping import data_validation, fallbacks, training_run
from skmed.wrappers import KerasClassifier

# Keras 3.15 reads its variables so; until its Variable.__array__ takes copy=
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)

SHARED = run_path(str(Path(__file__).with_name("test_training_run.py")))
network = SHARED["network"]
plain = SHARED["plain"]


class OwnStep(keras.Model):
    def train_step(self, data):
        return super().train_step(data)


class Subclassed(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = keras.layers.Dense(1, "sigmoid")

    def call(self, x):
        return self.dense(x)


def subclassed():
    return Subclassed()


class OwnOptimizer(keras.optimizers.SGD):
    pass


class OnBatches(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        pass


class OnValidation(keras.callbacks.Callback):
    def on_test_end(self, logs=None):
        pass


class Opaque(keras.layers.Layer):
    def __init__(self, thing, **kwargs):
        super().__init__(**kwargs)
        self.thing = thing

    def call(self, x):
        return x


class Stubborn(keras.layers.Layer):
    def get_config(self):
        return {**super().get_config(), "unknown": 1}

    def call(self, x):
        return x


class Counting(keras.layers.Layer):
    """Keeps a variable that Keras doesn't know."""

    def build(self, shape):
        variable = tf.Variable(2.0, trainable=False)
        self.hidden = (lambda: variable,)

    def call(self, x):
        return x * self.hidden[0]()


class WithMetric(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.mean = keras.metrics.Mean(name="mean")

    def call(self, x):
        return x


def ending_in(layer):
    def model():
        inputs = keras.Input((6,))
        return keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(layer(inputs)))

    return model


def two_inputs():
    ends = [keras.Input((6,)), keras.Input((6,))]
    return keras.Model(ends, plain()(keras.layers.Add()(ends)))


def in_lists():
    inputs = keras.Input((6,))
    return keras.Model([inputs], [keras.layers.Dense(1, "sigmoid")(inputs)])


def with_a_channel():
    """Keras adds the last axis itself."""
    inputs = keras.Input((6, 1))
    return keras.Model(inputs, plain()(keras.layers.Flatten()(inputs)))


def without_input():
    return keras.Sequential([keras.layers.Dense(1, "sigmoid")])


def frozen():
    model = plain()
    model.trainable = False
    return model


def excluding():
    optimizer = keras.optimizers.AdamW()
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer


class TwoInputs(KerasClassifier):
    @property
    def feature_encoder(self):
        return FunctionTransformer(lambda X: [X, X])


class ListOfTargets(KerasClassifier):
    @property
    def target_encoder(self):
        encoder = super().target_encoder

        class Encoder(type(encoder)):
            def transform(self, y):
                return [super().transform(y)]

        return Encoder()


def own_step():
    inputs = keras.Input((6,))
    return OwnStep(inputs, keras.layers.Dense(1, "sigmoid")(inputs))


# the reason, and settings of a classifier that lead to it
FALLBACKS = {
    "a custom train_step, test_step or compute_loss": {"model": own_step},
    "a custom model class": {"model": subclassed},
    "several inputs or outputs": {"model": two_inputs, "class": TwoInputs},
    "run_eagerly": {"run_eagerly": True},
    "jit_compile": {"compile__jit_compile": True},
    "a fixed batch size or stateful layers": {
        "model": lambda: keras.Sequential(
            [keras.Input(batch_shape=(5, 6)), keras.layers.Dense(1, "sigmoid")]
        ),
        "batch_size": 5,
    },
    "inputs that are not one dense array": {"sparse": True},
    "targets that are not one dense array": {"class": ListOfTargets},
    "validation data that are not dense arrays": {
        "fit__validation_data": tf.data.Dataset.from_tensors(
            (np.zeros((3, 6), "float32"), np.zeros((3, 1), "float32"))
        )
    },
    "class_weight or steps given to Model.fit": {"fit__steps_per_epoch": 1},
    "a callback that acts on batches": {"callbacks": [OnBatches()]},
    "a callback that acts on validation": {"callbacks": [OnValidation()]},
    "inputs of another shape than the model's": {"model": with_a_channel},
    "several losses or loss_weights": {"compile__loss_weights": [0.5]},
    "a loss that isn't reduced": {
        "loss": keras.losses.BinaryCrossentropy(reduction=None)
    },
    "a custom optimizer class": {"optimizer": OwnOptimizer()},
    "use_ema or exclude_from_weight_decay": {"optimizer": excluding()},
    "metrics inside layers": {"model": ending_in(WithMetric())},
    "code that can't be compared": {"model": ending_in(Opaque(object()))},
    fallbacks.NOT_CLONABLE: {"model": ending_in(Stubborn())},
    fallbacks.NOT_PURE: {"model": ending_in(Counting())},
}


# These need more than settings.
ELSEWHERE = {
    "a model that can't be built before its data",
    "a distribution strategy",
    "no trainable weights",
    fallbacks.NO_GRAPH,
}


def test_every_fallback_is_in_the_table():
    reasons = {*fallbacks.TRAINING_FALLBACKS, fallbacks.NOT_CLONABLE}
    reasons |= {fallbacks.NOT_PURE, fallbacks.NO_GRAPH}
    assert reasons == {*FALLBACKS, *ELSEWHERE}


@pytest.mark.parametrize("reason", FALLBACKS)
def test_fallbacks(rows, reason, monkeypatch):
    X, y, weight = rows
    settings = {"model": plain, "loss": "binary_crossentropy", **FALLBACKS[reason]}
    cls = settings.pop("class", KerasClassifier)
    if settings.pop("sparse", False):
        monkeypatch.setattr(data_validation, "_MAX_DENSE_VALUES", 0)
        X = csr_array(X)
    estimator = cls(**{"random_state": 0, "epochs": 2, **settings})
    estimator.fit(X, y, sample_weight=weight)
    assert estimator._fast_path is False
    assert estimator._fallback_reason == reason
    assert estimator.predict_proba(X).shape == (30, 2)
    assert len(estimator.history_["loss"]) == 2


def test_a_subclassed_model_is_pickled(rows):
    X, y, _ = rows
    estimator = KerasClassifier(subclassed, loss="binary_crossentropy").fit(X, y)
    again = pickle.loads(pickle.dumps(estimator))
    np.testing.assert_allclose(
        again.predict_proba(X), estimator.predict_proba(X), atol=1e-6
    )


def test_nothing_to_train(rows):
    X, y, _ = rows
    estimator = KerasClassifier(frozen, loss="binary_crossentropy")
    with pytest.warns(UserWarning, match="trainable weights"):
        estimator.fit(X, y)
    assert estimator._fallback_reason == "no trainable weights"


def test_a_distribution_strategy(rows):
    X, y, _ = rows
    with tf.distribute.OneDeviceStrategy("/cpu:0").scope():
        estimator = KerasClassifier(plain, loss="binary_crossentropy").fit(X, y)
    assert estimator._fallback_reason == "a distribution strategy"


def test_model_fit_says_what_is_wrong(rows):
    """What can't be built or traced fails, or not, in Keras's own words."""
    X, y, _ = rows

    def wrong(y_true, y_pred):
        raise ZeroDivisionError("as I said")

    with pytest.raises(ZeroDivisionError, match="as I said"):
        KerasClassifier(plain, loss=wrong).fit(X, y)


def test_code_that_does_not_go_into_one_graph(rows, monkeypatch):
    X, y, _ = rows

    def fail(*args):
        raise RuntimeError("no graph")

    monkeypatch.setattr(training_run, "training_program", fail)
    estimator = KerasClassifier(plain, loss="binary_crossentropy").fit(X, y)
    assert estimator._fallback_reason == fallbacks.NO_GRAPH


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"model": network},
        {"model": without_input},
        pytest.param(
            {"model": in_lists},
            # Keras 3.9 wants a list then; remove this with its support
            marks=pytest.mark.filterwarnings("ignore:(?s).*structure of .inputs"),
        ),
        {"class_weight": "balanced"},
        {"callbacks": [keras.callbacks.EarlyStopping("loss")]},
        {"metrics": ["accuracy"], "validation_split": 0.2},
        {"batch_size": -1},
        {"fit__batch_size": 4, "predict__batch_size": 7},
        {"verbose": 2},
        {"optimizer": keras.optimizers.Adam(0.1)},
    ],
    ids=lambda settings: "-".join(settings) or "default",
)
def test_the_fast_path_is_the_usual_one(rows, settings):
    X, y, weight = rows
    settings = {"model": plain, "loss": "binary_crossentropy", **settings}
    estimator = KerasClassifier(**settings).fit(X, y, sample_weight=weight)
    assert estimator._fast_path, estimator._fallback_reason
    why = fallbacks.prediction_fallback(estimator.model_, X, {})
    assert why is None


@pytest.mark.parametrize(
    ("reason", "settings"),
    [
        ("a custom model class", {"model": subclassed}),
        ("several inputs or outputs", {"model": two_inputs, "class": TwoInputs}),
        ("run_eagerly", {"run_eagerly": True}),
        ("inputs of another shape than the model's", {"model": with_a_channel}),
        (fallbacks.NOT_PURE, {"model": ending_in(Counting())}),
        ("arguments of Model.predict", {"arguments": {"steps": 1}}),
    ],
)
def test_predicting_by_keras(rows, reason, settings):
    X, y, _ = rows
    settings = {"model": plain, "loss": "binary_crossentropy", **settings}
    arguments = settings.pop("arguments", {})
    estimator = settings.pop("class", KerasClassifier)(**settings).fit(X, y)
    encoded = estimator.feature_encoder_.transform(X)
    inputs = data_validation.model_inputs(estimator.model_, encoded)
    why = fallbacks.prediction_fallback(estimator.model_, inputs, arguments)
    assert why == reason
    expected = estimator.model_.predict(inputs, verbose=0)
    np.testing.assert_allclose(estimator._predict_raw(X), expected, atol=1e-6)

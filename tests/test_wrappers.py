"""scikeras's classes on a repaired base: its documented programs, and the repairs."""

import copy
import pickle
from collections import Counter
from pathlib import Path
from runpy import run_path

import keras
import numpy as np
import pytest
import sklearn
import tensorflow as tf
from sklearn.base import BaseEstimator, TransformerMixin, clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification, make_moons, make_regression
from sklearn.ensemble import AdaBoostClassifier, BaggingClassifier
from sklearn.metrics import accuracy_score, mean_squared_error
from sklearn.model_selection import GridSearchCV, check_cv, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    LabelEncoder,
    OneHotEncoder,
    StandardScaler,
)
from sklearn.utils import estimator_checks, get_tags
from sklearn.utils._testing import SkipTest
from sklearn.utils.estimator_checks import estimator_checks_generator
from sklearn.utils.fixes import parse_version
from tensorflow.python.framework.config import is_op_determinism_enabled

from skmed._keras.wrapping import prediction, training_run, validation
from skmed.wrappers import BaseWrapper, KerasClassifier, KerasRegressor

COMMON = run_path(str(Path(__file__).with_name("test_common.py")))
LISTS = COMMON["LISTS"]


# ----- models -----


def exact(meta, units, activation, loss):
    """A network in double precision whose loss takes a weight for a number of rows."""
    inputs = keras.Input(meta["X_shape_"][1:], dtype="float64")
    x = keras.layers.Dense(16, "relu", dtype="float64")(inputs)
    outputs = keras.layers.Dense(units, activation, dtype="float64")(x)
    model = keras.Model(inputs, outputs)
    loss = loss(reduction="mean_with_sample_weight", dtype="float64")
    model.compile(keras.optimizers.Adam(0.02), loss)
    return model


def exact_classes(meta):
    if meta["target_type_"] == "multilabel-indicator":
        return exact(
            meta, meta["n_classes_"], "sigmoid", keras.losses.BinaryCrossentropy
        )
    loss = keras.losses.SparseCategoricalCrossentropy
    return exact(meta, meta["n_classes_"], "softmax", loss)


def exact_numbers(meta):
    return exact(meta, meta["n_outputs_"], "linear", keras.losses.MeanSquaredError)


EXACT = {"epochs": 60, "batch_size": -1, "random_state": 0}
ESTIMATORS = [
    KerasClassifier(exact_classes, **EXACT),
    KerasRegressor(exact_numbers, **EXACT),
]


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


@pytest.fixture
def rows():
    X, y = make_classification(40, 6, n_informative=4, random_state=0)
    return X, y


@pytest.fixture
def numbers():
    return make_regression(40, 6, n_informative=4, random_state=0)


@pytest.fixture
def programs(monkeypatch):
    """The programs that fits in this test ask for."""
    asked = []
    original = training_run.training_program

    def spy(*args):
        asked.append(original(*args))
        return asked[-1]

    monkeypatch.setattr(training_run, "training_program", spy)
    return asked


# ----- scikit-learn's checks -----


def _checks():
    # the names that scikit-learn gives would hold the addresses of the functions
    for estimator in ESTIMATORS:
        for i, (instance, check) in enumerate(estimator_checks_generator(estimator)):
            name = f"{type(estimator).__name__}-{i}-{COMMON['_name'](check)}"
            yield pytest.param(instance, check, id=name)


@pytest.mark.parametrize(("estimator", "check"), list(_checks()))
def test_scikit_learn(estimator, check):
    try:
        check(estimator)
    except SkipTest:
        if COMMON["_name"](check) not in ("check_array_api_input", *COMMON["NEEDS"]):
            pytest.fail("didn't run")
        raise


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
def test_which_checks_run(estimator):
    checks = estimator_checks_generator(estimator)
    ran = Counter(COMMON["_name"](check) for _, check in checks)
    if parse_version(sklearn.__version__).release[:2] == (1, 9):
        # the one for sparse rows is not for the families, which take none
        ran["check_sample_weight_equivalence_on_sparse_data"] -= 1
        assert +ran == COMMON["_expected"](estimator)
    assert ran.total() >= 50


@pytest.mark.filterwarnings("ignore:X (does not have valid|has) feature names")
@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("check", LISTS["OWN_CHECKS"])
def test_scikit_learns_own(estimator, check):
    getattr(estimator_checks, check)(type(estimator).__name__, clone(estimator))


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
def test_no_tag_avoids_a_check(estimator):
    tags = get_tags(estimator)
    assert not tags.no_validation
    assert not tags.non_deterministic
    assert not tags._skip_test
    assert tags.requires_fit
    assert tags.input_tags.two_d_array
    assert tags.input_tags.sparse
    assert tags.target_tags.required


# ----- the programs of scikeras's documentation -----


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


@pytest.mark.parametrize(
    "params",
    [
        {"callbacks": StopAt, "callbacks__monitor": "loss"},
        {"callbacks": [StopAt], "callbacks__0__monitor": "loss"},
        {"callbacks": {"stop": StopAt}, "callbacks__stop__monitor": "loss"},
        {"callbacks": [[StopAt()]]},
        {"fit__callbacks": [StopAt], "fit__callbacks__monitor": "loss"},
    ],
    ids=["class", "list", "dict", "instance", "fit"],
)
def test_callbacks_in_every_form(rows, params):
    clf = classifier(epochs=3, **params).fit(*rows)
    assert clf.current_epoch == 1
    assert clone(clf).fit(*rows).current_epoch == 1


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


class MLPClassifier(KerasClassifier):
    """scikeras's example of a class that holds its model."""

    def __init__(
        self,
        hidden_layer_sizes=(10,),
        optimizer="adam",
        optimizer__learning_rate=0.01,
        epochs=2,
        verbose=0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.hidden_layer_sizes = hidden_layer_sizes
        self.optimizer = optimizer
        self.epochs = epochs
        self.verbose = verbose

    def _keras_build_fn(self, compile_kwargs):
        model = keras.Sequential()
        model.add(keras.layers.Input(shape=(self.n_features_in_,)))
        for size in self.hidden_layer_sizes:
            model.add(keras.layers.Dense(size, activation="relu"))
        model.add(keras.layers.Dense(1, activation="sigmoid"))
        model.compile(loss="binary_crossentropy", optimizer=compile_kwargs["optimizer"])
        return model


def test_subclassing(rows):
    clf = clone(MLPClassifier(epochs=3, random_state=0))
    assert 0 <= clf.fit(*rows).score(*rows) <= 1
    assert clf.current_epoch == 3
    assert clf._fast_path
    again = pickle.loads(pickle.dumps(clf))
    np.testing.assert_array_equal(
        again.predict_proba(rows[0]), clf.predict_proba(rows[0])
    )


class TwoTargets(BaseEstimator, TransformerMixin):
    """scikeras's example of targets for a model with two outputs."""

    def fit(self, y):
        self.encoders_ = [LabelEncoder().fit(column) for column in y.T]
        return self

    def transform(self, y):
        return [e.transform(c) for e, c in zip(self.encoders_, y.T, strict=True)]

    def inverse_transform(self, y, return_proba=False):
        if return_proba:
            return np.column_stack(y)
        codes = [(y[0] > 0.5).astype(int).reshape(-1), np.argmax(y[1], axis=1)]
        pairs = zip(self.encoders_, codes, strict=True)
        return np.column_stack([e.inverse_transform(c) for e, c in pairs])

    def get_metadata(self):
        return {
            "n_classes_": [e.classes_.size for e in self.encoders_],
            "n_outputs_expected_": 2,
        }


class MultiOutputClassifier(KerasClassifier):
    @property
    def target_encoder(self):
        return TwoTargets()

    @staticmethod
    def scorer(y_true, y_pred, **kwargs):
        return np.mean([accuracy_score(y_true[:, i], y_pred[:, i]) for i in (0, 1)])


def two_outputs(meta):
    inputs = keras.layers.Input(shape=(meta["n_features_in_"],))
    x = keras.layers.Dense(10, activation="relu")(inputs)
    binary = keras.layers.Dense(1, activation="sigmoid")(x)
    several = keras.layers.Dense(meta["n_classes_"][1], activation="softmax")(x)
    model = keras.Model(inputs=inputs, outputs=[binary, several])
    model.compile(loss=["binary_crossentropy", "sparse_categorical_crossentropy"])
    return model


def test_multiple_outputs():
    rng = np.random.default_rng(0)
    y = np.column_stack([rng.integers(2, size=30), rng.integers(5, size=30)])
    X = StandardScaler().fit_transform(y)
    clf = MultiOutputClassifier(model=two_outputs, random_state=0).fit(X, y)
    assert clf.predict(X).shape == (30, 2)
    assert clf.predict_proba(X).shape == (30, 6)
    assert 0 <= clf.score(X, y) <= 1
    assert clf._fallback_reason == "several inputs or outputs"
    again = pickle.loads(pickle.dumps(clf))
    np.testing.assert_array_equal(again.predict(X), clf.predict(X))


class MultiInputRegressor(KerasRegressor):
    @property
    def feature_encoder(self):
        return FunctionTransformer(func=lambda X: [X[:, [0]], X[:, [1]]])


def two_inputs():
    inputs = [keras.layers.Input(shape=(1,)) for _ in range(2)]
    x = [keras.layers.Dense(5, activation="relu")(each) for each in inputs]
    output = keras.layers.Dense(1)(keras.layers.Concatenate(axis=-1)(x))
    model = keras.Model(inputs=inputs, outputs=output)
    model.compile(loss="mse")
    return model


def test_multiple_inputs():
    X = np.random.default_rng(0).random((30, 2))
    reg = MultiInputRegressor(model=two_inputs, random_state=0).fit(X, X.sum(axis=1))
    assert reg.predict(X).shape == (30,)
    assert np.isfinite(reg.score(X, X.sum(axis=1)))
    assert reg._fallback_reason == "several inputs or outputs"


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


class AutoEncoder(BaseWrapper, TransformerMixin):
    """scikeras's example of a transformer."""

    def _keras_build_fn(self, encoding_dim, meta):
        n_features = meta["n_features_in_"]
        encoder_in = keras.Input(shape=(n_features,))
        encoder_out = keras.layers.Dense(encoding_dim, activation="relu")(encoder_in)
        encoder = keras.Model(encoder_in, encoder_out)
        decoder_in = keras.Input(shape=(encoding_dim,))
        decoder_out = keras.layers.Dense(n_features, activation="sigmoid")(decoder_in)
        decoder = keras.Model(decoder_in, decoder_out)
        inputs = keras.Input(shape=(n_features,))
        model = keras.Model(inputs, decoder(encoder(inputs)))
        self.encoder_model_ = BaseWrapper(encoder, verbose=self.verbose)
        self.decoder_model_ = BaseWrapper(decoder, verbose=self.verbose)
        return model

    def _initialize(self, X, y=None):
        X, _ = super()._initialize(X=X, y=y)
        codes = self.encoder_model_.initialize(X).predict(X)
        self.decoder_model_.initialize(codes)
        return X, X

    def fit(self, X, *, sample_weight=None):
        super().fit(X=X, y=X, sample_weight=sample_weight)
        return self

    def score(self, X):
        return 1 - mean_squared_error(self.predict(X), X)

    def transform(self, X):
        return self.encoder_model_.predict(self.feature_encoder_.transform(X))

    def inverse_transform(self, codes):
        X = self.decoder_model_.predict(codes)
        return self.feature_encoder_.inverse_transform(X)


def test_an_autoencoder_of_three_models():
    X = np.random.default_rng(0).random((30, 6))
    encoder = AutoEncoder(
        loss="binary_crossentropy", encoding_dim=3, random_state=0, epochs=2
    ).fit(X=X)
    codes = encoder.transform(X)
    assert codes.shape == (30, 3)
    # encoder and decoder share the layers that were trained
    np.testing.assert_allclose(
        encoder.inverse_transform(codes), encoder.predict(X), atol=1e-6
    )
    assert encoder.score(X) > 0


def test_meta_estimators(rows):
    clf = KerasClassifier(
        model=compiled_mlp, hidden_layer_sizes=(5,), optimizer="adam", random_state=0
    )
    boosted = AdaBoostClassifier(clf, n_estimators=2, random_state=0).fit(*rows)
    assert boosted.predict(rows[0]).shape == (40,)
    bagged = BaggingClassifier(clf, n_estimators=2, random_state=0).fit(*rows)
    kernels = [e.model_.get_weights()[0] for e in bagged.estimators_]
    assert not np.array_equal(*kernels)


@pytest.mark.parametrize("limit", [2**25, 0], ids=["small", "large"])
def test_sparse_inputs(limit, monkeypatch):
    monkeypatch.setattr(validation, "_MAX_DENSE_VALUES", limit)
    X = np.arange(20).reshape(-1, 1)
    y = np.random.default_rng(0).uniform(size=20)
    predictions = []
    for sparse in (True, False):
        encoder = OneHotEncoder(sparse_output=sparse)
        pipe = make_pipeline(encoder, regressor(epochs=2, batch_size=8)).fit(X, y)
        predictions.append(pipe.predict(X))
    np.testing.assert_allclose(*predictions, atol=1e-5)


def test_losses_and_metrics_with_routed_parameters(rows):
    clf = classifier(
        loss=keras.losses.BinaryCrossentropy,
        loss__label_smoothing=0.1,
        metrics=[keras.metrics.AUC, "accuracy"],
        metrics__0__num_thresholds=7,
    ).fit(*rows)
    assert clf.model_.loss.label_smoothing == 0.1
    assert set(clf.history_) == {"loss", "auc", "accuracy"}
    several = MultiOutputClassifier(model=two_outputs)
    several.set_params(
        loss=[keras.losses.BinaryCrossentropy, keras.losses.CategoricalCrossentropy],
        loss__label_smoothing=0.1,
        loss__1__label_smoothing=0.5,
    )
    losses = several._get_compile_kwargs()["loss"]
    assert [loss.label_smoothing for loss in losses] == [0.1, 0.5]


def test_what_a_model_function_is_given(rows):
    seen = {}

    def model(meta, compile_kwargs, params, own):
        seen.update(meta=meta, compile_kwargs=compile_kwargs, params=params, own=own)
        return mlp(meta)

    classifier(model, own=3, optimizer="adam", optimizer__beta_1=0.5).fit(*rows)
    assert seen["own"] == seen["params"]["own"] == 3
    assert seen["compile_kwargs"]["optimizer"].beta_1 == 0.5
    meta = seen["meta"]
    assert meta["n_features_in_"] == 6
    assert meta["X_shape_"] == (40, 6)
    assert meta["target_type_"] == "binary"
    assert meta["n_classes_"] == 2
    assert "model_" not in meta


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


def test_partial_fit_with_classes():
    X = np.random.default_rng(0).normal(size=(10, 4))
    clf = classifier(softmax, "sparse_categorical_crossentropy")
    clf.partial_fit(X, np.full(10, "b"), classes=["c", "b", "a"])
    clf.partial_fit(X, np.full(10, "c"))
    assert clf.classes_.tolist() == ["a", "b", "c"]
    assert clf.predict_proba(X).shape == (10, 3)
    with pytest.raises(ValueError, match="one class only"):
        classifier().partial_fit(X, np.full(10, "b"))


def test_old_name_of_model(rows):
    with pytest.warns(FutureWarning, match="old name"):
        KerasClassifier(build_fn=mlp, loss="binary_crossentropy").fit(*rows)


# ----- what is repaired -----


def test_scikit_learn_knows_its_kind(rows):
    X, y = rows
    assert is_classifier(classifier())
    assert (
        "Stratified"
        in type(check_cv(3, y, classifier=is_classifier(classifier()))).__name__
    )
    scores = cross_val_score(classifier(), X, y, scoring="roc_auc", cv=2)
    assert np.isfinite(scores).all()
    calibrated = CalibratedClassifierCV(classifier(), cv=2).fit(X, y)
    assert calibrated.predict_proba(X).shape == (40, 2)


@pytest.mark.parametrize(
    ("model", "loss"),
    [
        (mlp, "binary_crossentropy"),
        (softmax, "sparse_categorical_crossentropy"),
        (softmax, "categorical_crossentropy"),
        (softmax, keras.losses.CategoricalCrossentropy),
        (softmax, keras.losses.CategoricalFocalCrossentropy()),
    ],
)
@pytest.mark.parametrize("n", [1, 2])
def test_probabilities_of_any_number_of_rows(rows, model, loss, n):
    X, y = rows
    proba = classifier(model, loss).fit(X, y).predict_proba(X[:n])
    assert proba.shape == (n, 2)
    np.testing.assert_allclose(proba.sum(axis=1), 1, atol=1e-6)


def test_logits_become_probabilities(rows):
    def linear(meta):
        return keras.Sequential([keras.Input((6,)), keras.layers.Dense(1)])

    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    clf = classifier(linear, loss, epochs=3).fit(*rows)
    proba = clf.predict_proba(rows[0])
    logits = clf.model_.predict(rows[0], verbose=0).ravel()
    np.testing.assert_allclose(proba[:, 1], 1 / (1 + np.exp(-logits)), rtol=1e-5)
    np.testing.assert_array_equal(clf.predict(rows[0]), logits > 0)


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


def test_weights_of_the_caller_stay_as_they_are(rows):
    X, y = rows
    weight = np.ones(40)
    classifier(class_weight={0: 5.0, 1: 1.0}).fit(X, y, sample_weight=weight)
    np.testing.assert_array_equal(weight, 1)


def test_balanced_classes_count_with_weights(rows):
    X, y = rows
    X, y = X[:30], np.r_[np.zeros(20, int), np.ones(10, int)]
    twice = np.r_[np.arange(30), np.arange(5)]
    weight = np.bincount(twice)

    def model(meta):
        return exact_classes(meta)

    params = {"class_weight": "balanced", "batch_size": -1, "epochs": 3}
    by_weight = classifier(model, None, **params).fit(X, y, sample_weight=weight)
    by_rows = classifier(model, None, **params).fit(X[twice], y[twice])
    np.testing.assert_allclose(
        by_weight.predict_proba(X), by_rows.predict_proba(X), rtol=1e-7
    )


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


def test_clone_keeps_every_parameter():
    clf = classifier(hidden_layer_sizes=(3,), fit__verbose=0, optimizer__rho=0.5)
    assert clone(clf).get_params() == clf.get_params()
    assert clf.get_params()["fit__verbose"] == 0
    assert "hidden_layer_sizes=(3,)" in repr(clf)


def test_misspelt_parameters():
    with pytest.raises(ValueError, match="did you mean 'epochs'"):
        classifier().set_params(epoch=3)
    clf = classifier().set_params(model__dropout=0.5, callbacks__patience=3)
    assert clf.get_params()["model__dropout"] == 0.5


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"model": None}, "model is missing"),
        ({"loss": None}, "loss is missing"),
        ({"epochs": -1}, "'epochs' parameter"),
        ({"callbacks": [3]}, "callbacks must be"),
        ({"validation_split": 0.99}, "validation_split=0.99 of 40 samples"),
        ({"optimizer__learning_rate": 1e30}, "lower learning_rate"),
    ],
    ids=str,
)
def test_bad_parameters(numbers, params, message):
    X, y = numbers
    with pytest.raises((TypeError, ValueError), match=message):
        regressor(
            **params,
        ).set_params(epochs=params.get("epochs", 9)).fit(X, 1e6 * y)


def test_a_model_of_another_width(numbers):
    X, y = numbers
    with pytest.raises(ValueError, match=r"must give 2 number\(s\) per row"):
        regressor().fit(X, np.column_stack([y, y]))


def test_validation_data_in_the_units_of_y(rows):
    X, y = rows
    labels = np.where(y == 0, "ill", "well")
    clf = classifier(metrics=["accuracy"], epochs=2)
    clf.fit(X[:30], labels[:30], validation_data=(X[30:], labels[30:]))
    other = classifier(metrics=["accuracy"], epochs=2, validation_split=0.25)
    other.fit(X, labels)
    assert clf.history_ == other.history_


# ----- speed: one program, whatever is searched -----


def text_bag():
    return keras.Sequential(
        [
            keras.Input((7,), dtype="int32"),
            keras.layers.Embedding(50, 4),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )


def lstm():
    return keras.Sequential(
        [
            keras.Input((7,)),
            keras.layers.Reshape((7, 1)),
            keras.layers.LSTM(3),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )


def cnn():
    return keras.Sequential(
        [
            keras.Input((7,)),
            keras.layers.Reshape((7, 1)),
            keras.layers.Conv1D(3, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )


@pytest.mark.parametrize("model", [text_bag, lstm, cnn])
def test_a_grid_search_compiles_one_program(programs, model):
    X = np.random.default_rng(0).integers(0, 50, size=(31, 7))
    y = np.arange(31) % 2
    clf = classifier(
        model,
        metrics=["accuracy"],
        optimizer="adam",
        batch_size=9,
        validation_split=0.2,
    )
    grid = {"optimizer__learning_rate": [0.01, 0.1], "random_state": [0, 1]}
    search = GridSearchCV(clf, grid, cv=3).fit(X, y)
    assert len(programs) == 4 * 3 + 1
    assert len(set(map(id, programs))) == 1
    assert programs[0].n_traces == {"train": 1, "evaluate": 1}
    assert search.best_estimator_._fast_path


def test_large_numbers_of_words_are_exact():
    """Ids above 2**24 would change on their way through single precision."""
    top = 2**24 + 1

    def model():
        inputs = keras.Input((1,), dtype="int32")
        x = keras.layers.Lambda(lambda i: keras.ops.cast(i - 2**24, "float32"))(inputs)
        return keras.Model(inputs, keras.layers.Dense(1, kernel_initializer="ones")(x))

    X = np.array([[top], [top + 1]])
    reg = regressor(model, optimizer="sgd", optimizer__learning_rate=0.0).fit(X, [1, 2])
    np.testing.assert_allclose(reg.predict(X), [1, 2])
    assert reg.history_["loss"] == [0.0]


def test_nothing_grows_with_the_number_of_fits(rows, programs):
    names = set()
    for seed in range(3):
        clf = classifier(random_state=seed).fit(*rows)
        names.add(tuple(v.path for v in clf.model_.variables))
    assert len(names) == 1
    assert len(set(map(id, programs))) == 1


def test_one_row_takes_no_new_graph(rows):
    clf = classifier().fit(*rows)
    program = prediction.prediction_program(clf.model_)
    for n in (1, 5, 40):
        clf.predict(rows[0][:n])
    assert program.n_traces == {"predict": 1}
    assert tf.executing_eagerly()

"""Subclasses that hold their model or encode X and y, as scikeras documents them."""

import pickle
from pathlib import Path
from runpy import run_path

import keras
import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.metrics import accuracy_score, mean_squared_error
from sklearn.preprocessing import (
    FunctionTransformer,
    LabelEncoder,
    StandardScaler,
)

from skmed.wrappers import BaseWrapper, KerasClassifier, KerasRegressor

SHARED = run_path(str(Path(__file__).with_name("test_documented_programs.py")))
classifier = SHARED["classifier"]


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

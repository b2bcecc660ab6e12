"""The convolutional estimators: shapes, losses, storage, real data."""

import inspect
import os
import pickle
import sys

import cloudpickle
import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import NotFittedError
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from skmed import CNNClassifier, CNNEncoder, CNNRegressor
from skmed._keras.graphs import state

SMALL = {
    "filters": (2, 3),
    "dense_units": (4,),
    "epochs": 2,
    "batch_size": 16,
    "random_state": 0,
}

# Keras's variables don't know numpy 2's copy keyword; gone when Keras's own
# callbacks and savers no longer warn.
keras_and_numpy_2 = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)


def outputs(estimator, X):
    for name in ("predict_proba", "predict", "transform"):
        if hasattr(estimator, name):
            return getattr(estimator, name)(X)


def images(n_samples, *shape, seed=0):
    """Pictures from 0 to 255, and whether the upper left is the brighter corner."""
    rng = np.random.default_rng(seed)
    X = rng.integers(0, 256, size=(n_samples, *shape))
    first, last = X.reshape(n_samples, -1)[:, [0, -1]].T
    return X, (first > last).astype(int)


# ----- shapes -----


@pytest.mark.parametrize(
    ("image_shape", "sizes"),
    [
        ((5, 7), (5, 7, 1)),
        ((5, 7, 3), (5, 7, 3)),
        ((5, 7, 4), (5, 7, 4)),
        ((5, 7, 6), (5, 7, 6, 1)),  # a volume: six isn't a number of channels
        ((5, 7, 2, 1), (5, 7, 2, 1)),
        ((3, 4, 5, 2), (3, 4, 5, 2)),
        ([5, 7], (5, 7, 1)),
    ],
    ids=str,
)
@pytest.mark.parametrize("cls", [CNNClassifier, CNNRegressor, CNNEncoder])
def test_flat_and_shaped_rows_give_the_same_model(cls, image_shape, sizes):
    shaped, y = images(24, *image_shape)
    flat = shaped.reshape(24, -1)
    estimator = cls(image_shape=image_shape, **SMALL)
    expected = outputs(clone(estimator).fit(flat, y), flat)
    with_channel = shaped.reshape(24, *sizes)
    for X in (shaped, with_channel):
        fitted = clone(estimator).fit(X, y)
        assert fitted.model_.input_shape == (None, *sizes)
        assert fitted.n_features_in_ == flat.shape[1]
        for rows in (flat, shaped, with_channel):
            np.testing.assert_array_equal(outputs(fitted, rows), expected)


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [
        ((9,), (9, 1)),
        ((9, 2), (9, 2)),
        ((6, 5, 3), (6, 5, 3)),
        ((4, 3, 5, 2), (4, 3, 5, 2)),
        ((1,), (1, 1)),
        ((1, 1, 1, 1), (1, 1, 1, 1)),
    ],
    ids=str,
)
def test_rank_says_what_rows_are(shape, sizes):
    X, y = images(24, *shape)
    X = X.astype(float)
    for estimator in (CNNClassifier(), CNNRegressor(), CNNEncoder(n_components=2)):
        y = np.arange(24) % 2
        estimator.set_params(**SMALL).fit(X, y)
        assert estimator.model_.input_shape == (None, *sizes)
        assert len(outputs(estimator, X[:1])) == 1


def test_grey_images_without_image_shape_are_refused():
    X, y = images(24, 5, 7)
    with pytest.raises(ValueError, match=r"pass image_shape=\(5, 7\)"):
        CNNClassifier(**SMALL).fit(X.astype(np.uint8), y)
    assert CNNClassifier(**SMALL).fit(X.astype(float), y).model_.input_shape[1:] == (
        *(5, 7),
    )


@pytest.mark.parametrize(
    ("cls", "dtype"),
    [
        (CNNClassifier, np.uint8),
        (CNNRegressor, np.uint8),
        (CNNEncoder, np.uint8),
        (CNNClassifier, np.int16),
    ],
)
def test_bytes_equal_the_same_values_as_floats(cls, dtype):
    X, y = images(40, 6, 6)
    estimator = cls(image_shape=(6, 6), **{**SMALL, "epochs": 5})
    expected = outputs(clone(estimator).fit(X.astype(np.float32), y), X)
    rows = X.astype(dtype)
    for form in (rows, rows.reshape(40, -1)):
        got = outputs(clone(estimator).fit(form, y), form)
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-6)


def test_bytes_stay_bytes_in_memory(monkeypatch):
    dtypes = []
    from_arrays = state.Data.from_arrays

    def spy(x, *args):
        dtypes.append(x.dtype)
        return from_arrays(x, *args)

    monkeypatch.setattr(state.Data, "from_arrays", spy)
    X, y = images(40, 6, 6)
    CNNClassifier(
        image_shape=(6, 6), early_stopping=True, validation_fraction=0.2, **SMALL
    ).fit(X.astype(np.uint8), y)
    assert dtypes == [np.uint8, np.uint8]


def test_neither_order_nor_strides_of_the_array_matter():
    X, y = images(24, 6, 5, 2)
    X = X.astype(float)
    expected = CNNClassifier(**SMALL).fit(X, y).predict_proba(X)
    wide = np.repeat(X, 2, axis=1)[:, ::2]
    for rows in (np.asfortranarray(X), wide, X.astype(">f8"), X.tolist()):
        got = CNNClassifier(**SMALL).fit(rows, y).predict_proba(rows)
        np.testing.assert_array_equal(got, expected)


# ----- normalisation -----


@pytest.mark.parametrize("cls", [CNNClassifier, CNNRegressor, CNNEncoder])
def test_normalisation_makes_units_irrelevant(cls):
    X, y = images(24, 8, 2)
    X = X.astype(float)
    settings = {**SMALL, "precision": "float64"}
    expected = outputs(cls(**settings).fit(X, y), X)
    rescaled = X * [1e-3, 1e4] + [-5, 7]
    got = outputs(cls(**settings).fit(rescaled, y), rescaled)
    np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_normalisation_is_by_channel_and_part_of_the_model():
    X, y = images(24, 8, 2)
    X = X.astype(float) * [1, 100]
    network = CNNClassifier(**SMALL).fit(X, y).model_
    mean, variance = (v.numpy() for v in network.get_layer("normalize").variables)
    np.testing.assert_allclose(mean, X.mean(axis=(0, 1)), rtol=1e-5)
    np.testing.assert_allclose(variance, X.var(axis=(0, 1)), rtol=1e-5)
    np.testing.assert_allclose(
        network(X).numpy(), CNNClassifier(**SMALL).fit(X, y).predict_proba(X), atol=1e-6
    )


@pytest.mark.parametrize("cls", [CNNClassifier, CNNRegressor, CNNEncoder])
def test_without_normalisation(cls):
    X, y = images(24, 8)
    X = X / 255
    plain = cls(**SMALL, normalize=None).fit(X, y)
    assert "normalize" not in [layer.name for layer in plain.model_.layers]
    assert not np.allclose(outputs(plain, X), outputs(cls(**SMALL).fit(X, y), X))
    standard = (X - X.mean()) / X.std()
    got = outputs(cls(**SMALL, normalize=None).fit(standard, y), standard)
    np.testing.assert_allclose(
        got, outputs(cls(**SMALL).fit(X, y), X), rtol=1e-3, atol=1e-4
    )


def test_constant_channels_do_no_harm():
    X, y = images(24, 8, 2)
    X = X.astype(float)
    X[..., 1] = 1e6
    probabilities = CNNClassifier(**SMALL).fit(X, y).predict_proba(X)
    assert np.all(np.isfinite(probabilities))


# ----- architectures of one's own -----


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
        estimator = CNNRegressor(**SMALL, architecture=my_networks.global_average)
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
        **SMALL,
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


@pytest.mark.parametrize(
    "wrong", [lambda x: x, lambda x: None, lambda x: keras.layers.Conv1D(2, 1)(x)]
)
def test_an_architecture_must_return_features(wrong):
    X, y = images(24, 8)
    with pytest.raises(ValueError, match="architecture must return"):
        CNNClassifier(**SMALL, architecture=wrong).fit(X, y)


def test_two_architectures_do_not_share_weights_or_graphs():
    X, y = images(24, 8)
    X = X.astype(float)
    narrow = CNNRegressor(**SMALL, architecture=lambda x: keras.layers.Flatten()(x))
    wide = CNNRegressor(
        **SMALL,
        architecture=lambda x: keras.layers.Dense(3)(keras.layers.Flatten()(x)),
    )
    expected = narrow.fit(X, y).predict(X)
    assert wide.fit(X, y).model_.count_params() > narrow.model_.count_params()
    np.testing.assert_array_equal(narrow.fit(X, y).predict(X), expected)


# ----- losses -----


@pytest.mark.parametrize("loss", ["log_loss", "focal"])
@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
def test_classification_losses(loss, kind):
    X, y = images(60, 6)
    X = X.astype(float)
    if kind == "multiclass":
        y = y + (X[:, 1] > X[:, 2])
    if kind == "multilabel":
        y = np.stack([y, 1 - y, X[:, 1] > X[:, 2]], axis=1).astype(int)
    classifier = CNNClassifier(
        **{**SMALL, "epochs": 60, "learning_rate": 0.02, "dense_units": (16,)},
        loss=loss,
    ).fit(X, y)
    assert classifier.score(X, y) > 0.75
    assert classifier.history_["loss"][-1] < 0.7 * classifier.history_["loss"][0]


@pytest.mark.parametrize("kind", ["multiclass", "multilabel"])
def test_focal_loss_is_that_of_keras(kind):
    X, y = images(30, 6)
    y = y + (X[:, 1] > X[:, 2])
    if kind == "multiclass":
        loss, target = keras.losses.CategoricalFocalCrossentropy(), np.eye(3)[y]
    else:
        y = target = np.stack([y > 0, y > 1], axis=1).astype(int)
        loss = keras.losses.BinaryFocalCrossentropy()
    # a step of no size shows the loss of the first weights
    classifier = CNNClassifier(
        **{**SMALL, "epochs": 1}, loss="focal", optimizer="sgd", learning_rate=1e-12
    ).fit(X, y)
    expected = float(loss(target.astype(np.float32), classifier.predict_proba(X)))
    assert classifier.history_["loss"][0] == pytest.approx(expected, rel=1e-5)


def test_focal_loss_minds_hard_rows_more():
    X, y = images(60, 6)
    settings = {**SMALL, "epochs": 20, "learning_rate": 0.02}
    sure = CNNClassifier(**settings).fit(X, y).predict_proba(X).max(axis=1)
    focal = CNNClassifier(**settings, loss="focal").fit(X, y).predict_proba(X)
    assert focal.max(axis=1).mean() < sure.mean()


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber"])
def test_regression_losses(loss):
    X, _ = images(60, 6)
    y = 1000 + X[:, 0] - X[:, -1]
    regressor = CNNRegressor(
        **{**SMALL, "epochs": 60, "learning_rate": 0.02, "dense_units": (16,)},
        loss=loss,
    ).fit(X, y)
    assert regressor.score(X, y) > 0.7


def test_robust_losses_mind_outliers_less():
    X, _ = images(60, 6)
    y = X[:, 0] - X[:, -1]
    wrong = np.where(np.arange(60) % 10 == 0, 1e4, y)
    settings = {**SMALL, "epochs": 60, "learning_rate": 0.02, "dense_units": (16,)}
    errors = {
        loss: np.median(
            np.abs(CNNRegressor(**settings, loss=loss).fit(X, wrong).predict(X) - y)
        )
        for loss in ("squared_error", "absolute_error", "huber")
    }
    assert errors["absolute_error"] < errors["huber"] < errors["squared_error"]


@pytest.mark.parametrize("n_targets", [1, 2])
def test_counts_are_positive(n_targets):
    X, _ = images(60, 6)
    rate = np.exp(3 * (X[:, :n_targets] / 255) - 1)
    y = np.random.default_rng(0).poisson(rate).squeeze()
    regressor = CNNRegressor(
        **{**SMALL, "epochs": 40, "learning_rate": 0.02}, loss="poisson"
    ).fit(X, y)
    for rows in (X, 255 - X, 3 * X - 255):
        assert np.all(regressor.predict(rows) > 0)
    assert regressor.predict(X).shape == y.shape
    assert regressor.score(X, y) > 0.2
    with pytest.raises(ValueError, match="negative"):
        regressor.fit(X, y - 1)


@pytest.mark.parametrize("value", [0.0, 5.0, 1e-3])
@pytest.mark.parametrize("loss", ["squared_error", "huber", "poisson"])
def test_targets_that_do_not_vary(value, loss):
    X, _ = images(24, 6)
    regressor = CNNRegressor(
        **{**SMALL, "epochs": 60, "learning_rate": 0.02}, loss=loss
    ).fit(X, np.full(24, value))
    assert np.allclose(regressor.predict(X), value, atol=0.5)


# ----- encoders -----


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return train_test_split(X, y, train_size=600, random_state=0, stratify=y)


@pytest.mark.parametrize("loss", [None, "absolute_error", "huber"])
def test_reconstruction_beats_the_mean(digits, loss):
    train, test, _, _ = digits
    encoder = CNNEncoder(
        image_shape=(8, 8),
        n_components=12,
        filters=(8, 16),
        dense_units=(32,),
        epochs=15,
        learning_rate=0.005,
        loss=loss,
        random_state=0,
    ).fit(train)
    rebuilt = encoder.inverse_transform(encoder.transform(test))
    error = np.mean((rebuilt - test) ** 2)
    assert error < 0.6 * np.mean((train.mean(axis=0) - test) ** 2)


def test_supervised_codes_separate_classes(digits):
    train, test, y_train, y_test = digits
    encoder = CNNEncoder(
        image_shape=(8, 8),
        n_components=4,
        filters=(8, 16),
        dense_units=(32,),
        epochs=10,
        learning_rate=0.005,
        objective="classification",
        random_state=0,
    ).fit(train, y_train)
    codes = encoder.transform(test)
    assert codes.shape == (len(test), 4)
    centres = np.stack([codes[y_test == k].mean(axis=0) for k in range(10)])
    nearest = np.argmin(((codes[:, None] - centres) ** 2).sum(axis=2), axis=1)
    assert np.mean(nearest == y_test) > 0.6


@pytest.mark.parametrize(
    ("shape", "image_shape"),
    [
        ((9,), None),
        ((9, 1), None),
        ((9, 2), None),
        ((7, 5, 3), None),
        ((3, 4, 5, 1), None),
        ((1,), None),
        ((1, 1, 1, 1), None),
        ((35,), (7, 5)),
        ((7, 5), (7, 5)),
        ((7, 5, 1), (7, 5)),
        ((7, 5, 3), (7, 5, 3)),
        ((7, 5, 6), (7, 5, 6)),
    ],
    ids=str,
)
def test_inputs_come_back_in_the_shape_that_fit_was_given(shape, image_shape):
    X, _ = images(24, *shape)
    X = X.astype(float)
    encoder = CNNEncoder(**SMALL, n_components=2, image_shape=image_shape)
    codes = encoder.fit_transform(X)
    assert codes.shape == (24, 2)
    assert codes.dtype == np.float32
    rebuilt = encoder.inverse_transform(codes)
    assert rebuilt.shape == X.shape
    assert encoder.inverse_transform(codes[:1]).shape == X[:1].shape
    # the decoder itself, without graphs, is the reference
    layer = encoder.model_.get_layer("normalize")
    raw = encoder.decoder_(codes).numpy().reshape(24, *encoder.model_.input_shape[1:])
    expected = raw * np.sqrt(layer.moving_variance.numpy()) + layer.moving_mean.numpy()
    np.testing.assert_allclose(
        rebuilt.reshape(24, -1), expected.reshape(24, -1), rtol=1e-4, atol=1e-3
    )


def test_inputs_come_back_in_their_units():
    X, _ = images(60, 6)
    X = 1e3 + X[:, :1] * np.array([1.0, 2, 3, 4, 5, 6])
    encoder = CNNEncoder(
        n_components=2,
        filters=(8,),
        dense_units=(16,),
        epochs=60,
        learning_rate=0.02,
        random_state=0,
    ).fit(X)
    rebuilt = encoder.inverse_transform(encoder.transform(X))
    assert np.mean((rebuilt - X) ** 2) < 0.05 * X.var()


def test_only_reconstruction_goes_back():
    for objective in ("classification", "regression"):
        assert not hasattr(CNNEncoder(objective=objective), "inverse_transform")
    with pytest.raises(NotFittedError):
        CNNEncoder().inverse_transform([[0.0]])
    X, _ = images(24, 6)
    encoder = CNNEncoder(**SMALL, n_components=3).fit(X)
    with pytest.raises(ValueError, match=r"codes of shape \(n, 3\)"):
        encoder.inverse_transform(np.zeros((2, 2)))


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

"""Beginning with what another network has learned."""

import pickle
import warnings

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV

from skmed import CNNClassifier, CNNEncoder, CNNRegressor, EASERecommender
from skmed._keras.graphs import programs
from skmed._keras.transfer import fine_tuning
from skmed._keras.transfer.sources import _channel_conversion

SMALL = {"epochs": 4, "batch_size": 16, "random_state": 0}

# gone when Keras's savers no longer warn
keras_and_numpy_2 = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)


def data(n_samples=40, seed=0):
    X = np.random.default_rng(seed).normal(size=(n_samples, 12))
    return X, (X[:, 0] > 0).astype(int)


class Sources(dict):
    """Fitted networks of three kinds, each fitted when it is first asked for."""

    def __missing__(self, kind):
        X, y = data()
        sizes = {"filters": (2, 3), **SMALL}
        if kind == "plain":
            self[kind] = CNNRegressor(dense_units=(4,), **sizes).fit(X, X[:, 1])
        elif kind == "resnet":
            self[kind] = CNNClassifier(architecture="resnet", **sizes).fit(X, y)
        else:
            self[kind] = CNNEncoder(dense_units=(4, 3), dropout=0.3, **sizes).fit(X)
        return self[kind]


@pytest.fixture(scope="module")
def all_sources():
    return Sources()


@pytest.fixture
def sources(all_sources):
    """Fitted networks, which no test may change."""
    before = {kind: pickle.dumps(source) for kind, source in all_sources.items()}
    yield all_sources
    for kind, dump in before.items():
        assert pickle.dumps(all_sources[kind]) == dump


def tuned(source, X=None, y=None, **settings):
    if X is None:
        X, y = data(seed=1)
    return CNNClassifier(init_from=source, **{**SMALL, **settings}).fit(X, y)


def values(estimator):
    return [v.numpy() for v in estimator.model_.variables]


def same(first, second):
    return all(map(np.array_equal, values(first), values(second)))


def taken_over(estimator):
    """Return layers with weights that came from the source, with those weights."""
    return {
        layer.name.removeprefix("features_"): layer.get_weights()
        for layer in estimator.model_.layers
        if layer.name.startswith("features_") and layer.get_weights()
    }


def changed(estimator, source):
    """Tell for each layer taken over whether its trained weights moved."""
    return [
        not np.array_equal(weights[0], source.model_.get_layer(name).get_weights()[0])
        for name, weights in taken_over(estimator).items()
    ]


# ----- where a network comes from -----


@keras_and_numpy_2
@pytest.mark.parametrize("kind", ["plain", "dropout"])
def test_every_form_of_a_network_gives_the_same(sources, kind, tmp_path):
    source = sources[kind]
    path = tmp_path / "network.keras"
    source.model_.save(path)
    expected = tuned(source, freeze=1)
    for form in (source.model_, path, str(path), FrozenEstimator(source)):
        assert same(tuned(form, freeze=1), expected)


def test_the_last_layers_are_those_of_the_new_task(sources):
    X, _ = data(seed=1)
    labels = np.array(list("abc"))[np.arange(40) % 3]
    classifier = tuned(sources["plain"], X, labels, dense_units=(5,))
    assert classifier.predict_proba(X).shape == (40, 3)
    assert [*taken_over(classifier)] == ["conv1d", "conv1d_1", "dense"]
    assert classifier.model_.get_layer("dense").units == 5
    encoder = CNNEncoder(init_from=classifier, n_components=2, **SMALL).fit(X)
    assert encoder.transform(X).shape == (40, 2)
    assert encoder.inverse_transform(encoder.transform(X)).shape == X.shape
    # and once more, from the encoder
    regressor = CNNRegressor(init_from=encoder, dense_units=(2,), **SMALL)
    assert regressor.fit(X, X[:, :2]).predict(X).shape == (40, 2)


@pytest.mark.parametrize(
    ("freeze", "moved"),
    [
        (None, [True, True, True]),
        (1, [False, True, True]),
        (2, [False, False, True]),
        ("features", [False, False, False]),
    ],
)
def test_layers_are_frozen_from_the_input_on(sources, freeze, moved):
    estimator = tuned(sources["plain"], freeze=freeze)
    assert changed(estimator, sources["plain"]) == moved


@pytest.mark.parametrize("normalize", ["channel", None])
def test_whose_statistics_standardise(sources, normalize):
    source, (X, y) = sources["resnet"], data(seed=1)
    estimator = tuned(source, 5 + 3 * X, y, freeze="features", normalize=normalize)
    names = [layer.name for layer in estimator.model_.layers]
    own = source.model_.get_layer("normalize")
    if normalize is None:
        assert "normalize" not in names
        layer = estimator.model_.get_layer("features_normalize")
        np.testing.assert_array_equal(layer.moving_mean, own.moving_mean)
    else:
        assert "features_normalize" not in names
        layer = estimator.model_.get_layer("normalize")
        assert layer.moving_mean.numpy() == pytest.approx(np.mean(5 + 3 * X), rel=1e-5)


def test_models_inside_models_are_laid_out():
    body = keras.Sequential(
        [
            keras.Input((12, 1)),
            keras.layers.Conv1D(3, 3, name="conv1d"),
            keras.layers.BatchNormalization(name="batch_normalization"),
            keras.layers.Dropout(0.9),
        ],
        name="sequential",
    )
    inputs = keras.Input((12, 1))
    x = keras.layers.GlobalMaxPooling1D()(body(inputs))
    outputs = keras.layers.Dense(7, activation="softmax")(x)
    model = keras.Model(inputs, outputs)
    before = [v.numpy() for v in model.variables]
    estimator = tuned(model, freeze="features")
    names = ["sequential_conv1d", "sequential_batch_normalization"]
    assert [*taken_over(estimator)] == names
    for name, layer in zip(names, body.layers):
        np.testing.assert_array_equal(
            taken_over(estimator)[name][-1], layer.get_weights()[-1]
        )
    assert all(map(np.array_equal, before, [v.numpy() for v in model.variables]))


# ----- what is computed once -----


@pytest.fixture
def computations(monkeypatch):
    """Count how often features of a frozen part are computed."""
    calls = []
    program = fine_tuning.prediction_program

    def spy(network):
        run = program(network)
        return lambda *args: calls.append(network.operations[-1].name) or run(*args)

    monkeypatch.setattr(fine_tuning, "prediction_program", spy)
    return calls


@pytest.mark.parametrize(
    ("kind", "settings", "n_computed"),
    [
        ("resnet", {"freeze": "features", "unfreeze_after": 2}, 1),
        ("plain", {"freeze": "features", "dense_units": (4,), "dropout": 0.5}, 1),
        ("resnet", {"freeze": 2, "early_stopping": True, "epochs": 3}, 2),
        ("dropout", {"freeze": "features", "precision": "float64"}, 1),
        ("plain", {"freeze": 1, "callbacks": [keras.callbacks.Callback()]}, 1),
        ("plain", {"freeze": "features", "augment": ("shift", "mixup")}, 0),
    ],
    ids=[
        "stages",
        "dropout-after",
        "early-stopping",
        "dropout",
        "callbacks",
        "augment",
    ],
)
def test_features_of_a_frozen_part_are_computed_once(
    sources, kind, settings, n_computed, computations, monkeypatch
):
    once = tuned(sources[kind], **settings)
    assert len(computations) == n_computed
    monkeypatch.setattr(fine_tuning, "_MAX_BYTES", 0)
    each_epoch = tuned(sources[kind], **settings)
    assert len(computations) == n_computed
    for first, second in zip(values(once), values(each_epoch), strict=True):
        np.testing.assert_allclose(first, second, atol=2e-5)
    for name, losses in each_epoch.history_.items():
        assert once.history_[name] == pytest.approx(losses, rel=1e-4)


def test_what_is_left_out_at_random_is_left_out_in_each_epoch(sources, computations):
    tuned(sources["dropout"], freeze="features")
    # up to the dropout in front of the first dense layer, and no further
    assert computations == ["features_flatten"]


def test_nothing_is_kept_where_the_output_needs_the_input(sources, computations):
    X, _ = data(seed=1)
    CNNEncoder(init_from=sources["plain"], freeze="features", **SMALL).fit(X)
    assert not computations


# ----- the second stage -----


def test_the_second_stage_trains_what_was_frozen(sources):
    source = sources["resnet"]
    first = tuned(source, freeze="features", epochs=2)
    whole = tuned(source, freeze="features", unfreeze_after=2)
    assert not any(changed(first, source))
    moved = dict(zip(taken_over(whole), changed(whole, source), strict=True))
    assert moved == {name: "batch_norm" not in name for name in moved}
    assert whole.n_iter_ == 4
    assert whole.history_["loss"][:2] == first.history_["loss"]
    # batch normalisation stays as it was learned
    for name, weights in taken_over(whole).items():
        if "batch_norm" in name:
            expected = source.model_.get_layer(name).get_weights()
            np.testing.assert_array_equal(weights, expected)


def test_the_second_stage_has_a_lower_rate(sources):
    source = sources["plain"]
    settings = {"freeze": "features", "unfreeze_after": 2, "optimizer": "sgd"}
    first = tuned(source, freeze="features", epochs=2, optimizer="sgd")

    def moves(factor, **more):
        model = tuned(source, unfreeze_factor=factor, **{**settings, **more})
        pairs = zip(values(model), values(first))
        return np.concatenate([(a - b).ravel() for a, b in pairs])

    low, high = moves(1e-3), moves(1e-2)
    assert np.linalg.norm(high) == pytest.approx(10 * np.linalg.norm(low), rel=0.02)
    schedule = keras.optimizers.schedules.ExponentialDecay(0.01, 100, 1.0)
    scheduled = moves(1e-2, optimizer=keras.optimizers.SGD(schedule))
    np.testing.assert_allclose(scheduled, high, atol=1e-7)


def test_a_warm_start_and_partial_fit_go_on_through_the_stages(sources):
    X, y = data(seed=1)
    settings = {"freeze": 2, "unfreeze_after": 2, "optimizer": "sgd"}
    whole = tuned(sources["plain"], X, y, **settings)
    parts = CNNClassifier(
        init_from=sources["plain"], **{**SMALL, **settings, "epochs": 1}
    )
    for _ in range(2):
        parts.partial_fit(X, y, classes=[0, 1])
    assert changed(parts, sources["plain"])[:2] == [False, False]
    parts = pickle.loads(pickle.dumps(parts)).set_params(warm_start=True, epochs=2)
    parts.fit(X, y)
    np.testing.assert_allclose(
        whole.predict_proba(X), parts.predict_proba(X), atol=1e-6
    )
    assert parts.n_iter_ == 4


def test_early_stopping_keeps_the_best_of_both_stages(sources):
    X, y = data(seed=1)
    settings = {"freeze": "features", "early_stopping": True, "n_iter_no_change": 2}
    validation = {"X_val": X, "y_val": y}
    begin = CNNClassifier(
        init_from=sources["plain"], **{**SMALL, **settings, "epochs": 3}
    ).fit(X, y, **validation)
    # a second stage that only makes things worse
    worse = CNNClassifier(
        init_from=sources["plain"],
        unfreeze_after=3,
        unfreeze_factor=1e3,
        **{**SMALL, **settings, "epochs": 20},
    ).fit(X, y, **validation)
    assert same(begin, worse)
    assert worse.n_iter_ == 5


class Interrupt(keras.callbacks.Callback):
    """Press Ctrl-C in the third epoch, and show what is being trained."""

    seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append((epoch, len(self.model.trainable_variables)))
        if epoch == 2:
            raise KeyboardInterrupt


@pytest.mark.parametrize("warm_start", [False, True])
def test_a_fit_that_fails_in_the_second_stage_leaves_all_as_it_was(sources, warm_start):
    X, y = data(seed=1)
    estimator = CNNClassifier(
        init_from=sources["plain"],
        freeze="features",
        warm_start=warm_start,
        **{**SMALL, "epochs": 2},
    ).fit(X, y)
    before, model = pickle.dumps(estimator), estimator.model_
    trainable = [layer.trainable for layer in model.layers]
    broken = {"unfreeze_after": 4 if warm_start else 2, "epochs": 4}
    parameters = estimator.get_params(deep=False)
    estimator._fitted.parameters["unfreeze_after"] = broken["unfreeze_after"]
    Interrupt.seen.clear()
    with pytest.raises(KeyboardInterrupt):
        estimator.set_params(callbacks=[Interrupt()], **broken).fit(X, y)
    assert Interrupt.seen == [(0, 2), (1, 2), (2, 8)]
    estimator.set_params(**parameters)
    estimator._fitted.parameters["unfreeze_after"] = None
    assert estimator.model_ is model
    assert [layer.trainable for layer in model.layers] == trainable
    assert pickle.dumps(estimator) == before


# ----- with scikit-learn -----


def test_clones_and_searches_keep_what_was_learned(sources):
    X, y = data(seed=1)
    estimator = CNNClassifier(init_from=sources["plain"], freeze=1, **SMALL)
    copy = clone(clone(estimator))
    assert copy.init_from is sources["plain"]
    assert same(copy.fit(X, y), estimator.fit(X, y))
    grid = {
        "freeze": [None, "features"],
        "init_from": [FrozenEstimator(sources[kind]) for kind in ("plain", "resnet")],
    }
    search = GridSearchCV(estimator, grid, cv=2, error_score="raise").fit(X, y)
    assert len(search.cv_results_["params"]) == 4
    assert hasattr(search.best_estimator_.init_from.estimator, "model_")
    model = sources["plain"].model_
    assert clone(CNNClassifier(init_from=model)).init_from is model


def test_pickles_predict_alike(sources):
    X, y = data(seed=1)
    estimator = tuned(sources["resnet"], freeze=3, unfreeze_after=2, warm_start=True)
    other = pickle.loads(pickle.dumps(estimator))
    np.testing.assert_array_equal(other.predict_proba(X), estimator.predict_proba(X))
    assert same(other.fit(X, y), estimator.fit(X, y))


def test_members_begin_alike_and_end_apart(sources):
    X, y = data(seed=1)
    estimator = tuned(
        sources["plain"], freeze=2, n_estimators=2, warm_start=True, dense_units=(3,)
    )
    first, second = estimator.estimators_
    for member in (first, second):
        assert changed(member, sources["plain"]) == [False, False, True]
    assert not same(first, second)
    assert estimator.fit(X, y).n_iter_ == 8
    with pytest.raises(ValueError, match="ensemble of 2 networks; give one of its"):
        tuned(estimator)
    assert tuned(estimator.estimators_[0]).n_iter_ == 4


def test_all_fits_share_programs(sources, monkeypatch):
    built = []
    program = programs.TrainingProgram.__init__

    def spy(self, *args, **kwargs):
        built.append(self)
        program(self, *args, **kwargs)

    monkeypatch.setattr(programs.TrainingProgram, "__init__", spy)
    settings = {"freeze": "features", "unfreeze_after": 1, "dense_units": (6,)}
    for seed in range(3):
        tuned(sources["resnet"], random_state=seed, **settings)
    assert [each.n_traces["train"] for each in built] == [1, 1]


def test_a_few_rows_learn_from_many():
    """Odd or even, from twenty digits, after a thousand whose digit was known."""
    X, y = load_digits(return_X_y=True)
    settings = {"image_shape": (8, 8), "random_state": 0}
    source = CNNClassifier(**settings, filters=(8, 16), dense_units=(32,), epochs=15)
    source.fit(X[:1000], y[:1000])
    few, rest = slice(1000, 1020), slice(1020, None)
    scratch = clone(source).set_params(epochs=60)
    begun = CNNClassifier(
        **settings, init_from=source, freeze="features", epochs=100, learning_rate=0.03
    )
    scores = [
        model.fit(X[few], y[few] % 2).score(X[rest], y[rest] % 2)
        for model in (scratch, begun)
    ]
    assert scores[1] > scores[0] + 0.02


# ----- networks of keras.applications -----

IMAGES = {"image_shape": (32, 32), **SMALL}


@pytest.fixture(scope="module")
def mobile_net(tmp_path_factory):
    """The path of weights that nobody trained."""
    network = keras.applications.MobileNet(
        weights=None, include_top=False, input_shape=(32, 32, 3)
    )
    path = tmp_path_factory.mktemp("weights") / "mobile_net.weights.h5"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        network.save_weights(path)
    return path, network


def grey(n_samples=12):
    X = np.random.default_rng(0).integers(0, 256, (n_samples, 32, 32), np.uint8)
    return X, np.arange(n_samples) % 2


def test_a_network_by_name(mobile_net):
    path, network = mobile_net
    X, y = grey()
    estimator = CNNClassifier(
        init_from="MobileNet", init_weights=path, freeze="features", **IMAGES
    ).fit(X, y)
    assert estimator.predict_proba(X).shape == (12, 2)
    # what the network's own preprocessing makes of the same values
    mean, deviation = (
        np.array(each) for each in ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))
    )
    colours = mean + deviation * ((X - X.mean()) / X.std())[..., np.newaxis]
    prepared = keras.applications.mobilenet.preprocess_input(colours)
    expected = network(prepared.astype("float32")).numpy().mean(axis=(1, 2))
    scores = estimator.model_.get_layer("scores")
    features = keras.Model(estimator.model_.inputs[0], scores.input)(
        X[..., None]
    ).numpy()
    np.testing.assert_allclose(features, expected, atol=1e-3)


@pytest.mark.parametrize("standardised", [False, True])
@pytest.mark.parametrize("name", ["MobileNetV2", "ResNet50", "DenseNet121"])
def test_channels_are_brought_into_the_units_of_a_network(name, standardised):
    module = {
        "MobileNetV2": keras.applications.mobilenet_v2,
        "ResNet50": keras.applications.resnet50,
        "DenseNet121": keras.applications.densenet,
    }[name]
    X = np.random.default_rng(0).uniform(0, 255, (2, 4, 4, 3))
    expected = module.preprocess_input(X.copy())
    if standardised:
        mean, deviation = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
        X = (X - mean) / deviation
    matrix, offset = _channel_conversion(
        getattr(keras.applications, name), 3, standardised
    )
    np.testing.assert_allclose(X @ matrix + offset, expected, atol=1e-4)


# ----- what is refused -----


def lambda_file(folder):
    """Write a file whose loading would run code."""
    inputs = keras.Input((12, 1))
    outputs = keras.layers.Lambda(lambda x: print("run") or x)(inputs)
    path = folder / "lambda.keras"
    keras.Model(inputs, outputs).save(path)
    return path


@keras_and_numpy_2
def test_a_file_runs_no_code(tmp_path, capsys):
    path = lambda_file(tmp_path)
    capsys.readouterr()
    with pytest.raises(ValueError, match="can't be loaded without running code"):
        tuned(path)
    assert capsys.readouterr() == ("", "")
    damaged = tmp_path / "damaged.keras"
    damaged.write_bytes(b"nothing")
    with pytest.raises(ValueError, match="or is damaged"):
        tuned(damaged)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"freeze": 1}, "freeze needs init_from=, the network to begin with"),
        ({"init_weights": "w.h5"}, "init_weights needs init_from="),
        ({"freeze": "all"}, "The 'freeze' parameter of CNNClassifier must be"),
        ({"init_from": 3}, "The 'init_from' parameter of CNNClassifier must be"),
        ({"init_from": CNNClassifier()}, "init_from is a CNNClassifier that isn't fit"),
        ({"init_from": "x.keras"}, "init_from='x.keras' isn't a file of a Keras model"),
        ({"init_from": "plain", "unfreeze_after": 2}, "unfreeze_after needs freeze="),
        ({"init_from": "plain", "filters": (8,)}, "filters is of a network that is bu"),
        ({"init_from": "plain", "pooling": "max"}, "pooling='max' has nothing to do"),
        ({"init_from": "plain", "freeze": 4}, "freeze=4 is more than the 3 layers"),
        (
            {"init_from": "plain", "freeze": 1, "unfreeze_after": 4},
            "unfreeze_after=4 leaves none of the 4 epochs",
        ),
        ({"init_from": "plain", "init_weights": "w.h5"}, "init_weights is for a netwo"),
        ({"init_from": "ResNet50"}, "init_from='ResNet50' needs init_weights="),
        (
            {"init_from": "ResNet5O", "init_weights": "w.h5"},
            "nor a network of keras.applications; did you mean 'ResNet50'",
        ),
        (
            {"init_from": "ResNet50", "init_weights": "w.h5"},
            "takes images of 1 or 3 channels, but X has rows of shape",
        ),
        ({"init_from": keras.Sequential()}, "init_from must be a functional or seq"),
    ],
    ids=str,
)
def test_errors_name_the_parameter_and_the_fix(sources, settings, sentence):
    if settings.get("init_from") == "plain":
        settings = {**settings, "init_from": sources["plain"]}
    X, y = data()
    estimator = CNNClassifier(**{**SMALL, **settings})
    before = dict(vars(estimator))
    with pytest.raises(ValueError, match=sentence.replace("(", r"\(")) as error:
        estimator.fit(X, y)
    assert "\n" not in str(error.value)
    assert vars(estimator) == before


def test_rows_of_another_shape_and_other_estimators(sources):
    X, y = data()
    with pytest.raises(ValueError, match=r"takes rows of shape \(12, 1\), but X has"):
        tuned(sources["plain"], X[:, :11], y)
    recommender = EASERecommender().fit(np.eye(4))
    with pytest.raises(ValueError, match="EASERecommender, which has no Keras model"):
        tuned(recommender)


def test_networks_by_name_that_do_not_fit(mobile_net, tmp_path):
    path, _ = mobile_net
    X, y = grey()

    def fit(name="MobileNet", weights=path, **settings):
        settings = {**IMAGES, "init_from": name, "init_weights": weights, **settings}
        CNNClassifier(**settings).fit(X, y)

    with pytest.raises(ValueError, match="isn't a file; give the path of weights"):
        fit(weights=tmp_path / "missing.h5")
    with pytest.raises(ValueError, match="doesn't hold the weights of MobileNetV2"):
        fit(name="MobileNetV2")
    X = X.reshape(12, -1)
    with pytest.raises(ValueError, match=r"can't take images of shape \(16, 64, 1\)"):
        fit(image_shape=(16, 64))

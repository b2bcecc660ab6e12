"""augment= and test_time_augmentation= of the convolutional estimators."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from skmed import CNNClassifier, CNNEncoder, CNNRegressor
from skmed._keras.training import trainer

SMALL = {"filters": (2, 3), "dense_units": (4,), "epochs": 2, "random_state": 0}
EVERYTHING = {
    1: ("shift", "zoom", "flip", "warp", "contrast", "noise", "cutout", "mixup"),
    2: ("shift", "rotation", "zoom", "flip", "contrast", "noise", "cutout", "mixup"),
    3: ("shift", "rotation", "zoom", "flip", "contrast", "noise", "cutout", "mixup"),
}
SHAPES = {1: (12, 1), 2: (7, 8, 1), 3: (3, 5, 6, 1)}


def data(rank, n_samples=40, seed=0):
    X = np.random.default_rng(seed).normal(size=(n_samples, *SHAPES[rank]))
    return X, (X.reshape(n_samples, -1)[:, 0] > 0).astype(int)


def outputs(estimator, X):
    for name in ("predict_proba", "predict", "transform"):
        if hasattr(estimator, name):
            return getattr(estimator, name)(X)


def weights(estimator):
    return [v.numpy() for v in estimator.model_.variables]


def same(first, second):
    return all(map(np.array_equal, weights(first), weights(second)))


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("cls", [CNNClassifier, CNNRegressor, CNNEncoder])
def test_everything_at_once_is_seeded(cls, rank):
    X, y = data(rank)
    settings = {**SMALL, "augment": EVERYTHING[rank], "test_time_augmentation": 3}
    first, second = (cls(**settings).fit(X, y) for _ in "ab")
    np.testing.assert_array_equal(outputs(first, X), outputs(second, X))
    assert np.all(np.isfinite(outputs(first, X)))
    other = cls(**{**settings, "random_state": 1}).fit(X, y)
    assert not np.array_equal(outputs(first, X), outputs(other, X))
    plain = cls(**SMALL).fit(X, y)
    assert not same(first, plain)
    # the network is the same one: changes of rows are no part of it
    assert [v.shape for v in plain.model_.variables] == [
        v.shape for v in first.model_.variables
    ]


def test_supervised_codes_are_mixed_too():
    X, y = data(1)
    encoder = CNNEncoder(objective="classification", augment="mixup", **SMALL)
    assert encoder.fit(X, y).transform(X).shape == (40, 32)


@pytest.mark.parametrize("precision", ["float64", "mixed"])
def test_in_every_precision(precision):
    X, y = data(2)
    classifier = CNNClassifier(
        **SMALL,
        precision=precision,
        augment=EVERYTHING[2],
        test_time_augmentation=2,
    ).fit(X, y)
    assert np.all(np.isfinite(classifier.predict_proba(X)))


def test_strengths_are_data_of_one_program(monkeypatch):
    programs = []
    original = trainer.training_program

    def spy(*args, **kwargs):
        programs.append(original(*args, **kwargs))
        return programs[-1]

    monkeypatch.setattr(trainer, "training_program", spy)
    X, y = data(1)
    fits = [
        CNNClassifier(**SMALL, augment=augment).fit(X, y)
        for augment in ({"noise": 0.1}, {"noise": 0.3}, "noise", ("noise",), None)
    ]
    assert len(set(map(id, programs[:4]))) == 1
    assert programs[0].n_traces["train"] == 1
    assert programs[4] is not programs[0]
    assert same(fits[0], fits[2])
    assert same(fits[0], fits[3])
    assert not same(fits[0], fits[1])


def test_every_epoch_draws_anew_and_a_warm_start_goes_on():
    X, y = data(1)
    settings = {**SMALL, "augment": ("noise", "mixup"), "epochs": 4}
    whole = CNNClassifier(**settings).fit(X, y)
    parts = CNNClassifier(**{**settings, "epochs": 2}, warm_start=True)
    parts.fit(X, y).fit(X, y)
    assert same(whole, parts)


def test_validation_rows_are_not_changed():
    X, y = data(1)
    still = {**SMALL, "optimizer": "sgd", "learning_rate": 1e-12}
    fits = [
        CNNClassifier(**still, augment=augment).fit(X, y, X_val=X, y_val=y)
        for augment in (None, {"noise": 3.0})
    ]
    plain, noisy = (fit.history_ for fit in fits)
    np.testing.assert_allclose(noisy["val_loss"], plain["val_loss"], rtol=1e-6)
    assert noisy["loss"][0] != pytest.approx(plain["loss"][0], rel=1e-3)


def test_mirrored_rows_are_learned():
    """The sign of the slope says the class, but for rows that come mirrored."""
    rng = np.random.default_rng(0)
    X = rng.normal(scale=0.2, size=(60, 16))
    y = np.arange(60) % 2
    X[y == 1] += np.linspace(-2, 2, 16)
    settings = {**SMALL, "epochs": 60, "learning_rate": 0.01, "filters": (8, 8)}
    plain, flipped = (
        CNNClassifier(**settings, augment=augment).fit(X, y).score(X[:, ::-1], y)
        for augment in (None, "flip")
    )
    assert plain < 0.9 < 0.95 < flipped


def test_views_do_not_depend_on_order_and_number_of_rows():
    X, y = data(2)
    classifier = CNNClassifier(
        **SMALL, augment=("shift", "noise", "flip"), test_time_augmentation=5
    ).fit(X, y)
    expected = classifier.predict_proba(X)
    np.testing.assert_allclose(expected.sum(axis=1), 1, rtol=1e-6)
    single = [classifier.predict_proba(X[[i]])[0] for i in (7, 3)]
    np.testing.assert_allclose(single, expected[[7, 3]], atol=1e-6)
    stored = pickle.loads(pickle.dumps(classifier))
    np.testing.assert_array_equal(stored.predict_proba(X), expected)
    alone = clone(classifier).set_params(test_time_augmentation=1).fit(X, y)
    assert same(alone, classifier)
    assert not np.allclose(alone.predict_proba(X), expected, atol=1e-4)

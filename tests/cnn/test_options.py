"""The promises of the design, for every architecture with every option."""

import pickle

import keras
import numpy as np
import pytest
from sklearn.base import clone

from skmed import CNNClassifier
from skmed._keras.training import trainer

SHAPES = {1: (9, 1), 2: (6, 5, 1), 3: (3, 4, 4, 1)}
SMALL = {"epochs": 2, "batch_size": 8, "random_state": 0}
SIZES = {
    "plain": {"filters": (2,)},
    "resnet": {"filters": (2,)},
    "inception": {"filters": (2,), "depth": 1, "kernel_size": 4},
}
EVERYTHING = ("shift", "zoom", "flip", "contrast", "noise", "cutout", "mixup")

# option -> rank of the rows, settings
OPTIONS = {
    "default": (1, {}),
    "flatten": (2, {"pooling": "flatten"}),
    "max": (3, {"pooling": "max"}),
    "attention": (1, {"pooling": "attention", "activation": "gelu"}),
    "sizes": (2, {"filters": (2, 3), "depth": 2, "kernel_size": 2, "pool_size": 3}),
    "dense": (3, {"dense_units": (3,), "dropout": 0.3}),
    "skips": (1, {"stochastic_depth": 0.5}),
    "changes": (2, {"augment": (*EVERYTHING, "rotation")}),
    "warps": (1, {"augment": {"warp": 0.1, "mixup": 0.4}}),
    "views": (3, {"augment": ("shift", "noise"), "test_time_augmentation": 3}),
    "labels": (1, {"label_smoothing": 0.1, "class_weight": "balanced"}),
    "focal": (2, {"loss": "focal", "optimizer": "sgd", "weight_decay": 0.01}),
    "one cycle": (1, {"learning_rate_schedule": "one_cycle"}),
    "stopping": (2, {"early_stopping": True, "validation_fraction": 0.4}),
    "members": (1, {"n_estimators": 2}),
    "raw": (3, {"normalize": None}),
    "double": (1, {"precision": "float64"}),
    "mixed": (2, {"precision": "mixed"}),
    "flat": (2, {"image_shape": (6, 5)}),
    "begun": (1, {"freeze": 1, "unfreeze_after": 1}),
}
EACH = [
    pytest.param(architecture, *settings, id=f"{architecture}-{option}")
    for architecture in ("plain", "resnet", "inception")
    for option, settings in OPTIONS.items()
    if (architecture, option) != ("plain", "skips")
]


class Interrupt(keras.callbacks.Callback):
    """Press Ctrl-C in the second epoch."""

    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


@pytest.fixture
def programs(monkeypatch):
    """The training programs that are used; Keras's own loop must not be."""
    used = []
    original = trainer.training_program

    def spy(*args, **kwargs):
        used.append(original(*args, **kwargs))
        return used[-1]

    def refused(*args, **kwargs):
        raise AssertionError("Model.fit or Model.predict was called")

    monkeypatch.setattr(trainer, "training_program", spy)
    monkeypatch.setattr(keras.Model, "fit", refused)
    monkeypatch.setattr(keras.Model, "predict", refused)
    return used


def rows(rank):
    """Return rows, classes, and weights of which every fourth is zero."""
    X = np.random.default_rng(0).integers(0, 200, (24, *SHAPES[rank]))
    return X.astype(np.uint8), np.arange(24) % 3, np.arange(24) % 4 / 2


def make(architecture, X, y, option):
    """Return an estimator with an option."""
    settings = {"architecture": architecture, **SIZES[architecture], **SMALL}
    if "freeze" in option:
        source = CNNClassifier(**settings).fit(X, y == 0)
        return CNNClassifier(init_from=source, **SMALL, **option)
    return CNNClassifier(**{**settings, **option})


@pytest.mark.parametrize(("architecture", "rank", "option"), EACH)
def test_every_promise(architecture, rank, option, programs):
    X, y, weight = rows(rank)
    if rank == 1:
        # bytes of rank three would be images
        X = X.astype(np.float32)
    if "image_shape" in option:
        X = X.reshape(len(X), -1)
    estimator = make(architecture, X, y, option).fit(X, y, sample_weight=weight)
    expected = estimator.predict_proba(X)
    assert expected.shape == (24, 3)
    half = option.get("precision") == "mixed"
    np.testing.assert_allclose(expected.sum(axis=1), 1, atol=1e-2 if half else 1e-5)

    # 4: neither order nor number of rows matter
    some = np.random.default_rng(1).permutation(24)[:5]
    for part in (some, some[:1]):
        got = estimator.predict_proba(X[part])
        np.testing.assert_allclose(got, expected[part], atol=1e-2 if half else 1e-5)

    # 3 and 5: one seed gives one model, and a weight of zero is an absent row
    present = weight > 0
    again = clone(estimator)
    again.fit(X[present], y[present], sample_weight=weight[present])
    np.testing.assert_array_equal(again.predict_proba(X), expected)
    other = clone(estimator).set_params(random_state=1)
    assert not np.array_equal(other.fit(X, y).predict_proba(X), expected)

    # 7: pickles, and fits that are broken off
    stored = pickle.dumps(estimator)
    copy = pickle.loads(stored)
    np.testing.assert_array_equal(copy.predict_proba(X), expected)
    estimator.set_params(callbacks=[Interrupt()])
    with pytest.raises(KeyboardInterrupt):
        estimator.fit(X[::-1], y)
    estimator.set_params(callbacks=None)
    assert pickle.dumps(estimator) == stored
    np.testing.assert_array_equal(estimator.predict_proba(X), expected)

    # all of it on shared programs, traced once
    assert all(program.is_shared for program in programs)
    assert {program.n_traces["train"] for program in programs} == {1}

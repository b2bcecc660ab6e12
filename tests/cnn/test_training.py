"""The training of convolutional estimators: rates, stopping, going on, callbacks."""

from pathlib import Path
from runpy import run_path

import keras
import numpy as np
import pytest

from skmed import CNNClassifier, CNNEncoder, CNNRegressor

SHARED = run_path(str(Path(__file__).with_name("test_estimators.py")))
SMALL, images, outputs = SHARED["SMALL"], SHARED["images"], SHARED["outputs"]
keras_and_numpy_2 = SHARED["keras_and_numpy_2"]


def learn(**changes):
    X, y = images(60, 6)
    settings = {**SMALL, "epochs": 6, "learning_rate": 0.01, **changes}
    return CNNClassifier(**settings).fit(X, y)


def weights(estimator):
    return [v.numpy() for v in estimator.model_.trainable_variables]


def same_weights(one, other):
    return all(np.array_equal(a, b) for a, b in zip(weights(one), weights(other)))


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


def test_weight_decay_shrinks_weights():
    sizes = [
        np.abs(weights(learn(weight_decay=decay, epochs=20))[0]).sum()
        for decay in (None, 1.0, 10.0)
    ]
    assert sizes[0] > sizes[1] > sizes[2]
    assert same_weights(learn(weight_decay=0.0), learn())


def test_a_schedule_ends_where_the_epochs_end():
    # the last of many cosine steps is next to nothing
    X, y = images(60, 6)
    classifier = CNNClassifier(
        **{**SMALL, "epochs": 40, "learning_rate": 0.05},
        learning_rate_schedule="cosine",
    ).fit(X, y)
    losses = classifier.history_["loss"]
    assert abs(losses[-1] - losses[-2]) < 0.01 * abs(losses[0] - losses[-1])


def test_a_schedule_of_keras():
    steps = keras.optimizers.schedules.PiecewiseConstantDecay([7], [0.01, 0.0])
    optimizer = keras.optimizers.SGD(steps)
    stopped = learn(optimizer=optimizer, learning_rate=None, epochs=6)
    # four steps an epoch: nothing moves after the second
    losses = stopped.history_["loss"]
    assert losses[2:] == pytest.approx([losses[2]] * 4, rel=1e-6)
    assert losses[0] != losses[1] != losses[2]


def test_an_optimizer_is_copied():
    optimizer = keras.optimizers.Adam(0.01)
    first, second = (learn(optimizer=optimizer, learning_rate=None) for _ in "ab")
    assert same_weights(first, second)
    assert same_weights(first, learn())
    assert not optimizer.built
    assert first.optimizer is optimizer


def test_dropout_acts_in_training_only():
    classifier = learn(dropout=0.9, epochs=1)
    X, _ = images(60, 6)
    first, second = (classifier.predict_proba(X) for _ in "ab")
    np.testing.assert_array_equal(first, second)


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


# ----- early stopping -----


def test_early_stopping_keeps_the_best_weights():
    X, y = images(60, 6)
    X_val, y_val = images(40, 6, seed=1)
    settings = {**SMALL, "learning_rate": 0.05, "n_iter_no_change": 4, "tol": 0.0}
    settings |= {"dense_units": (16,), "epochs": 60}
    stopped = CNNClassifier(**settings, early_stopping=True)
    stopped.fit(X, y, X_val=X_val, y_val=y_val)
    losses = stopped.history_["val_loss"]
    best = int(np.argmin(losses)) + 1
    assert stopped.n_iter_ == len(losses) == best + 4 < 60
    # the weights are those of a fit that ran this long and no longer
    shorter = CNNClassifier(**{**settings, "epochs": best}).fit(X, y)
    assert same_weights(stopped, shorter)


def test_early_stopping_holds_out_by_class():
    X, y = images(60, 6)
    y = np.where(np.arange(60) < 50, "many", "few")
    classifier = CNNClassifier(
        **{**SMALL, "epochs": 3}, early_stopping=True, validation_fraction=0.2
    ).fit(X, y)
    assert len(classifier.history_["val_loss"]) == 3
    assert classifier.classes_.tolist() == ["few", "many"]


def test_validation_rows_are_watched_without_early_stopping():
    X, y = images(60, 6)
    watched = CNNClassifier(**SMALL).fit(X, y, X_val=X[:10], y_val=y[:10])
    assert list(watched.history_) == ["loss", "val_loss"]
    assert same_weights(watched, CNNClassifier(**SMALL).fit(X, y))


def test_tolerance_and_patience():
    X, y = images(60, 6)
    for patience in (1, 3):
        classifier = CNNClassifier(
            **{**SMALL, "epochs": 20},
            early_stopping=True,
            n_iter_no_change=patience,
            tol=100.0,
        ).fit(X, y)
        # the first epoch is better than nothing, none is better by a hundred
        assert classifier.n_iter_ == patience + 1


# ----- going on -----


def test_a_warm_start_goes_on_where_the_last_fit_ended():
    X, y = images(60, 6)
    settings = {**SMALL, "learning_rate": 0.01, "dropout": 0.3}
    whole = CNNClassifier(**{**settings, "epochs": 6}).fit(X, y)
    parts = CNNClassifier(**{**settings, "epochs": 2}, warm_start=True)
    for epochs in (2, 4, 6):
        parts.fit(X, y)
        assert parts.n_iter_ == epochs == len(parts.history_["loss"])
    assert same_weights(parts, whole)
    assert parts.history_ == whole.history_
    parts.set_params(warm_start=False).fit(X, y)
    assert parts.n_iter_ == 2


@pytest.mark.parametrize("cls", [CNNClassifier, CNNRegressor, CNNEncoder])
def test_partial_fit_is_one_more_epoch(cls):
    X, y = images(60, 6)
    settings = {**SMALL, "learning_rate": 0.01, "epochs": 3}
    whole = cls(**settings).fit(X, y)
    parts = cls(**settings)
    classes = {"classes": [0, 1]} if cls is CNNClassifier else {}
    for _ in range(3):
        parts.partial_fit(X, y, **classes)
    assert parts.n_iter_ == 3
    assert same_weights(parts, whole)


def test_partial_fit_knows_classes_that_have_not_come_yet():
    X, y = images(60, 6)
    words = np.array(["a", "b", "c"])
    classifier = CNNClassifier(**SMALL)
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        classifier.partial_fit(X, words[y])
    classifier.partial_fit(X, words[y], classes=words)
    assert classifier.predict_proba(X).shape == (60, 3)
    classifier.partial_fit(X[:5], np.full(5, "c"))
    assert classifier.n_iter_ == 2
    for wrong in (["a", "b"], ["a", "b", "d"]):
        with pytest.raises(ValueError, match="as in the first call"):
            classifier.partial_fit(X, words[y], classes=wrong)
    with pytest.raises(ValueError, match=r"'z'.*not among the classes"):
        classifier.partial_fit(X[:1], ["z"])
    assert classifier.n_iter_ == 2
    assert CNNClassifier(**SMALL).fit(X, words[y]).partial_fit(X, words[y]).n_iter_ == 3


def test_a_rate_may_change_between_parts():
    X, y = images(60, 6)
    classifier = CNNClassifier(**SMALL).fit(X, y)
    before = weights(classifier)
    classifier.set_params(learning_rate=1e-12).partial_fit(X, y)
    for now, then in zip(weights(classifier), before):
        np.testing.assert_allclose(now, then, atol=1e-9)


# ----- callbacks -----


def test_keras_early_stopping():
    stop = keras.callbacks.EarlyStopping("loss", min_delta=100.0, patience=1)
    before = dict(vars(stop))
    # a second fit finds the callback as it was
    for callbacks in ([stop], (stop,)):
        assert learn(callbacks=callbacks, epochs=20).n_iter_ == 2
    assert vars(stop) == before


def test_keras_restores_best_weights():
    X, y = images(60, 6)
    X_val, y_val = images(40, 6, seed=1)
    settings = {**SMALL, "learning_rate": 0.05, "dense_units": (16,), "epochs": 25}
    restore = keras.callbacks.EarlyStopping(
        "val_loss", patience=30, restore_best_weights=True
    )
    classifier = CNNClassifier(**settings, callbacks=[restore])
    classifier.fit(X, y, X_val=X_val, y_val=y_val)
    best = int(np.argmin(classifier.history_["val_loss"])) + 1
    assert best < 25
    shorter = CNNClassifier(**{**settings, "epochs": best}).fit(X, y)
    assert same_weights(classifier, shorter)


@keras_and_numpy_2
def test_reduce_the_rate_on_a_plateau():
    plateau = keras.callbacks.ReduceLROnPlateau(
        "loss", factor=1e-12, patience=1, min_delta=100.0
    )
    losses = learn(callbacks=[plateau], epochs=6).history_["loss"]
    assert losses[1] != pytest.approx(losses[2], rel=1e-4)
    assert losses[3:] == pytest.approx([losses[3]] * 3, rel=1e-5)


@keras_and_numpy_2
def test_a_learning_rate_scheduler():
    rates = []

    def of_epoch(epoch, rate):
        rates.append(rate)
        return rate * 0.5

    classifier = learn(callbacks=[keras.callbacks.LearningRateScheduler(of_epoch)])
    assert rates == pytest.approx([0.01 * 0.5**i for i in range(6)])
    assert not same_weights(classifier, learn())


@keras_and_numpy_2
def test_checkpoints(tmp_path):
    path = tmp_path / "{epoch:02d}.keras"
    classifier = learn(epochs=3, callbacks=[keras.callbacks.ModelCheckpoint(str(path))])
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        *(f"0{epoch}.keras" for epoch in (1, 2, 3))
    ]
    for epoch in (1, 2, 3):
        stored = keras.models.load_model(tmp_path / f"0{epoch}.keras")
        expected = learn(epochs=epoch).model_
        for got, wanted in zip(stored.variables, expected.variables):
            np.testing.assert_array_equal(got.numpy(), wanted.numpy())
    assert same_weights(classifier, learn(epochs=3))


@pytest.mark.parametrize(
    "settings", [{}, {"learning_rate_schedule": "cosine"}, {"augment": "mixup"}]
)
def test_callbacks_that_act_on_batches_change_nothing(settings):
    seen = []
    spy = keras.callbacks.LambdaCallback(
        on_train_batch_begin=lambda batch, logs: seen.append(batch),
        on_train_batch_end=lambda batch, logs: seen.append(logs["loss"]),
    )
    settings = {"dropout": 0.3, **settings}
    watched, plain = learn(callbacks=[spy], **settings), learn(**settings)
    assert seen[0::2] == [0, 1, 2, 3] * 6
    assert all(loss > 0 for loss in seen[1::2])
    for got, expected in zip(weights(watched), weights(plain)):
        np.testing.assert_allclose(got, expected, atol=1e-6)
    np.testing.assert_allclose(
        watched.history_["loss"], plain.history_["loss"], rtol=1e-5
    )


def test_a_callback_sees_the_true_weights_and_may_change_them():
    class Zero(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            kernel = self.model.trainable_variables[0]
            assert not np.array_equal(kernel.numpy(), np.zeros(kernel.shape))
            kernel.assign(np.zeros(kernel.shape))

    assert not weights(learn(callbacks=[Zero()]))[0].any()


def test_a_callback_stops_at_a_batch():
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = batch == 1

    assert learn(callbacks=[Stop()]).n_iter_ == 1

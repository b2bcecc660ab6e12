"""Fits: held-out samples, warm starts and partial fits."""

from pathlib import Path
from runpy import run_path

import numpy as np
import pytest

from skmed import CNNClassifier, CNNEncoder, CNNRegressor

SHARED = run_path(str(Path(__file__).parents[2] / "small_cnn.py"))
SMALL, images, weights = SHARED["SMALL"], SHARED["images"], SHARED["weights"]
same_weights = SHARED["same_weights"]


def test_early_stopping_holds_out_by_class():
    X, y = images(60, 6)
    y = np.where(np.arange(60) < 50, "many", "few")
    classifier = CNNClassifier(
        **{**SMALL, "epochs": 3}, early_stopping=True, validation_fraction=0.2
    ).fit(X, y)
    assert len(classifier.history_["val_loss"]) == 3
    assert classifier.classes_.tolist() == ["few", "many"]


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

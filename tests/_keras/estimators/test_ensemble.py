"""Several networks behind one estimator."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from skmed import CNNClassifier, CNNEncoder, CNNRegressor
from skmed._keras.estimators.ensemble import _mean_history

SMALL = {"filters": (2,), "dense_units": (3,), "epochs": 2, "random_state": 0}


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 6))
    return X, (X[:, 0] > 0).astype(int)


def outputs(estimator, X):
    return getattr(estimator, "predict_proba", estimator.predict)(X)


@pytest.mark.parametrize("cls", [CNNClassifier, CNNRegressor])
def test_predictions_are_the_mean_of_the_members(rows, cls):
    X, y = rows
    estimator = cls(**SMALL, n_estimators=3).fit(X, 10 * y)
    members = np.stack([outputs(member, X) for member in estimator.estimators_])
    assert len(members) == 3
    assert members.std(axis=0).min() > 0
    np.testing.assert_allclose(outputs(estimator, X), members.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(
        estimator.predict_std(X), members.std(axis=0), rtol=1e-3, atol=1e-6
    )
    # the published model says the same, in the units that networks have
    got = estimator.model_(X[..., None].astype(np.float32)).numpy()
    np.testing.assert_allclose(got, estimator._outputs(X), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("precision", ["float64", "mixed"])
def test_in_every_precision(rows, precision):
    X, y = rows
    classifier = CNNClassifier(**SMALL, n_estimators=2, precision=precision).fit(X, y)
    expected = "float64" if precision == "float64" else "float32"
    assert classifier.predict_proba(X).dtype == expected


def test_one_seed_gives_one_ensemble(rows):
    X, y = rows
    ensemble = CNNClassifier(**SMALL, n_estimators=2).fit(X, y)
    expected = ensemble.predict_proba(X)
    np.testing.assert_array_equal(clone(ensemble).fit(X, y).predict_proba(X), expected)
    first = CNNClassifier(**SMALL).fit(X, y)
    assert not np.array_equal(first.predict_proba(X), expected)


def test_a_stored_ensemble_predicts_the_same(rows):
    X, y = rows
    ensemble = CNNRegressor(**SMALL, n_estimators=2).fit(X, y)
    stored = pickle.loads(pickle.dumps(ensemble))
    np.testing.assert_array_equal(stored.predict(X), ensemble.predict(X))
    np.testing.assert_array_equal(stored.predict_std(X), ensemble.predict_std(X))
    np.testing.assert_array_equal(
        *(e.model_(X[..., None].astype(np.float32)).numpy() for e in (stored, ensemble))
    )


def test_a_warm_start_goes_on_with_every_member(rows):
    X, y = rows
    whole = CNNClassifier(**{**SMALL, "epochs": 4}, n_estimators=2).fit(X, y)
    parts = CNNClassifier(**SMALL, n_estimators=2, warm_start=True).fit(X, y).fit(X, y)
    np.testing.assert_array_equal(whole.predict_proba(X), parts.predict_proba(X))
    assert parts.n_iter_ == 4
    assert parts.partial_fit(X, y).n_iter_ == 5
    with pytest.raises(ValueError, match=r"n_estimators was 2 .* set it back"):
        parts.set_params(n_estimators=1).fit(X, y)
    assert parts.set_params(n_estimators=2).n_iter_ == 5


def test_a_failed_fit_moves_no_member(rows):
    X, y = rows
    ensemble = CNNRegressor(**SMALL, n_estimators=2, warm_start=True).fit(X, y)
    expected = ensemble.predict(X)
    with pytest.raises(ValueError, match="loss became"):
        ensemble.set_params(learning_rate=1e30, optimizer="sgd", epochs=20).fit(X, y)
    np.testing.assert_array_equal(ensemble.predict(X), expected)


def test_the_number_of_networks_may_change_between_fits(rows):
    X, y = rows
    classifier = CNNClassifier(**SMALL)
    expected = classifier.fit(X, y).predict_proba(X)
    classifier.set_params(n_estimators=2).fit(X, y)
    assert len(classifier.estimators_) == 2
    classifier.set_params(n_estimators=1).fit(X, y)
    assert not hasattr(classifier, "estimators_")
    np.testing.assert_array_equal(classifier.predict_proba(X), expected)


def test_members_stop_early_on_their_own(rows):
    X, y = rows
    settings = {**SMALL, "epochs": 30, "learning_rate": 0.05, "n_iter_no_change": 2}
    ensemble = CNNClassifier(**settings, n_estimators=3, early_stopping=True).fit(X, y)
    lengths = [member.n_iter_ for member in ensemble.estimators_]
    assert ensemble.n_iter_ == max(lengths) == len(ensemble.history_["val_loss"])


def test_mean_history():
    histories = [{"loss": [1.0, 2.0, 6.0]}, {"loss": [3.0]}]
    assert _mean_history(histories) == {"loss": [2.0, 2.0, 6.0]}


def test_one_network_has_no_deviation_and_codes_are_not_averaged():
    with pytest.raises(AttributeError) as raised:
        CNNClassifier().predict_std  # noqa: B018
    assert "n_estimators above 1" in str(raised.value.__cause__)
    assert "n_estimators" not in CNNEncoder().get_params()

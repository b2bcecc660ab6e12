"""The comparison that the examples share, with models that need no Keras."""

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import recall_score, roc_auc_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skmed.demo._compare import compare


@pytest.fixture(scope="module")
def data():
    X, y = make_classification(300, class_sep=0.7, random_state=0)
    return (X[:200], y[:200]), (X[200:], y[200:])


PIPELINE = Pipeline([("scale", "passthrough"), ("model", DummyClassifier())])
FAMILIES = {
    "guess": {"model": [DummyClassifier()], "model__strategy": ["prior", "uniform"]},
    "linear": {
        "scale": [StandardScaler()],
        "model": [LogisticRegression()],
        "model__C": [1e-4, 1e-2, 1.0],
    },
}


@pytest.fixture(scope="module")
def outcome(data):
    cv = StratifiedKFold(3, shuffle=True, random_state=0)
    return compare(PIPELINE, FAMILIES, *data, cv=cv)


def test_rows(outcome):
    rows, models, chosen = outcome
    assert chosen == "linear"
    assert [row.chosen for row in rows] == [False, False, True, True]
    assert [row.judged_on for row in rows] == ["cross-validation", "test set"] * 2
    assert list(models) == ["guess", "linear"]
    assert rows[0].scores["ROC AUC"] == 0.5


def test_cross_validation_figures_are_those_of_a_search_of_its_own(outcome, data):
    rows, models, _ = outcome
    cv = StratifiedKFold(3, shuffle=True, random_state=0)
    search = GridSearchCV(PIPELINE, FAMILIES["linear"], scoring="roc_auc", cv=cv)
    search.fit(*data[0])
    assert rows[2].scores["ROC AUC"] == pytest.approx(search.best_score_)
    assert search.best_params_["model__C"] == models["linear"]["model"].C


def test_test_figures(outcome, data):
    rows, models, _ = outcome
    X, y = data[1]
    scores, model = rows[3].scores, models["linear"]
    assert scores["accuracy"] == pytest.approx(np.mean(model.predict(X) == y))
    assert scores["ROC AUC"] == pytest.approx(
        roc_auc_score(y, model.predict_proba(X)[:, 1])
    )
    assert scores["sensitivity"] == pytest.approx(recall_score(y, model.predict(X)))
    assert scores["specificity"] == pytest.approx(
        recall_score(1 - y, 1 - model.predict(X))
    )


def test_test_labels_change_no_choice(outcome, data):
    train, (X, y) = data
    cv = StratifiedKFold(3, shuffle=True, random_state=0)
    rows, _, chosen = compare(PIPELINE, FAMILIES, train, (X, 1 - y), cv=cv)
    assert chosen == outcome[2]
    assert [row.scores for row in rows[::2]] == [row.scores for row in outcome[0][::2]]


def test_arguments_stay_as_they_were(outcome):
    assert PIPELINE["scale"] == "passthrough"
    assert not hasattr(FAMILIES["linear"]["model"][0], "coef_")

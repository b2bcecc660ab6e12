"""The comparison of models of the examples, with models of scikit-learn."""

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import recall_score, roc_auc_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skmed.demo._compare import compare_by_group, compare_pipelines, split_by_group


@pytest.fixture(scope="module")
def data():
    X, y = make_classification(300, class_sep=0.7, random_state=0)
    return (X[:200], y[:200]), (X[200:], y[200:])


PIPELINE = Pipeline([("scale", "passthrough"), ("model", DummyClassifier())])
GRIDS = {
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
    return compare_pipelines(PIPELINE, GRIDS, *data, cv=cv)


def test_rows(outcome):
    rows, models, chosen = outcome
    assert chosen == "linear"
    assert [row.chosen for row in rows] == [False, False, True, True]
    assert [row.evaluated_on for row in rows] == ["cross-validation", "test set"] * 2
    assert list(models) == ["guess", "linear"]
    assert rows[0].scores["ROC AUC"] == 0.5


def test_cross_validation_scores_equal_a_separate_search(outcome, data):
    rows, models, _ = outcome
    cv = StratifiedKFold(3, shuffle=True, random_state=0)
    search = GridSearchCV(PIPELINE, GRIDS["linear"], scoring="roc_auc", cv=cv)
    search.fit(*data[0])
    assert rows[2].scores["ROC AUC"] == pytest.approx(search.best_score_)
    assert search.best_params_["model__C"] == models["linear"]["model"].C


def test_test_scores(outcome, data):
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


def test_test_labels_do_not_change_the_choice(outcome, data):
    train, (X, y) = data
    cv = StratifiedKFold(3, shuffle=True, random_state=0)
    rows, _, chosen = compare_pipelines(PIPELINE, GRIDS, train, (X, 1 - y), cv=cv)
    assert chosen == outcome[2]
    assert [row.scores for row in rows[::2]] == [row.scores for row in outcome[0][::2]]


def test_arguments_are_not_modified(outcome):
    assert PIPELINE["scale"] == "passthrough"
    assert not hasattr(GRIDS["linear"]["model"][0], "coef_")


def test_groups_are_in_one_set_only(data):
    (X, y), _ = data
    groups = np.arange(200) // 4
    train, test = split_by_group(X, y, groups, test_size=0.25, random_state=0)
    assert not set(train.groups) & set(test.groups)
    assert len(train) + len(test) == len(train.X) + len(test.y) == 200
    candidates = {
        "guess": (DummyClassifier(), {}),
        "linear": (LogisticRegression(), {"C": [1e-2, 1.0]}),
    }
    rows, models, chosen = compare_by_group(
        candidates, train, test, metric="accuracy", n_folds=3
    )
    assert chosen == "linear"
    assert [row.evaluated_on for row in rows] == ["cross-validation", "test set"] * 2
    expected = models["linear"].score(test.X, test.y)
    assert rows[3].scores == {"accuracy": pytest.approx(expected)}
    assert all(row.seconds > 0 for row in rows)

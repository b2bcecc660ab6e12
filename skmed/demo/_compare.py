"""Comparison of models: grid search on the training set, scores on the test set."""

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.metrics import get_scorer, make_scorer, recall_score
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    GroupShuffleSplit,
    ParameterGrid,
)
from sklearn.utils import _safe_indexing

from ._results import Row

SCORING = {
    "accuracy": "accuracy",
    "ROC AUC": "roc_auc",
    "sensitivity": make_scorer(recall_score, pos_label=1),
    "specificity": make_scorer(recall_score, pos_label=0),
}
REFIT = "ROC AUC"
SECONDS_NOTE = (
    "Seconds: for cross-validation, all fits and scores of the model; for the test "
    "set, one fit and its scores."
)


def compare_pipelines(pipeline, grids, train, test, *, cv, n_jobs=None):
    """Compare models by one grid search over the steps of a pipeline.

    Parameters
    ----------
    pipeline : Pipeline
        The pipeline whose steps and parameters the grids set.
    grids : dict of str to dict
        Parameter grid of each model, by the name of the model.
    train, test : tuple of (X, y)
        Training set, used by the search, and test set, used once after it.
    cv : cross-validation splitter
        Splits `train`.
    n_jobs : int, default=None
        Number of processes of the search.

    Returns
    -------
    rows : list of Row
        Two for each model: cross-validation and test set.
    models : dict of str to Pipeline
        The best candidate of each model, fitted on `train`.
    chosen : str
        Name of the model with the highest mean ROC AUC of cross-validation.
    """
    search = GridSearchCV(
        pipeline,
        list(grids.values()),
        scoring=SCORING,
        refit=REFIT,
        cv=cv,
        n_jobs=n_jobs,
        error_score="raise",
    ).fit(*train)
    results = search.cv_results_
    # candidates are in the order of the grids
    sizes = [len(ParameterGrid(grid)) for grid in grids.values()]
    model_of = np.repeat(np.array(list(grids), dtype=object), sizes)
    chosen = model_of[search.best_index_]

    rows, models = [], {}
    for name in grids:
        candidates = np.flatnonzero(model_of == name)
        ranks = results[f"rank_test_{REFIT}"][candidates]
        best = candidates[np.argmin(ranks)]
        scores = {
            metric: float(results[f"mean_test_{metric}"][best]) for metric in SCORING
        }
        seconds_per_fold = results["mean_fit_time"] + results["mean_score_time"]
        seconds = float(seconds_per_fold[candidates].sum() * search.n_splits_)
        is_chosen = name == chosen
        rows.append(Row(name, "cross-validation", scores, seconds, is_chosen))

        start = perf_counter()
        if is_chosen:
            models[name] = search.best_estimator_
            start -= search.refit_time_
        else:
            params = clone(results["params"][best], safe=False)
            models[name] = clone(pipeline).set_params(**params).fit(*train)
        scores = {
            metric: float(get_scorer(scorer)(models[name], *test))
            for metric, scorer in SCORING.items()
        }
        rows.append(Row(name, "test set", scores, perf_counter() - start, is_chosen))
    return rows, models, chosen


@dataclass(frozen=True)
class Samples:
    """Samples with their targets, which may be None, and their groups."""

    X: Any
    y: Any
    groups: Any

    def __len__(self):
        return len(self.groups)


def split_by_group(X, y, groups, *, test_size, random_state):
    """Split samples into a training and a test set of different groups.

    Parameters
    ----------
    X : array-like of length n_samples
        Samples.
    y : array-like of length n_samples or None
        Targets.
    groups : ndarray of shape (n_samples,)
        Group of each sample.
    test_size : float
        Fraction of the groups in the test set.
    random_state : int
        Seed of the split.

    Returns
    -------
    train, test : Samples
        The two sets.
    """
    splitter = GroupShuffleSplit(1, test_size=test_size, random_state=random_state)
    return [
        Samples(
            _safe_indexing(X, rows),
            None if y is None else _safe_indexing(y, rows),
            groups[rows],
        )
        for rows in next(splitter.split(X, groups=groups))
    ]


def compare_by_group(candidates, train, test, *, metric, n_folds, n_jobs=None):
    """Compare models by one grid search each, cross-validated by group.

    Parameters
    ----------
    candidates : dict of str to (estimator, dict)
        Estimator and parameter grid of each model, by the name of the model.
    train, test : Samples
        Training set, used by the searches, and test set, used once after them.
    metric : str
        Name of what the estimators' ``score`` returns.
    n_folds : int
        Number of folds. A group is in one fold only.
    n_jobs : int, default=None
        Number of processes of a search.

    Returns
    -------
    rows : list of Row
        Two for each model: cross-validation and test set.
    models : dict of str to estimator
        The best candidate of each model, fitted on the training set.
    chosen : str
        Name of the model with the highest mean score of cross-validation.
    """
    searches = {}
    for name, (estimator, grid) in candidates.items():
        search = GridSearchCV(
            estimator,
            grid,
            cv=GroupKFold(n_folds),
            n_jobs=n_jobs,
            error_score="raise",
        )
        start = perf_counter()
        search.fit(train.X, train.y, groups=train.groups)
        searches[name] = search, perf_counter() - start
    chosen = max(searches, key=lambda name: searches[name][0].best_score_)

    rows, models = [], {}
    for name, (search, seconds) in searches.items():
        models[name] = search.best_estimator_
        start = perf_counter()
        test_score = search.best_estimator_.score(test.X, test.y)
        score_seconds = perf_counter() - start
        for evaluated_on, score, took in [
            ("cross-validation", search.best_score_, seconds - search.refit_time_),
            ("test set", test_score, search.refit_time_ + score_seconds),
        ]:
            scores = {metric: float(score)}
            rows.append(Row(name, evaluated_on, scores, took, name == chosen))
    return rows, models, chosen


def describe_search(n_folds, group, metric):
    """Return a note about the grid searches of `compare_by_group`.

    Parameters
    ----------
    n_folds : int
        Number of folds.
    group : str
        The kind of group, such as "a patient".
    metric : str
        Name of the score.

    Returns
    -------
    str
        One sentence.
    """
    return (
        f"Each model went through GridSearchCV with {n_folds}-fold cross-validation "
        f"that keeps {group} in one fold; the model with the highest mean {metric} is "
        "chosen."
    )

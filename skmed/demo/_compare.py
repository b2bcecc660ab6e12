"""Families of models through grid searches, and then, once, on the test set."""

from time import perf_counter

import numpy as np
from sklearn.base import clone
from sklearn.metrics import get_scorer, make_scorer, recall_score
from sklearn.model_selection import GridSearchCV, ParameterGrid

from ._examples import Row, timed

SCORING = {
    "accuracy": "accuracy",
    "ROC AUC": "roc_auc",
    "sensitivity": make_scorer(recall_score, pos_label=1),
    "specificity": make_scorer(recall_score, pos_label=0),
}
CHOSEN_BY = "ROC AUC"


def compare(pipeline, families, train, test, *, cv, n_jobs=None):
    """Search all families at once; give each one's best candidate its test scores.

    Parameters
    ----------
    pipeline : Pipeline
        The steps that the grids fill in.
    families : dict of str to dict
        The name of each family and its parameter grid.
    train, test : tuple of (X, y)
        The search sees the first only. The second comes in after it is over.
    cv : cross-validation splitter
        How `train` is divided.
    n_jobs : int, default=None
        The number of processes of the search.

    Returns
    -------
    rows : list of Row
        Two for each family: cross-validation and test set.
    models : dict of str to Pipeline
        The best candidate of each family, fitted on all of `train`.
    chosen : str
        The family that the search chose.
    """
    search = GridSearchCV(
        pipeline,
        list(families.values()),
        scoring=SCORING,
        refit=CHOSEN_BY,
        cv=cv,
        n_jobs=n_jobs,
        error_score="raise",
    ).fit(*train)
    results = search.cv_results_
    # A search goes through a list of grids in order.
    sizes = [len(ParameterGrid(grid)) for grid in families.values()]
    family_of = np.repeat(np.array(list(families), dtype=object), sizes)
    chosen = family_of[search.best_index_]

    rows, models = [], {}
    for family in families:
        candidates = np.flatnonzero(family_of == family)
        ranks = results[f"rank_test_{CHOSEN_BY}"][candidates]
        best = candidates[np.argmin(ranks)]
        scores = {name: float(results[f"mean_test_{name}"][best]) for name in SCORING}
        each_fold = results["mean_fit_time"] + results["mean_score_time"]
        seconds = float(each_fold[candidates].sum() * search.n_splits_)
        is_chosen = family == chosen
        rows.append(Row(family, "cross-validation", scores, seconds, is_chosen))

        start = perf_counter()
        if is_chosen:
            models[family] = search.best_estimator_
            start -= search.refit_time_
        else:
            model = clone(pipeline).set_params(
                **clone(results["params"][best], safe=False)
            )
            models[family] = model.fit(*train)
        scores = {
            name: float(get_scorer(scorer)(models[family], *test))
            for name, scorer in SCORING.items()
        }
        seconds = perf_counter() - start
        rows.append(Row(family, "test set", scores, seconds, is_chosen))
    return rows, models, chosen


def compare_each(families, train, test, *, measure, cv, groups, n_jobs=None):
    """Search each family by itself, by its own score; then score it on the test set.

    Parameters
    ----------
    families : dict of str to (estimator, dict)
        The name of each family, its model and its parameter grid.
    train, test : tuple of (X,) or (X, y)
        The searches see the first only.
    measure : str
        What the models' score is.
    cv : cross-validation splitter
        How `train` is divided.
    groups : ndarray of shape (n_train,)
        What stays in one fold.
    n_jobs : int, default=None
        The number of processes of a search.

    Returns
    -------
    rows : list of Row
        Two for each family: cross-validation and test set.
    models : dict of str to estimator
        The best candidate of each family, fitted on all of `train`.
    chosen : str
        The family with the best mean score of cross-validation.
    """
    searches = {}
    for family, (model, grid) in families.items():
        search = GridSearchCV(model, grid, cv=cv, n_jobs=n_jobs, error_score="raise")
        searches[family] = timed(search.fit, *train, groups=groups)
    chosen = max(searches, key=lambda family: searches[family][0].best_score_)
    rows, models = [], {}
    for family, (search, seconds) in searches.items():
        models[family] = search.best_estimator_
        score, scoring = timed(search.best_estimator_.score, *test)
        is_chosen = family == chosen
        for judged_on, value, took in [
            ("cross-validation", search.best_score_, seconds - search.refit_time_),
            ("test set", score, search.refit_time_ + scoring),
        ]:
            rows.append(
                Row(family, judged_on, {measure: float(value)}, took, is_chosen)
            )
    return rows, models, chosen

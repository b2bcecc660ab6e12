"""One job of speed/grid_search.py, in a process of its own.

Only what the job's method needs is imported: PyTorch and skmed have different Pythons.
"""

import contextlib
import gc
import importlib
import os
import pickle
import time
from pathlib import Path

import numpy as np
from joblib import parallel_config
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from benchmarks._measure import Stopwatch, do_job, process_memory, seconds
from benchmarks.peers.keras_wrappers import with_keras, with_scikeras, wrapped
from benchmarks.speed._search_cases import BATCH_SIZE, cases
from benchmarks.speed._views.grid_search import KERAS, OURS, SCIKERAS, SKORCH


def with_skmed(build, settings, rates, widths, epochs, batch_size, seed):
    """Wrap as scikeras does, and seed it."""
    from skmed.wrappers import KerasClassifier

    return wrapped(
        *(KerasClassifier, build, settings, rates, widths, epochs, batch_size),
        random_state=seed,
    )


def with_skorch(build, settings, rates, widths, epochs, batch_size, seed):
    """Give skorch the network in PyTorch."""
    from benchmarks.peers.skorch_classifiers import classifier

    estimator = classifier(
        build.__name__,
        seed,
        module__width=widths[0],
        lr=rates[0],
        max_epochs=epochs,
        batch_size=batch_size,
        **{f"module__{name}": value for name, value in settings.items()},
    )
    return estimator, {"lr": rates, "module__width": widths}, {}


# method -> its function, and the module to import before the clock runs
METHODS = {
    OURS: (with_skmed, "skmed.wrappers"),
    SCIKERAS: (with_scikeras, "scikeras.wrappers"),
    KERAS: (with_keras, "keras.wrappers"),
    SKORCH: (with_skorch, "benchmarks.peers.skorch_classifiers"),
}


def work(job):
    """Do one job, and return what was measured."""
    importlib.import_module(METHODS[job["method"]][1])
    imports = time.time() - job["started"]
    case = cases(job["smoke"])[job["case"]]
    X, y = case.data(case.n)
    if job["method"] == SKORCH and X.ndim == 4:
        # channels first
        X = np.ascontiguousarray(X.transpose(0, 3, 1, 2))
    # keras.wrappers always shows its progress when predicting
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        return {"imports": imports} | JOBS[job["kind"]](job, case, X, y)


def make(job, case, seed):
    """Return an estimator, its grid, and arguments of fit."""
    if job["method"] != SKORCH:
        from keras.utils import set_random_seed

        set_random_seed(seed)
    function, _ = METHODS[job["method"]]
    return function(
        *(case.network, case.settings, case.rates, case.widths),
        *(job["epochs"], BATCH_SIZE, seed),
    )


def search(job, case, X, y):
    """Time one search; then search with more seeds, for their scores."""
    measured = {"seconds": [], "scores": []}
    for seed in job["seeds"]:
        estimator, grid, arguments = make(job, case, seed)
        # as indices, since scikeras doesn't stratify
        folds = StratifiedKFold(job["n_folds"], shuffle=True, random_state=0)
        indices = list(folds.split(np.zeros(len(y)), y))
        searched = GridSearchCV(estimator, grid, cv=indices, n_jobs=job["n_jobs"])
        with Stopwatch() as clock, parallel_config(job["backend"]):
            searched.fit(X, y, **arguments)
        measured["seconds"].append(clock.seconds)
        measured["scores"].append(searched.best_score_)
        if len(measured["scores"]) == 1:
            measured["memory"] = process_memory("VmHWM")
            if job["method"] == OURS:
                from benchmarks._engine import has_fast_path

                measured["fast"] = has_fast_path(searched.best_estimator_)
    return measured


def many_fits(job, case, X, y):
    """Time many fits of one network, watch memory, and predict single rows."""
    estimator, _, arguments = make(job, case, 0)

    def fit():
        return clone(estimator).fit(X, y, **arguments)

    first = seconds(fit)
    for _ in range(3):
        fit()
    gc.collect()
    before = process_memory("VmRSS")
    with Stopwatch() as clock:
        for _ in range(job["n_fits"]):
            fitted = fit()
    gc.collect()
    growth = None if before is None else process_memory("VmRSS") - before
    latencies = []
    for row in range(10 + job["n_predictions"]):
        one = X[row % len(X)][np.newaxis]
        latencies.append(seconds(lambda one=one: fitted.predict(one)))
    Path(job["pickle"]).write_bytes(pickle.dumps(fitted))
    return {
        "first_fit": first,
        "fits_per_minute": 60 * job["n_fits"] / clock.seconds,
        "memory": growth,
        "latency": 1e3 * np.median(latencies[10:]),
    }


def first_prediction(job, case, X, y):
    """Time the unpickling of a model, and its first prediction of one row."""
    with Stopwatch() as load:
        fitted = pickle.loads(Path(job["pickle"]).read_bytes())
    with Stopwatch() as predict:
        fitted.predict(X[:1])
    return {"load": load.seconds, "first_prediction": predict.seconds}


JOBS = {
    "search": search,
    "many_fits": many_fits,
    "first_prediction": first_prediction,
}

if __name__ == "__main__":
    do_job(work)

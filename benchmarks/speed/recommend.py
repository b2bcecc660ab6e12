"""How fast does ALSRecommender fit and recommend, next to bare implicit?

A table of random interactions, with items as uneven as drugs are, is factorized by
implicit's AlternatingLeastSquares and by ALSRecommender with the same settings, in
turn, each in a process of its own whose peak memory is measured too. Then both make
lists for all patients as if they were new: their vectors are solved for first.
"""

import gc
import importlib

import numpy as np
from scipy import sparse

from benchmarks._measure import PeakMemory, Stopwatch, do_job, run_job
from benchmarks._run import Run, parse_arguments

from ._views.recommend import CASE, IMPLICIT

N_PATIENTS, N_ITEMS, N_INTERACTIONS = 100_000, 3_000, 5_000_000
SETTINGS = {"n_components": 64, "max_iter": 5, "alpha": 20.0, "k": 10, "threads": 2}
# method -> its frequency_scaling, and the module to import before the clock runs
METHODS = {
    IMPLICIT: (None, "benchmarks.peers.implicit_als"),
    "ALSRecommender, the same settings": (0.0, "skmed.recommend"),
    "ALSRecommender, its own regularization": (1.0, "skmed.recommend"),
}


def interactions(n_patients, n_interactions):
    """Draw interactions: each patient's items by how common they are."""
    rng = np.random.default_rng(0)
    weights = 1 / np.arange(20, N_ITEMS + 20)
    # some are drawn twice
    items = rng.choice(N_ITEMS, int(1.25 * n_interactions), p=weights / weights.sum())
    patients = rng.integers(0, n_patients, len(items))
    X = sparse.csr_matrix(
        (np.ones(len(items), np.float32), (patients, items)),
        shape=(n_patients, N_ITEMS),
    )
    X.sum_duplicates()
    return X


def als(X, scaling, *, n_components, max_iter, alpha, k, threads):
    """Fit and recommend with ALSRecommender; return the seconds of each."""
    from skmed.recommend import ALSRecommender

    model = ALSRecommender(
        n_components=n_components,
        max_iter=max_iter,
        alpha=alpha,
        frequency_scaling=scaling,
        n_jobs=threads,
        random_state=0,
    )
    with Stopwatch() as fit:
        model.fit(X)
    with Stopwatch() as serve:
        lists = model.recommend(X, k=k)
    assert len(lists) == k * X.shape[0]
    return fit.seconds, serve.seconds


def work(job):
    """Measure one method in this process."""
    scaling, module = METHODS[job["method"]]
    # the memory of code isn't counted
    importlib.import_module(module)
    X = interactions(job["n_patients"], job["n_interactions"])
    gc.collect()
    with PeakMemory() as memory:
        if job["method"] == IMPLICIT:
            from benchmarks.peers.implicit_als import fit_and_recommend

            fit, serve = fit_and_recommend(X, **SETTINGS)
        else:
            fit, serve = als(X, scaling, **SETTINGS)
    return {"seconds": fit, "seconds_serve": serve, "memory": memory.megabytes}


def main(argv=None):
    """Let all take turns."""
    options = parse_arguments(
        __doc__,
        argv,
        fraction={"type": float, "default": 1.0, "help": "of the patients to take"},
    )
    fraction = 0.002 if options.smoke else options.fraction
    sizes = {
        "n_patients": round(fraction * N_PATIENTS),
        "n_interactions": round(fraction * N_INTERACTIONS),
    }
    run = Run(
        "speed/recommend",
        "all",
        ("implicit", "scipy", "numpy"),
        **sizes,
        n_items=N_ITEMS,
        rounds=len(options.seeds),
        **SETTINGS,
    )
    for _ in options.seeds:
        for method in METHODS:
            job = {"method": method, **sizes}
            run.add(CASE, method, **run_job("benchmarks.speed.recommend", job))
    run.publish(options)


if __name__ == "__main__":
    do_job(work) or main()

"""How fast does ALSRecommender learn and serve, next to bare implicit?

A table of random interactions, with items as uneven as drugs are, is factorised by
implicit's AlternatingLeastSquares and by ALSRecommender with the same settings, in
turns, each in a process of its own, whose greatest memory is measured too. Then both
make lists for all patients as if they were new: their vectors are solved for first.
"""

import gc
import importlib
import json
import subprocess
import sys
import threading
import time

import numpy as np
import psutil
from _report import Figures, environment, parse_arguments, publish
from scipy import sparse
from threadpoolctl import threadpool_limits

N_PATIENTS, N_ITEMS, N_INTERACTIONS = 100_000, 3_000, 5_000_000
N_COMPONENTS, MAX_ITER, ALPHA, K = 64, 5, 20.0, 10
THREADS = 2
IMPLICIT = "bare implicit"
SAME = "ALSRecommender, the same settings"
OURS = "ALSRecommender, its own regularization"


def table(n_patients, n_interactions):
    """Draw interactions: each patient's items by how common they are."""
    rng = np.random.default_rng(0)
    share = 1 / np.arange(20, N_ITEMS + 20)
    # some are drawn twice
    items = rng.choice(N_ITEMS, int(1.25 * n_interactions), p=share / share.sum())
    patients = rng.integers(0, n_patients, len(items))
    X = sparse.csr_matrix(
        (np.ones(len(items), np.float32), (patients, items)),
        shape=(n_patients, N_ITEMS),
    )
    X.sum_duplicates()
    return X


def implicit_run(X):
    """Fit and serve with implicit alone; return seconds of each."""
    from implicit.cpu.als import AlternatingLeastSquares

    with threadpool_limits(limits=1, user_api="blas"):
        start = time.perf_counter()
        confidence = X.copy()
        confidence.data = 1 + ALPHA * np.log1p(confidence.data)
        model = AlternatingLeastSquares(
            factors=N_COMPONENTS,
            regularization=100.0,
            iterations=MAX_ITER,
            num_threads=THREADS,
            random_state=0,
        )
        model.fit(confidence, show_progress=False)
        fitted = time.perf_counter()
        for first in range(0, X.shape[0], 10_000):
            rows = np.arange(first, min(first + 10_000, X.shape[0]))
            model.recommend(rows, confidence[rows], N=K, recalculate_user=True)
        return fitted - start, time.perf_counter() - fitted


def our_run(X, scaling):
    """Fit and serve with ALSRecommender; return seconds of each."""
    from skmed.recommend import ALSRecommender

    model = ALSRecommender(
        n_components=N_COMPONENTS,
        max_iter=MAX_ITER,
        alpha=ALPHA,
        frequency_scaling=scaling,
        n_jobs=THREADS,
        random_state=0,
    )
    start = time.perf_counter()
    model.fit(X)
    fitted = time.perf_counter()
    lists = model.recommend(X, k=K)
    assert len(lists) == K * X.shape[0]
    return fitted - start, time.perf_counter() - fitted


RUNS = {
    IMPLICIT: implicit_run,
    SAME: lambda X: our_run(X, 0.0),
    OURS: lambda X: our_run(X, 1.0),
}
MODULES = {
    IMPLICIT: "implicit.cpu.als",
    SAME: "skmed.recommend",
    OURS: "skmed.recommend",
}


def measure(name, n_patients, n_interactions):
    """Measure one run in this process, and print it."""
    # code isn't counted, of neither
    importlib.import_module(MODULES[name])
    X = table(n_patients, n_interactions)
    gc.collect()
    memory = Memory()
    memory.start()
    fit, serve = RUNS[name](X)
    print(json.dumps({"fit": fit, "serve": serve, "memory": memory.grown()}))


class Memory(threading.Thread):
    """Watch by how much the memory of this process grows."""

    def __init__(self):
        super().__init__(daemon=True)
        self._process = psutil.Process()
        self._before = self._most = self._process.memory_info().rss

    def run(self):
        """Look a hundred times a second."""
        while True:
            self._most = max(self._most, self._process.memory_info().rss)
            time.sleep(0.01)

    def grown(self):
        """Return the greatest growth so far, in MB."""
        return (self._most - self._before) / 2**20


def main():
    """Let all take turns, and publish."""
    options = parse_arguments(
        __doc__,
        part={"type": float, "default": 1.0, "help": "part of the patients to take"},
        run={"help": "measure one run in this process"},
    )
    size = [round(options.part * number) for number in (N_PATIENTS, N_INTERACTIONS)]
    if options.run:
        measure(options.run, *size)
        return
    figures = Figures()
    for _ in options.seeds:
        for name in RUNS:
            command = [sys.executable, __file__, "--run", name]
            command += ["--part", str(options.part)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            figures.add(name, **json.loads(done.stdout))
    lines = []
    for name in (SAME, OURS):
        parts = []
        for column in ("fit", "serve", "memory"):
            ours, theirs = (
                np.median(figures.of(run, column)) for run in (name, IMPLICIT)
            )
            ratio = ours / theirs
            parts.append(f"{column} {ratio:.2f}")
        lines.append(f"- {name}, as a multiple of {IMPLICIT}: {', '.join(parts)}.")
    publish(
        __file__,
        "\n\n".join(
            [
                f"{size[0]} patients, {N_ITEMS} items, {size[1]} interactions; "
                f"{N_COMPONENTS} components, {MAX_ITER} passes, {THREADS} threads; "
                f"{len(options.seeds)} rounds in which all took turns, mean (least to "
                "greatest). Lists of ten for all patients, each folded in as new. "
                "Memory is how much that of the process grew at most, the table itself "
                "and what was imported not counted.",
                environment("skmed", "implicit", "scipy", "numpy"),
                figures.table(
                    "run",
                    fit=("fit, s", 1),
                    serve=("lists, s", 1),
                    memory=("memory, MB", 0),
                ),
                "\n".join(lines),
            ]
        ),
        write=options.write,
    )


if __name__ == "__main__":
    main()

"""How long does a grid search take, next to scikeras, keras.wrappers and skorch?

Three small networks, each searched by scikit-learn's GridSearchCV over the same grid
and the same three folds. skmed and scikeras are given the same function that builds the
Keras model; skorch gets the same network in PyTorch, with weights drawn from the same
distributions. Every search runs in a fresh process, so that nothing that one has
compiled or loaded helps another, and the methods take turns. Then many fits of a tiny
network, and searches with two processes.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._measure import run_job
from benchmarks._run import Run, parse_arguments, peer_option, say
from benchmarks.speed._search_cases import BATCH_SIZE, EPOCHS, N_FOLDS, cases

from ._views.grid_search import (
    JOBS,
    KERAS,
    ONE,
    OURS,
    SCIKERAS,
    SEARCHES,
    SKORCH,
    TINY,
    TWO,
)

PACKAGES = ("tensorflow", "keras", "scikeras", "scikit-learn", "numpy")
# fits of the tiny network after the first four
N_FITS = {OURS: 200, SCIKERAS: 60, KERAS: 30, SKORCH: 200}
N_PREDICTIONS = 200
LONG_EPOCHS = 6 * EPOCHS


class Benchmark:
    """Starts jobs, each in a fresh process.

    Parameters
    ----------
    options : argparse.Namespace
        Of the command line.
    """

    def __init__(self, options):
        self.options = options
        self.epochs = 1 if options.smoke else EPOCHS
        self.n_folds = 2 if options.smoke else N_FOLDS
        self.cases = cases(options.smoke)

    def start(self, part, **settings):
        """Return an empty run of a part."""
        run = Run("speed/grid_search", part, PACKAGES, **settings)
        if self.options.torch_python and part != JOBS:
            run.peers |= torch_versions(self.options.torch_python)
        return run

    def methods(self, case):
        """Return the methods that can fit a case."""
        methods = [OURS, SCIKERAS]
        if self.cases[case].data(2)[0].ndim == 2:
            methods.append(KERAS)
        return methods + [SKORCH] * bool(self.options.torch_python)

    def job(self, kind, method, case, n_jobs=1, **more):
        """Return what a job measured."""
        job = {
            "kind": kind,
            "method": method,
            "case": case,
            "smoke": self.options.smoke,
            # processes would import TensorFlow anew
            "backend": "threading" if self.options.smoke else "loky",
            "epochs": self.epochs,
            "n_folds": self.n_folds,
            "n_jobs": n_jobs,
            **more,
            "started": time.time(),
        }
        of_torch = method == SKORCH
        python = self.options.torch_python if of_torch else sys.executable
        fresh = of_torch or not self.options.smoke
        return run_job("benchmarks.speed._search_job", job, python, fresh)


def torch_versions(python):
    """Return the versions of PyTorch and skorch."""
    code = "from importlib.metadata import version as v; print(v('torch'), v('skorch'))"
    versions = subprocess.check_output([python, "-c", code], text=True).split()
    return dict(zip(("torch", "skorch"), versions))


def search(benchmark, case):
    """Let all methods take turns at a search."""
    options = benchmark.options
    run = benchmark.start(
        case,
        seeds=options.seeds,
        more_seeds=options.more_seeds,
        n_folds=benchmark.n_folds,
        epochs=benchmark.epochs,
        batch_size=BATCH_SIZE,
        data=f"{benchmark.cases[case].shape()}; {benchmark.cases[case].grid()}",
    )
    for i, seed in enumerate(options.seeds):
        for method in benchmark.methods(case):
            # keras.wrappers trains as scikeras does, and gets the timed seeds alone
            more = options.more_seeds if i == 0 and method != KERAS else []
            found = benchmark.job("search", method, case, seeds=[seed, *more])
            if not found.get("fast", True):
                sys.exit(f"skmed fell back to Model.fit on {case}.")
            run.add(case, method, seconds=found["seconds"][0], imports=found["imports"])
            if found["memory"] is not None:
                run.add(case, method, memory=found["memory"])
            for score in found["scores"]:
                run.add(case, method, score=score)
    run.publish(options)


def tiny(benchmark, case):
    """Measure many fits of a tiny network."""
    divisor = 100 if benchmark.options.smoke else 1
    n_fits = {name: -(-n // divisor) for name, n in N_FITS.items()}
    run = benchmark.start(
        case,
        n_fits=n_fits,
        n_predictions=N_PREDICTIONS // divisor,
        epochs=benchmark.epochs,
        data=benchmark.cases[case].shape(),
    )
    for method in benchmark.methods(case):
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder, "fitted.pickle"))
            found = benchmark.job(
                *("many_fits", method, case),
                pickle=path,
                n_fits=n_fits[method],
                n_predictions=N_PREDICTIONS // divisor,
            )
            found |= benchmark.job("first_prediction", method, case, pickle=path)
        del found["imports"]
        run.add(case, method, **{k: v for k, v in found.items() if v is not None})
    run.publish(benchmark.options)


def two_processes(benchmark, part):
    """Compare one process and two, for each search and for a longer one."""
    run = benchmark.start(part, start="loky")
    longer = [*((case, benchmark.epochs) for case in SEARCHES), ("CNN", LONG_EPOCHS)]
    for case, epochs in longer[:1] if benchmark.options.smoke else longer:
        for method, n_jobs in {ONE: 1, TWO: 2}.items():
            # a second search finds the compiled programs and the started processes
            benchmark.epochs, usual = epochs, benchmark.epochs
            found = benchmark.job("search", OURS, case, n_jobs, seeds=[0, 0])
            benchmark.epochs = usual
            for which, value in zip(
                ("first search", "the same again"), found["seconds"]
            ):
                title = f"{case}, {epochs} epochs, {which}"
                run.add(title, method, seconds=value)
    run.publish(benchmark.options)


PARTS = dict.fromkeys(SEARCHES, search) | {TINY: tiny, JOBS: two_processes}


def main(argv=None):
    """Measure the parts asked for."""
    options = parse_arguments(
        __doc__,
        argv,
        parts=PARTS,
        more_seeds={
            "type": int,
            "nargs": "*",
            "default": [3, 4],
            "help": "scored, not timed; default: 3 4",
        },
        torch_python=peer_option("torch", "PyTorch, skorch, scikit-learn and psutil"),
    )
    if not options.torch_python:
        say("skorch is left out: it needs --torch-python.")
    if options.smoke:
        options.more_seeds = []
    benchmark = Benchmark(options)
    for part in options.parts:
        PARTS[part](benchmark, part)


if __name__ == "__main__":
    main()

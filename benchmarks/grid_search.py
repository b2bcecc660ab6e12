"""How long does a grid search take, next to scikeras, keras.wrappers and skorch?

Three small networks, each searched by scikit-learn's GridSearchCV over the same grid
and the same three folds. skmed and scikeras are given the same function that builds
the Keras model; skorch gets the same network in PyTorch, begun from the same
distributions of weights. Every search runs in a fresh process, so that nothing one
has compiled or loaded helps another, and the competitors take turns.

The data are drawn, and the same for all. A note is words of a skewed distribution,
of which one in sixteen comes from the hundred of its class; an image shows a disc, a
square, a ring or a cross, turned, moved and coloured at random; a wave is one
heartbeat with noise, whose class shifts the height of its T wave. No class is told
without error, so that scores mean something.
"""

import argparse
import contextlib
import gc
import importlib
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import numpy as np
from _report import (
    Figures,
    dot_plot,
    environment,
    markdown_table,
    parse_arguments,
    publish,
    say,
)
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, StratifiedKFold

EPOCHS, BATCH_SIZE, N_FOLDS = 5, 32, 3
N_WORDS, N_STEPS, N_PIXELS = 100, 140, 28
VOCABULARY = 5000

OURS, SCIKERAS, KERAS, SKORCH = "skmed", "scikeras", "keras.wrappers", "skorch"
# of which peer, how many more fits of the tiny network are timed
TINY_FITS = {OURS: 200, SCIKERAS: 60, KERAS: 30, SKORCH: 200}
N_PREDICTIONS = 200
LONG_EPOCHS = 6 * EPOCHS


# ----- data -----


def notes(n):
    """Draw word numbers, padded with 0, and one of four classes."""
    rng, n_own = np.random.default_rng(0), 100
    y = rng.permutation(np.arange(n) % 4)
    usual = 1 / np.arange(11, VOCABULARY + 10)
    usual /= usual.sum()
    own = rng.permutation(np.arange(200, VOCABULARY))[: 4 * n_own].reshape(4, n_own)
    X = np.zeros((n, N_WORDS), np.int32)
    for row, label in zip(X, y):
        length = rng.integers(40, N_WORDS + 1)
        words = rng.choice(np.arange(1, VOCABULARY), length, p=usual)
        chosen = rng.random(length) < 1 / 16
        words[chosen] = rng.choice(own[label], chosen.sum())
        row[:length] = words
    return X, y


def images(n):
    """Draw a disc, a square, a ring or a cross on each image."""
    rng = np.random.default_rng(0)
    y = rng.permutation(np.arange(n) % 4)
    rows, columns = np.mgrid[:N_PIXELS, :N_PIXELS] - N_PIXELS / 2
    X = np.empty((n, N_PIXELS, N_PIXELS, 3), np.float32)
    for image, label in zip(X, y):
        size, angle = rng.uniform(6, 9), rng.uniform(0, np.pi)
        right, down = rng.uniform(-3, 3, 2)
        turn = np.exp(1j * angle) * (columns - right + 1j * (rows - down))
        short, long = np.sort([np.abs(turn.real), np.abs(turn.imag)], axis=0)
        inside = np.abs(turn) < size
        figure = [
            inside,
            long < 0.85 * size,
            inside & (np.abs(turn) > 0.55 * size),
            inside & (short < 0.3 * size),
        ][label]
        ground, colour = rng.uniform(-0.5, 0, 3), rng.uniform(0, 1, 3)
        image[:] = np.where(figure[..., np.newaxis], colour, ground)
    X += rng.normal(0, 0.1, X.shape)
    return X, y


def waves(n):
    """Draw one heartbeat in each row, with a high or a flat T wave."""
    rng = np.random.default_rng(0)
    y = rng.permutation(np.arange(n) % 2)

    def bump(height, at, width):
        columns = (np.broadcast_to(part, n)[:, None] for part in (height, at, width))
        height, at, width = columns
        return height * np.exp(-(((np.arange(N_STEPS) - at) / width) ** 2) / 2)

    beat, width = rng.normal(40, 4, n), rng.uniform(1.5, 3, n)
    height = rng.normal(np.where(y, -0.1, 0.4), 0.25)
    X = bump(2, beat, width) - bump(0.5, beat + 4, width)
    X += bump(height, beat + rng.normal(70, 5, n), rng.uniform(10, 14, n))
    X += rng.normal(0, 0.1, (n, 1)) + rng.normal(0, 0.2, X.shape)
    return X[..., np.newaxis].astype(np.float32), y


def numbers(n):
    """Draw twenty numbers in each row, and a class by some of them."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 20)).astype(np.float32)
    return X, (X[:, :5].sum(axis=1) + rng.normal(size=n) > 0).astype(int)


# ----- networks: Keras's here, PyTorch's in _grid_search_torch.py -----
# Only a process that fits one imports it.


def bag(width, n_classes, vocabulary):
    """Average the vectors of the words."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((N_WORDS,), dtype="int32"),
            layers.Embedding(vocabulary, width),
            layers.GlobalAveragePooling1D(),
            layers.Dense(width, "relu"),
            layers.Dense(n_classes, "softmax"),
        ]
    )


def cnn(width, n_classes):
    """Convolve and pool twice."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((N_PIXELS, N_PIXELS, 3)),
            layers.Conv2D(width, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(2 * width, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(64, "relu"),
            layers.Dense(n_classes, "softmax"),
        ]
    )


def lstm(width, n_classes):
    """Read step by step and classify what came last."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((N_STEPS, 1)),
            layers.LSTM(width),
            layers.Dense(n_classes, "softmax"),
        ]
    )


def tiny(width, n_classes):
    """One hidden layer."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((20,)),
            layers.Dense(width, "relu"),
            layers.Dense(n_classes, "softmax"),
        ]
    )


@dataclass
class Case:
    """A network, its data and its grid."""

    title: str
    data: Callable
    n: int
    network: Callable
    settings: dict
    rates: tuple = (1e-3,)
    widths: tuple = (64,)
    goals: dict = field(default_factory=dict)

    def describe(self):
        """Say what is searched."""
        grid = [f"{len(self.rates)} learning rates"]
        if len(self.widths) > 1:
            grid.append(f"{len(self.widths)} widths")
        shape = self.data(2)[0].shape[1:]
        return f"{self.title}: {self.n} x {' x '.join(map(str, shape))}; " + (
            " x ".join(grid)
        )


CASES = {
    "a": Case(
        "text bag",
        notes,
        2000,
        bag,
        {"n_classes": 4, "vocabulary": VOCABULARY},
        (1e-3, 3e-3, 1e-2),
        goals={SCIKERAS: 6, SKORCH: 1.5},
    ),
    "b": Case(
        "CNN",
        images,
        1000,
        cnn,
        {"n_classes": 4},
        (1e-3, 3e-3),
        (16, 32),
        goals={SCIKERAS: 4.5, SKORCH: 1.5},
    ),
    "c": Case(
        "LSTM",
        waves,
        500,
        lstm,
        {"n_classes": 2},
        (1e-3, 3e-3, 1e-2),
        goals={SCIKERAS: 9, SKORCH: 1.5},
    ),
    "tiny": Case("tiny", numbers, 200, tiny, {"n_classes": 2}, widths=(8,)),
}


# ----- the competitors: each returns an estimator, its grid, and arguments of fit -----


def with_skmed(case, seed, epochs):
    """Wrap the Keras function as a user of scikeras would, and seed it."""
    from skmed.wrappers import KerasClassifier

    return _wrapped(KerasClassifier, case, epochs, random_state=seed)


def with_scikeras(case, seed, epochs):
    """Wrap the same; seeded from outside, as its random_state slows it down."""
    from scikeras.wrappers import KerasClassifier

    return _wrapped(KerasClassifier, case, epochs, verbose=0)


def _wrapped(kind, case, epochs, **parameters):
    estimator = kind(
        case.network,
        model__width=case.widths[0],
        loss="sparse_categorical_crossentropy",
        optimizer="adam",
        optimizer__learning_rate=case.rates[0],
        epochs=epochs,
        batch_size=BATCH_SIZE,
        **{f"model__{name}": value for name, value in case.settings.items()},
        **parameters,
    )
    grid = {"optimizer__learning_rate": case.rates, "model__width": case.widths}
    return estimator, grid, {}


def with_keras(case, seed, epochs):
    """Wrap the same, compiled; epochs go round clone, which would drop them."""
    from keras.wrappers import SKLearnClassifier

    grid = [
        {"case": case, "learning_rate": rate, "width": width}
        for rate, width in product(case.rates, case.widths)
    ]
    estimator = SKLearnClassifier(_compiled, model_kwargs=grid[0])
    arguments = {"epochs": epochs, "batch_size": BATCH_SIZE, "verbose": 0}
    return estimator, {"model_kwargs": grid}, arguments


def _compiled(X, y, case, learning_rate, width):
    from keras.optimizers import Adam

    model = case.network(width, **case.settings)
    model.compile(Adam(learning_rate), "categorical_crossentropy")
    return model


def with_skorch(case, seed, epochs):
    """Give skorch the network in PyTorch."""
    from _grid_search_torch import classifier

    estimator = classifier(
        case.network.__name__,
        seed,
        module__width=case.widths[0],
        lr=case.rates[0],
        max_epochs=epochs,
        batch_size=BATCH_SIZE,
        **{f"module__{name}": value for name, value in case.settings.items()},
    )
    return estimator, {"lr": case.rates, "module__width": case.widths}, {}


WAYS = {
    OURS: with_skmed,
    SCIKERAS: with_scikeras,
    KERAS: with_keras,
    SKORCH: with_skorch,
}
# what each stands on, to be imported before a clock runs
MODULES = {
    OURS: "skmed.wrappers",
    SCIKERAS: "scikeras.wrappers",
    KERAS: "keras.wrappers",
    SKORCH: "_grid_search_torch",
}


# ----- in a process of its own -----


def work(job):
    """Do one job, and return what was measured."""
    importlib.import_module(MODULES[job["way"]])
    measured = {"imports": time.time() - job["started"]}
    case = CASES[job["case"]]
    X, y = case.data(job["n"])
    if job["way"] == SKORCH and X.ndim == 4:
        # as PyTorch likes it
        X = np.ascontiguousarray(X.transpose(0, 3, 1, 2))
    # keras.wrappers can't be kept from drawing its progress while predicting
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        return measured | JOBS[job["kind"]](job, case, X, y)


def search(job, case, X, y):
    """Time one search; then score with more seeds, without a clock."""
    seed, *more = job["seeds"]
    found, seconds = _search(job, case, X, y, seed)
    measured = {
        "seconds": [seconds],
        "peak": _memory("VmHWM"),
        "scores": [found.best_score_],
    }
    if job["way"] == OURS:
        measured["fast"] = found.best_estimator_._fast_path
    for seed in more:
        again, seconds = _search(job, case, X, y, seed)
        measured["scores"].append(again.best_score_)
        measured["seconds"].append(seconds)
    return measured


def _search(job, case, X, y, seed):
    _seed(job["way"], seed)
    estimator, grid, arguments = WAYS[job["way"]](case, seed, job["epochs"])
    # given as rows, for scikeras doesn't stratify
    folds = StratifiedKFold(N_FOLDS, shuffle=True, random_state=0)
    rows = list(folds.split(np.zeros(len(y)), y))
    searched = GridSearchCV(estimator, grid, cv=rows, n_jobs=job["n_jobs"])
    start = time.perf_counter()
    searched.fit(X, y, **arguments)
    return searched, time.perf_counter() - start


def _seed(way, seed):
    if way != SKORCH:
        from keras.utils import set_random_seed

        set_random_seed(seed)


def many_fits(job, case, X, y):
    """Time many fits of one network, watch memory, and predict single rows."""
    estimator, _, arguments = WAYS[job["way"]](case, 0, job["epochs"])
    start = time.perf_counter()
    fitted = clone(estimator).fit(X, y, **arguments)
    first = time.perf_counter() - start
    for _ in range(3):
        fitted = clone(estimator).fit(X, y, **arguments)
    gc.collect()
    before, start = _memory("VmRSS"), time.perf_counter()
    for _ in range(job["n_fits"]):
        fitted = clone(estimator).fit(X, y, **arguments)
    seconds = time.perf_counter() - start
    gc.collect()
    growth = _memory("VmRSS") - before
    latencies = []
    for row in range(10 + job["n_predictions"]):
        one = X[row % len(X)][np.newaxis]
        start = time.perf_counter()
        fitted.predict(one)
        latencies.append(time.perf_counter() - start)
    Path(job["pickle"]).write_bytes(pickle.dumps(fitted))
    return {
        "first": first,
        "per_minute": 60 * job["n_fits"] / seconds,
        "growth": growth,
        "latency": 1e3 * np.median(latencies[10:]),
    }


def first_prediction(job, case, X, y):
    """Time the reading of a pickled model, and its first prediction of one row."""
    start = time.perf_counter()
    fitted = pickle.loads(Path(job["pickle"]).read_bytes())
    loaded = time.perf_counter()
    fitted.predict(X[:1])
    predicted = time.perf_counter()
    return {"load": loaded - start, "predict": predicted - loaded}


def _memory(name):
    """Return a figure of this process in MB, where the system has it."""
    try:
        text = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        return float("nan")
    (line,) = (line for line in text.splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


JOBS = {
    "search": search,
    "many_fits": many_fits,
    "first_prediction": first_prediction,
}


# ----- starting these processes, and counting -----


@dataclass
class Runner:
    """Starts processes for jobs."""

    torch_python: str | None
    quick: bool

    def __call__(self, kind, way, case, epochs=EPOCHS, n_jobs=1, **more):
        """Return what a job measured."""
        n = CASES[case].n
        job = {
            "kind": kind,
            "way": way,
            "case": case,
            "n": n // 5 if self.quick else n,
            "epochs": epochs,
            "n_jobs": n_jobs,
            **more,
            "started": time.time(),
        }
        done = subprocess.run(
            [
                self.torch_python if way == SKORCH else sys.executable,
                __file__,
                "--worker",
                json.dumps(job),
            ],
            capture_output=True,
            text=True,
            env={"TF_CPP_MIN_LOG_LEVEL": "3", **os.environ},
        )
        if done.returncode:
            sys.exit(f"{way} failed on {case}:\n{done.stderr}")
        return json.loads(done.stdout.splitlines()[-1])

    def ways(self, case):
        """Return who can do a case."""
        can = [OURS, SCIKERAS]
        if CASES[case].data(2)[0].ndim == 2:
            can.append(KERAS)
        return can + [SKORCH] * bool(self.torch_python)

    def torch_versions(self):
        """Return PyTorch's part of the versions."""
        if not self.torch_python:
            return ""
        code = "from importlib.metadata import version as v\n"
        code += "print(f\"torch {v('torch')}, skorch {v('skorch')}\")"
        command = [self.torch_python, "-c", code]
        versions = subprocess.check_output(command, text=True).strip()
        return f"\n- In another Python: {versions}"


def searches(run, case, options):
    """Let all take turns at a search; return the figures."""
    figures = Figures()
    for i, seed in enumerate(options.seeds):
        for way in run.ways(case):
            # keras.wrappers trains as scikeras does, and has the timed seeds alone
            more = options.more_seeds if i == 0 and way != KERAS else []
            found = run("search", way, case, seeds=[seed, *more])
            if not found.pop("fast", True):
                sys.exit(f"skmed didn't take its fast path on {case}.")
            scores = found.pop("scores")
            found["seconds"] = found["seconds"][0]
            figures.add(way, **found, score=scores[0])
            for score in scores[1:]:
                figures.add(way, score=score)
    return figures


def small_fits(run):
    """Return rows: fits of a tiny network."""
    table = []
    for way in run.ways("tiny"):
        n_fits = TINY_FITS[way] // (10 if run.quick else 1)
        n_predictions = N_PREDICTIONS // (10 if run.quick else 1)
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder, "fitted.pickle"))
            counts = {"n_fits": n_fits, "n_predictions": n_predictions}
            found = run("many_fits", way, "tiny", pickle=path, **counts)
            later = run("first_prediction", way, "tiny", pickle=path)
        table.append(
            [
                way,
                f"{found['first']:.2f}",
                f"{found['per_minute']:.0f}",
                f"{found['latency']:.2f}",
                f"{later['load']:.2f} + {later['predict']:.2f}",
                f"{found['growth']:.1f} over {n_fits}",
            ]
        )
        say(" | ".join(table[-1]))
    return table


def two_processes(run):
    """Return rows: one job and two, for each search and for a longer one."""
    table = []
    for name, epochs in [*((name, EPOCHS) for name in "abc"), ("b", LONG_EPOCHS)]:
        # a second search finds the programs made and the workers started
        one, two = (
            run("search", OURS, name, epochs=epochs, n_jobs=n_jobs, seeds=[0, 0])
            for n_jobs in (1, 2)
        )
        for i, which in enumerate(("first search", "the same again")):
            seconds = one["seconds"][i], two["seconds"][i]
            cells = [f"{value:.1f}" for value in (*seconds, seconds[0] / seconds[1])]
            title = f"{CASES[name].title}, {epochs} epochs, {which}"
            table.append([title, *cells])
            say(" | ".join(table[-1]))
    return table


# ----- telling -----


def search_rows(case, figures):
    """Return the rows of one case."""
    rows = []
    for way in figures.rows():
        scores = figures.of(way, "score")
        rows.append(
            [
                f"{case.title}, {way}",
                median(figures.of(way, "seconds"), 1),
                median(figures.of(way, "imports"), 1),
                f"{np.median(figures.of(way, 'peak')):.0f}",
                f"{np.mean(scores):.3f} ± {deviation(scores):.3f} ({len(scores)})",
            ]
        )
    return rows


def median(values, digits):
    """Write a median, and the least and greatest."""
    least, middle, most = (
        f"{f(values):.{digits}f}" for f in (np.min, np.median, np.max)
    )
    return middle if len(values) == 1 else f"{middle} ({least} to {most})"


def deviation(scores):
    """Return the standard deviation of a sample."""
    return np.std(scores, ddof=1) if len(scores) > 1 else float("nan")


def facts(case, figures):
    """Say how many times as fast skmed is, and how the scores compare."""
    lines = []
    ours = np.median(figures.of(OURS, "seconds"))
    score = figures.mean(OURS, "score")
    for way in figures.rows():
        if way == OURS:
            continue
        ratio = np.median(figures.of(way, "seconds")) / ours
        goal = ""
        if way in case.goals:
            met = "met" if ratio >= case.goals[way] else "missed"
            goal = f" (goal {case.goals[way]:g}: {met})"
        scores = figures.of(way, "score")
        ahead, sd = score - np.mean(scores), deviation(scores)
        lines.append(
            f"- {case.title}: {ratio:.1f} times as fast as {way}{goal}; best score "
            f"{ahead:+.3f}, where one standard deviation of {way}'s is {sd:.3f}."
        )
    return lines


def headline(figures):
    """Return the seconds of each search as a table, for the project's README."""
    ways = [way for way in WAYS if way != KERAS and figures["a"].of(way, "seconds")]
    table = [["grid search", *ways]]
    for name, measured in figures.items():
        seconds = (np.median(measured.of(way, "seconds")) for way in ways)
        table.append([CASES[name].title, *(f"{value:.1f} s" for value in seconds)])
    return markdown_table(table)


def main():
    """Measure and publish."""
    options = parse_arguments(
        __doc__,
        more_seeds={
            "type": int,
            "nargs": "*",
            "default": [3, 4],
            "help": "scored, not timed; default: 3 4",
        },
        torch_python={"help": "a Python with skorch; without, it is left out"},
        only={"default": "a,b,c,tiny,jobs", "help": "parts; default: a,b,c,tiny,jobs"},
        quick={"action": "store_true", "help": "a fifth of the rows, one run each"},
        worker={"help": argparse.SUPPRESS},
    )
    if options.worker:
        print(json.dumps(work(json.loads(options.worker))))
        return
    if options.quick:
        if options.write:
            sys.exit("--quick is to see whether the script runs, not to be published.")
        options.seeds, options.more_seeds = options.seeds[:1], options.more_seeds[:1]
    only = options.only.split(",")
    run = Runner(options.torch_python, options.quick)
    head = (
        f"GridSearchCV with {N_FOLDS} folds and refit, {EPOCHS} epochs, batches of "
        f"{BATCH_SIZE}, Adam. Seconds are of `GridSearchCV.fit` in a fresh process, "
        f"tracing and compiling included, importing not: medians of "
        f"{len(options.seeds)} (least to greatest), competitors in turn. Best score: "
        "mean cross-validated accuracy, over seeds of the model, ± standard deviation "
        "(number of seeds), of which there are more than runs."
    )
    versions = ("skmed", "tensorflow", "keras", "scikeras", "scikit-learn", "numpy")
    sections = [head, environment(*versions) + run.torch_versions()]
    parts = [name for name in only if name in "abc"]
    figures = {name: searches(run, name, options) for name in parts}
    if parts:
        if options.write:
            panels = [
                (f"{CASES[name].title}: seconds of a search", figures[name], "seconds")
                for name in parts
            ]
            sections.append(dot_plot(__file__, panels, ours=OURS))
        heading = ["search", "seconds", "imports, s", "peak MB", "best score"]
        rows = [
            row for name in parts for row in search_rows(CASES[name], figures[name])
        ]
        lines = [line for name in parts for line in facts(CASES[name], figures[name])]
        sections += [
            "\n".join(f"- {CASES[name].describe()}." for name in parts),
            markdown_table([heading, *rows]),
            "\n".join(lines),
            "keras.wrappers takes 2-D X only, and so the text bag alone; `clone` drops "
            "its `fit_kwargs`, so epochs are given to `GridSearchCV.fit`, and it has "
            "no `random_state` and no `predict_proba`.",
            "Seeded by `keras.utils.set_random_seed`, as both peers on Keras are here, "
            "`Model.fit` visits the rows in the same order in every epoch; skmed and "
            "skorch draw an order for each, which explains the scores of the text bag.",
        ]
    if "tiny" in only:
        heading = ["a tiny network", "first fit, s", "fits per minute"]
        heading += ["one-row `predict`, ms", "unpickled: load + first row, s"]
        heading += ["memory growth, MB"]
        sections += [
            "### Many small fits",
            f"Dense 8 on {CASES['tiny'].n} x 20, {EPOCHS} epochs. Fits per minute and "
            "growth of resident memory after the first four fits; the median of "
            f"{N_PREDICTIONS} predictions, warm. Then, in a fresh process that has "
            "imported what it needs, the seconds to unpickle a fitted estimator, and "
            "to predict one row with it.",
            markdown_table([heading, *small_fits(run)]),
        ]
    if "jobs" in only:
        heading = ["skmed, seconds", "`n_jobs=1`", "`n_jobs=2`", "gain"]
        sections += [
            "### Does `n_jobs=2` pay?",
            "With loky, on the same cores. Each worker process imports TensorFlow and "
            "compiles for itself, and keeps both for the next search.",
            markdown_table([heading, *two_processes(run)]),
        ]
    text = "\n\n".join(sections)
    top = headline(figures) if parts == list("abc") else None
    publish(__file__, text, write=options.write, headline=top)


if __name__ == "__main__":
    main()

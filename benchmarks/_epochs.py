"""One network in skmed's programs, in plain Keras and in PyTorch, timed in turn.

Import this before anything runs in TensorFlow: it says how many threads there are.
"""

import json
import os
import subprocess
import time
from pathlib import Path

# read by TensorFlow when it loads
os.environ.update(
    TF_CPP_MIN_LOG_LEVEL="3", TF_NUM_INTRAOP_THREADS="2", TF_NUM_INTEROP_THREADS="2"
)

import keras
import numpy as np
from _report import say

from skmed._keras.graphs.programs import prediction_program, training_program
from skmed._keras.graphs.state import Data, State, get_values

THREADS = int(os.environ["TF_NUM_INTRAOP_THREADS"])
OURS, KERAS = "skmed", "Keras `Model.fit`, `predict`"


# ----- the competitors: each can train an epoch and predict -----


class Ours:
    """The compiled epoch and prediction of skmed's estimators."""

    def __init__(self, network, x, y, batch_size):
        loss = keras.losses.SparseCategoricalCrossentropy(
            reduction="mean_with_sample_weight"
        )
        self._training = training_program(
            network, loss, keras.optimizers.Adam(), "float32", weighted_batch_norm=True
        )
        self._prediction = prediction_program(network)
        self._state = State(get_values(network.variables), self._training.initial_slots)
        self._x, self._batch_size = x, batch_size
        self._data = Data.from_arrays(x, y, None, "float32")
        self._rng = np.random.default_rng(0)

    def train(self):
        """Train an epoch."""
        order = self._rng.permutation(len(self._x)).astype(np.int32)
        rates = np.full(-(-len(order) // self._batch_size), 1e-3)
        self._state, *_ = self._training.train(
            self._state, self._data, order, self._batch_size, rates, 0.0
        )

    def predict(self):
        """Predict all rows."""
        self._prediction(self._state.variables, self._x)


class Keras:
    """The same network as a tutorial has it."""

    def __init__(self, network, x, y, batch_size):
        self._network, self._data = network, (x, y)
        network.compile("adam", "sparse_categorical_crossentropy")
        self._settings = {"batch_size": batch_size, "verbose": 0}

    def train(self):
        """Train an epoch."""
        self._network.fit(*self._data, **self._settings)

    def predict(self):
        """Predict all rows."""
        self._network.predict(self._data[0], **self._settings)


class Peer:
    """The same in another process, whose Python has PyTorch.

    Parameters
    ----------
    python : str
        That Python.
    script : str
        Name of a script of this folder.
    settings : dict
        What the script wants to know. It says its PyTorch's ``version`` and how many
        weights there are.
    """

    def __init__(self, python, script, settings):
        self._process = subprocess.Popen(
            [python, str(Path(__file__).with_name(script))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.version, self.n_weights = self._ask(json.dumps(settings))

    def _ask(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def train(self):
        """Train an epoch."""
        self._ask("train")

    def predict(self):
        """Predict all rows."""
        self._ask("predict")

    def close(self):
        """End the process."""
        self._process.stdin.close()
        self._process.wait()


# ----- measuring -----


def seconds(function):
    """Return the seconds of one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def in_turn(functions, rounds, rest=0.0):
    """Return seconds by name: each round calls all, so that they share its weather."""
    measured = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            time.sleep(rest)
            measured[name].append(seconds(function))
    return measured


def in_ms(values):
    """Write a median, and the least and greatest."""
    least, middle, most = (1e3 * f(values) for f in (np.min, np.median, np.max))
    return f"{middle:.0f} ({least:.0f} to {most:.0f})"


HEADINGS = ["network", "training epoch, ms", "prediction, ms", "tracing, compiling, s"]

# threads that spin for a while when they're done would slow the next one
_REST = 0.3


def race(label, rivals, rounds):
    """Let rivals train and predict in turn.

    Parameters
    ----------
    label : str
        What they all train.
    rivals : dict
        By their names; ours is among them.
    rounds : int
        How often each has its turn.

    Returns
    -------
    list of list of str
        Rows of a table, under ``HEADINGS``.
    str
        The sentence that says how fast ours is.
    """
    first = {
        name: seconds(rival.train) + seconds(rival.predict)
        for name, rival in rivals.items()
    }
    train = in_turn({n: r.train for n, r in rivals.items()}, rounds, _REST)
    predict = in_turn({n: r.predict for n, r in rivals.items()}, rounds, _REST)
    table = []
    for name, rival in rivals.items():
        start = "-"
        if isinstance(rival, Peer):
            rival.close()
        else:
            # what a first pass took beyond a later one
            later = np.median(train[name]) + np.median(predict[name])
            start = f"{max(0.0, first[name] - later):.1f}"
        row = [f"{label}, {name}", in_ms(train[name]), in_ms(predict[name]), start]
        table.append(row)
        say(" | ".join(row))
    ours = np.median(train[OURS])
    ratios = ", ".join(
        f"{np.median(values) / ours:.1f} times as fast as {name}"
        for name, values in train.items()
        if name != OURS
    )
    return table, f"- {label}: skmed trains {ratios}."


def pytorch(rivals):
    """Say which PyTorch takes part, if one does."""
    for rival in rivals:
        if isinstance(rival, Peer):
            return f" PyTorch {rival.version} has a Python of its own."
    return ""

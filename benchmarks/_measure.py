"""Clocks, memory, and jobs in processes of their own."""

import importlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil

from ._record import ROOT


class Stopwatch:
    """Time a ``with`` block: ``seconds``, and ``cpu_seconds`` of all threads."""

    def __enter__(self):
        self._start = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *exception):
        self.seconds = time.perf_counter() - self._start[0]
        self.cpu_seconds = time.process_time() - self._start[1]


def seconds(function):
    """Return the seconds of one call."""
    with Stopwatch() as clock:
        function()
    return clock.seconds


def in_turn(functions, rounds, rest=0.0):
    """Call functions in turns, so that other work on the machine affects all alike.

    Parameters
    ----------
    functions : dict of str to callable
        By name.
    rounds : int
        Calls of each.
    rest : float
        Seconds to wait before each call.

    Returns
    -------
    dict of str to list of float
        Seconds by name.
    """
    measured = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            time.sleep(rest)
            measured[name].append(seconds(function))
    return measured


class PeakMemory:
    """Watch by how much resident memory grows in a ``with`` block: ``megabytes``."""

    def __enter__(self):
        self._process, self._done = psutil.Process(), threading.Event()
        self._before = self._peak = self._process.memory_info().rss
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        return self

    def _watch(self):
        while not self._done.wait(0.01):
            self._peak = max(self._peak, self._process.memory_info().rss)

    def __exit__(self, *exception):
        self._done.set()
        self._watcher.join()
        self.megabytes = (self._peak - self._before) / 2**20


def process_memory(field):
    """Return "VmRSS" or "VmHWM" of this process in MB, None where Linux isn't."""
    try:
        text = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        return None
    (line,) = (line for line in text.splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


# ----- processes -----


def environment_for(python):
    """Return environment variables in which a Python can import these benchmarks."""
    paths = [str(ROOT)]
    if python == sys.executable:
        paths += filter(None, [os.environ.get("PYTHONPATH")])
    return {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
    }


def run_job(module, job, python=sys.executable, fresh=True):
    """Do a job in a fresh process and return its result.

    Parameters
    ----------
    module : str
        A module of this package with a function ``work``, which calls ``do_job(work)``
        when it is run.
    job : dict
        What JSON can hold.
    python : str
        The Python to use.
    fresh : bool
        False to do the job in this process, as smoke runs do to save imports.
    """
    if not fresh:
        result = importlib.import_module(module).work(json.loads(json.dumps(job)))
        return json.loads(json.dumps(result))
    done = subprocess.run(
        [python, "-m", module, "--job", json.dumps(job)],
        capture_output=True,
        text=True,
        env=environment_for(python),
    )
    if done.returncode:
        sys.exit(f"{module} failed on {job}:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def do_job(function):
    """Do the job of the command line, if there is one, and print its result.

    Returns
    -------
    bool
        Whether there was a job.
    """
    if sys.argv[1:2] != ["--job"]:
        return False
    print(json.dumps(function(json.loads(sys.argv[2]))))
    return True

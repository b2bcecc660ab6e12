"""A file of samples, and a process for each way to train on it."""

import tempfile
from pathlib import Path

import numpy as np

from benchmarks._measure import run_job


def compare(run, case, module, methods, write, smoke, **job):
    """Measure all methods on one file, each in a fresh process.

    Parameters
    ----------
    run : Run
        Where to record it.
    case : str
        Name of the samples.
    module : str
        The module that does the jobs.
    methods : dict of str to str
        What the job calls each method: "array" and "memmap" must give the same weights.
    write : callable
        Writes the samples into a path, and returns their labels.
    smoke : bool
        Do the jobs in this process.
    **job : dict
        More of the job.
    """
    weights = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "X.npy")
        np.save(path.with_name("y.npy"), write(path))
        run.settings["file_megabytes"] = round(path.stat().st_size / 2**20, 1)
        for name, method in methods.items():
            job = {"path": str(path), "method": method, **job}
            found = run_job(module, job, fresh=not smoke)
            weights[method] = found.pop("weights")
            run.add(case, name, **found)
    np.testing.assert_array_equal(weights["array"], weights["memmap"])


def read(job):
    """Return the samples as a memory map, and their labels."""
    path = Path(job["path"])
    return np.load(path, mmap_mode="r"), np.load(path.with_name("y.npy"))


def result(memory, clock, accuracy, model):
    """Return what a job measured."""
    weights = np.concatenate([w.ravel() for w in model.model_.get_weights()])
    return {
        "memory": memory.megabytes,
        "seconds": clock.seconds,
        "accuracy": float(accuracy),
        "weights": weights.tolist(),
    }

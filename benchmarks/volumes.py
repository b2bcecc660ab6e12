"""How much memory does a fit on volumes in a file take, and are nodules found?

Pieces of lung as a CT shows them are written to a file that holds more than memory
should, half of them with a nodule among the vessels. A residual network is trained on
them, read into memory first and as a memory map, each way in a fresh process whose
resident memory is watched; what it had after a fit of a few rows is taken off.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import psutil
from _report import environment, markdown_table, parse_arguments, publish, say

SIZE, N_TEST = 24, 200
SETTINGS = {
    "architecture": "resnet",
    "filters": (4, 8),
    "kernel_size": 3,
    "learning_rate": 0.01,
    "random_state": 0,
}


def watched(function):
    """Return the most memory beyond what there was, in bytes, and the seconds."""
    process = psutil.Process()
    before, peak, done = process.memory_info().rss, [0], threading.Event()

    def watch():
        while not done.wait(0.02):
            peak[0] = max(peak[0], process.memory_info().rss - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    function()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    return peak[0], seconds


def work(job):
    """Train in this process; return memory, seconds and the score on new volumes."""
    from skmed import CNNClassifier
    from skmed.datasets import make_ct_nodules

    path = Path(job["path"])
    y = np.load(path.with_name("y.npy"))
    file = np.load(path, mmap_mode="r")
    model = CNNClassifier(**SETTINGS, epochs=job["epochs"])
    # what TensorFlow takes for itself, whatever the data
    model.fit(np.array(file[:64]), y[:64])
    X = [file]

    def fit():
        if job["way"] == "array":
            X[0] = np.load(path)
        model.fit(X[0], y)

    n_bytes, seconds = watched(fit)
    X_test, y_test = make_ct_nodules(N_TEST, volume_size=SIZE, random_state=1)
    weights = np.concatenate([w.ravel() for w in model.model_.get_weights()])
    return {
        "megabytes": n_bytes / 2**20,
        "seconds": seconds,
        "accuracy": float(model.score(X_test, y_test)),
        "weights": weights.tolist(),
    }


def main():
    """Measure and publish."""
    options = parse_arguments(
        __doc__,
        n={"type": int, "default": 12_000, "help": "volumes; default: 12000"},
        epochs={"type": int, "default": 1, "help": "default: 1"},
        worker={"help": argparse.SUPPRESS},
    )
    if options.worker:
        print(json.dumps(work(json.loads(options.worker))))
        return
    from skmed.datasets import make_ct_nodules

    rows, weights = [], {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "X.npy")
        shape = (options.n, SIZE, SIZE, SIZE, 1)
        file = np.lib.format.open_memmap(path, "w+", np.int16, shape)
        _, y = make_ct_nodules(options.n, volume_size=SIZE, random_state=0, out=file)
        np.save(path.with_name("y.npy"), y)
        file.flush()
        del file
        size = path.stat().st_size / 2**20
        for name, way in {"array in memory": "array", "memory map": "memmap"}.items():
            job = {"path": str(path), "way": way, "epochs": options.epochs}
            command = [sys.executable, __file__, "--worker", json.dumps(job)]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            found = json.loads(done.stdout.splitlines()[-1])
            weights[way] = found.pop("weights")
            digits = {"megabytes": 0, "seconds": 1, "accuracy": 3}
            rows.append([name, *(f"{found[k]:.{digits[k]}f}" for k in digits)])
            say(" | ".join(rows[-1]))
    np.testing.assert_array_equal(weights["array"], weights["memmap"])
    text = [
        f"{options.n} volumes of {SIZE} x {SIZE} x {SIZE} voxels, int16, a file of "
        f"{size:.0f} MB; {options.epochs} epoch(s) of a residual network with 4 and 8 "
        f"filters, accuracy on {N_TEST} other volumes (half have a nodule). Memory is "
        "the most that was resident in the fit, beyond what a fit of 64 volumes had "
        "left; pages of the file that the process has touched count. Both ways gave "
        "the same weights, bit for bit.",
        environment("skmed", "tensorflow", "keras", "scikit-learn", "numpy"),
        markdown_table([["data", "peak MB", "seconds per fit", "accuracy"], *rows]),
    ]
    publish(__file__, "\n\n".join(text), write=options.write)


if __name__ == "__main__":
    main()

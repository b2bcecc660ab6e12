"""How much memory does a fit take when its data lie in a file?

Images are written to a file, and a small network is trained on them for one epoch:
read into memory first, as a memory map, and part by part with ``partial_fit``. Each way
has a fresh process, whose resident memory is watched; what it had after a fit of a few
rows is taken off. The memory map and the array give the same model: it is asserted.
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

SIDE = 64
WAYS = {
    "array in memory, `fit`": "array",
    "memory map, `fit`": "memmap",
    "parts of 4096 rows, `partial_fit`": "stream",
}


def write_images(path, n):
    """Write discs, dark or bright, on noise; return their classes."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, n)
    rows, columns = np.mgrid[:SIDE, :SIDE] - SIDE / 2
    disc = rows**2 + columns**2 < (SIDE / 4) ** 2
    shape = (n, SIDE, SIDE, 1)
    file = np.lib.format.open_memmap(path, "w+", np.uint8, shape)
    for start in range(0, n, 4096):
        labels = y[start : start + 4096]
        noise = rng.integers(0, 128, (len(labels), SIDE, SIDE), np.uint8)
        file[start : start + 4096, ..., 0] = noise + (disc * labels[:, None, None] * 64)
    file.flush()
    return y


def work(job):
    """Train in this process; return memory, seconds and what the model says."""
    from skmed import CNNClassifier

    path = Path(job["path"])
    y = np.load(path.with_name("y.npy"))
    file = np.load(path, mmap_mode="r")
    settings = {"filters": (4, 8), "pool_size": 4, "dense_units": (), "epochs": 1}
    model = CNNClassifier(random_state=0, batch_size=128, **settings)
    # what TensorFlow takes for itself, whatever the data
    model.fit(np.array(file[:256]), y[:256]).predict(np.array(file[:256]))
    process = psutil.Process()
    before, peak, done = process.memory_info().rss, [0], threading.Event()

    def watch():
        while not done.wait(0.02):
            peak[0] = max(peak[0], process.memory_info().rss - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    if job["way"] == "stream":
        for first in range(0, len(file), 4096):
            rows = slice(first, first + 4096)
            model.partial_fit(np.load(path, mmap_mode="r")[rows], y[rows], [0, 1])
        seen = 0
        for first in range(0, len(file), 4096):
            part = np.load(path, mmap_mode="r")[first : first + 4096]
            seen += np.sum(model.predict(part) == y[first : first + 4096])
        accuracy = seen / len(y)
    else:
        X = np.load(path) if job["way"] == "array" else file
        model.fit(X, y)
        accuracy = np.mean(model.predict(X) == y)
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    weights = np.concatenate([w.ravel() for w in model.model_.get_weights()])
    return {
        "megabytes": peak[0] / 2**20,
        "seconds": seconds,
        "accuracy": float(accuracy),
        "weights": weights.tolist(),
    }


def main():
    """Measure and publish."""
    options = parse_arguments(
        __doc__,
        n={"type": int, "default": 400_000, "help": "images; default: 400000"},
        worker={"help": argparse.SUPPRESS},
    )
    if options.worker:
        print(json.dumps(work(json.loads(options.worker))))
        return
    rows, weights = [], {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "X.npy")
        np.save(path.with_name("y.npy"), write_images(path, options.n))
        size = path.stat().st_size / 2**20
        for name, way in WAYS.items():
            job = json.dumps({"path": str(path), "way": way})
            command = [sys.executable, __file__, "--worker", job]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            found = json.loads(done.stdout.splitlines()[-1])
            weights[way] = found.pop("weights")
            digits = {"megabytes": 0, "seconds": 1, "accuracy": 3}
            rows.append([name, *(f"{found[k]:.{digits[k]}f}" for k in digits)])
            say(" | ".join(rows[-1]))
    np.testing.assert_array_equal(weights["array"], weights["memmap"])
    text = [
        f"{options.n} grey images of {SIDE} x {SIDE}, a file of {size:.0f} MB; one "
        "epoch of a network with 4 and 8 filters, then a prediction of all rows. "
        "Memory is the most that was resident, beyond what a fit and a prediction of "
        "256 rows had left; pages of the file that the process has touched count. The "
        "array and the memory map gave the same weights, bit for bit.",
        environment("skmed", "tensorflow", "keras", "scikit-learn", "numpy"),
        markdown_table(
            [["data", "peak MB", "seconds, fit and predict", "accuracy"], *rows]
        ),
    ]
    publish(__file__, "\n\n".join(text), write=options.write)


if __name__ == "__main__":
    main()

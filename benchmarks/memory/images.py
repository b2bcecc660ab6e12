"""How much memory does a fit on images in a file take?

Images are written to a file, and a small network is trained on them for one epoch: read
into memory first, as a memory map, and in parts with ``partial_fit``. Each way has a
fresh process whose resident memory is watched; what it had after a fit on a few images
is subtracted. The memory map and the array must give the same weights.
"""

import numpy as np

from benchmarks._measure import PeakMemory, Stopwatch, do_job
from benchmarks._run import Run, parse_arguments

from ._jobs import compare, read, result
from ._views.images import CASE

SIDE, PART = 64, 4096
METHODS = {
    "array in memory, `fit`": "array",
    "memory map, `fit`": "memmap",
    "parts of 4096 images, `partial_fit`": "stream",
}


def write_images(path, n):
    """Write discs, dark or bright, on noise; return their classes."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, n)
    rows, columns = np.mgrid[:SIDE, :SIDE] - SIDE / 2
    disc = rows**2 + columns**2 < (SIDE / 4) ** 2
    shape = (n, SIDE, SIDE, 1)
    file = np.lib.format.open_memmap(path, "w+", np.uint8, shape)
    for start in range(0, n, PART):
        labels = y[start : start + PART]
        noise = rng.integers(0, 128, (len(labels), SIDE, SIDE), np.uint8)
        file[start : start + PART, ..., 0] = noise + (disc * labels[:, None, None] * 64)
    file.flush()
    return y


def work(job):
    """Train in this process; return memory, seconds, accuracy and weights."""
    from skmed import CNNClassifier

    file, y = read(job)
    settings = {"filters": (4, 8), "pool_size": 4, "dense_units": (), "epochs": 1}
    model = CNNClassifier(random_state=0, batch_size=128, **settings)
    # what TensorFlow allocates for itself, whatever the data
    model.fit(np.array(file[:256]), y[:256]).predict(np.array(file[:256]))
    with PeakMemory() as memory, Stopwatch() as clock:
        if job["method"] == "stream":
            accuracy = stream(model, job["path"], y)
        else:
            X = np.load(job["path"]) if job["method"] == "array" else file
            accuracy = np.mean(model.fit(X, y).predict(X) == y)
    return result(memory, clock, accuracy, model)


def stream(model, path, y):
    """Train on parts and predict them; return the accuracy."""
    parts = [slice(start, start + PART) for start in range(0, len(y), PART)]
    for part in parts:
        model.partial_fit(np.load(path, mmap_mode="r")[part], y[part], [0, 1])
    n_right = sum(
        np.sum(model.predict(np.load(path, mmap_mode="r")[part]) == y[part])
        for part in parts
    )
    return n_right / len(y)


def main(argv=None):
    """Measure all ways."""
    options = parse_arguments(
        __doc__,
        argv,
        n={"type": int, "default": 400_000, "help": "images; default: 400000"},
    )
    n = 512 if options.smoke else options.n
    packages = ("tensorflow", "keras", "scikit-learn", "numpy")
    run = Run("memory/images", "all", packages, n_samples=n, side=SIDE)
    module = "benchmarks.memory.images"
    compare(
        *(run, CASE, module, METHODS),
        lambda path: write_images(path, n),
        options.smoke,
    )
    run.publish(options)


if __name__ == "__main__":
    do_job(work) or main()

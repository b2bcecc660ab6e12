"""How much memory does a fit on volumes in a file take?

Pieces of lung as a CT shows them are written to a file, half of them with a nodule
among the vessels. A residual network is trained on them, read into memory first and as
a memory map, each way in a fresh process whose resident memory is watched; what it had
after a fit on a few volumes is subtracted. Both must give the same weights.
"""

import numpy as np

from benchmarks._measure import PeakMemory, Stopwatch, do_job
from benchmarks._run import Run, parse_arguments

from ._jobs import compare, read, result
from ._views.volumes import CASE

SIDE = 24
METHODS = {"array in memory": "array", "memory map": "memmap"}
SETTINGS = {
    "architecture": "resnet",
    "filters": (4, 8),
    "kernel_size": 3,
    "learning_rate": 0.01,
    "random_state": 0,
}


def write_volumes(path, n, side):
    """Write volumes; return whether each has a nodule."""
    from skmed.datasets import make_ct_nodules

    shape = (n, side, side, side, 1)
    file = np.lib.format.open_memmap(path, "w+", np.int16, shape)
    _, y = make_ct_nodules(n, volume_size=side, random_state=0, out=file)
    file.flush()
    return y


def work(job):
    """Train in this process; return memory, seconds, accuracy and weights."""
    from skmed import CNNClassifier
    from skmed.datasets import make_ct_nodules

    file, y = read(job)
    model = CNNClassifier(**SETTINGS, epochs=job["epochs"])
    # what TensorFlow allocates for itself, whatever the data
    model.fit(np.array(file[:64]), y[:64])
    with PeakMemory() as memory, Stopwatch() as clock:
        model.fit(np.load(job["path"]) if job["method"] == "array" else file, y)
    side = file.shape[1]
    test = make_ct_nodules(job["n_test"], volume_size=side, random_state=1)
    return result(memory, clock, model.score(*test), model)


def main(argv=None):
    """Measure both ways."""
    options = parse_arguments(
        __doc__,
        argv,
        n={"type": int, "default": 12_000, "help": "volumes; default: 12000"},
        epochs={"type": int, "default": 1, "help": "default: 1"},
    )
    n, n_test, side = (64, 16, 12) if options.smoke else (options.n, 200, SIDE)
    run = Run(
        "memory/volumes",
        "all",
        ("tensorflow", "keras", "scikit-learn", "numpy"),
        n_samples=n,
        side=side,
        epochs=options.epochs,
        n_test=n_test,
    )
    compare(
        run,
        CASE,
        "benchmarks.memory.volumes",
        METHODS,
        lambda path: write_volumes(path, n, side),
        options.smoke,
        epochs=options.epochs,
        n_test=n_test,
    )
    run.publish(options)


if __name__ == "__main__":
    do_job(work) or main()

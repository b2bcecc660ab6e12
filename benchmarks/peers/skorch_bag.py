"""A bag of words by skorch whose fits are timed, for a Python that has it.

Settings: ``data``, a file with ``X``, ``y`` and ``n_ids``; ``epochs``, ``batch_size``
and ``threads``. The answer to any request is the seconds of the second of two fits.
"""

import time
from importlib.metadata import version

import numpy as np
import torch

from benchmarks.peers._server import serve
from benchmarks.peers.skorch_classifiers import classifier
from benchmarks.peers.torch_networks import Bag


def start(settings):
    """Read the data; return versions and the function that times a fit."""
    torch.set_num_threads(settings["threads"])
    with np.load(settings["data"]) as file:
        X, y, n_ids = file["X"].astype(np.int64), file["y"], int(file["n_ids"])

    def second_fit(request):
        for _ in range(2):
            net = classifier(
                Bag,
                0,
                module__vocabulary=n_ids,
                module__width=64,
                module__units=128,
                module__n_classes=2,
                module__masked=True,
                lr=1e-3,
                max_epochs=settings["epochs"],
                batch_size=settings["batch_size"],
            )
            before = time.perf_counter()
            net.fit(X, y)
            seconds = time.perf_counter() - before
        return seconds

    packages = {name: version(name) for name in ("torch", "skorch")}
    return {"packages": packages}, second_fit


if __name__ == "__main__":
    serve(start)

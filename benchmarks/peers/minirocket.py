"""MiniRocket with a ridge classifier, for a Python that has aeon.

Settings: ``data``, a file with ``X_train``, ``y_train`` and ``X_test``. A request is a
seed; the answer is the predicted labels of ``X_test``.
"""

from importlib.metadata import version

import numpy as np
from aeon.classification.convolution_based import MiniRocketClassifier

from benchmarks.peers._server import serve


def start(settings):
    """Read the data; return the version and the function that fits and predicts."""
    with np.load(settings["data"]) as data:
        X_train, y_train, X_test = data["X_train"], data["y_train"], data["X_test"]
    # aeon has channels before time steps
    X_train, X_test = (X[:, np.newaxis].astype(np.float64) for X in (X_train, X_test))

    def predict(seed):
        classifier = MiniRocketClassifier(random_state=seed)
        return classifier.fit(X_train, y_train).predict(X_test).tolist()

    return {"packages": {"aeon": version("aeon")}}, predict


if __name__ == "__main__":
    serve(start)

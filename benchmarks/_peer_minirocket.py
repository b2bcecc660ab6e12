"""MiniRocket with a ridge classifier, run by a Python that has aeon.

Called as ``python _peer_minirocket.py FILE SEED``: FILE holds ``X_train, y_train,
X_test``; what is predicted for X_test goes to standard output as JSON.
"""

import json
import sys

import numpy as np
from aeon.classification.convolution_based import MiniRocketClassifier


def main():
    """Fit and predict."""
    with np.load(sys.argv[1]) as data:
        train, y, test = data["X_train"], data["y_train"], data["X_test"]
    # aeon has channels before time
    train, test = (X[:, np.newaxis].astype(np.float64) for X in (train, test))
    classifier = MiniRocketClassifier(random_state=int(sys.argv[2]))
    print(json.dumps(classifier.fit(train, y).predict(test).tolist()))


if __name__ == "__main__":
    main()

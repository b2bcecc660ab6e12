"""The network's own input, which an autoencoder learns to rebuild."""

import numpy as np

from .number_targets import NumberTargets
from .targets import Targets


class InputTargets(Targets):
    """The network's own standardised input: what an autoencoder learns.

    The network ends in the difference between reconstruction and input, so no
    second copy of the data is needed as a target.
    """

    kind = "the input"
    losses = ("squared_error", "absolute_error", "huber")

    def fit(self, y, weight):
        """Nothing to learn."""
        return self

    def check(self, y):
        """Y is ignored."""

    def check_known(self, y):
        """Y is ignored."""

    def encode(self, y, loss, dtype):
        """Return one zero per row, which the difference is compared with."""
        return np.zeros((len(y), 1), dtype)

    def loss(self, name, dtype):
        """Return the Keras loss of that name, computed in that dtype."""
        return NumberTargets(name).loss(name, dtype)

    def strata(self, y):
        """Inputs have no strata."""
        return None

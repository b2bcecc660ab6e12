"""The rows of one fit, kept together through every selection."""

from dataclasses import dataclass, replace

import numpy as np

from skmed._validation.memory_maps import MemmapArray

from .checks import hold_out


@dataclass(frozen=True)
class Rows:
    """Inputs with what belongs to each of them.

    Parameters
    ----------
    X : ndarray or MemmapArray of shape (n_samples, ...)
        Inputs in the network's shape.
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Targets.
    weight : ndarray of shape (n_samples,) or None
        Weights, one each where None.
    groups : ndarray of shape (n_samples,) or None
        Patients.
    """

    X: np.ndarray | MemmapArray
    y: np.ndarray
    weight: np.ndarray | None = None
    groups: np.ndarray | None = None

    def __len__(self):
        return len(self.X)

    def take(self, rows):
        """Return the selected rows."""
        X = self.X.select(rows) if isinstance(self.X, MemmapArray) else self.X[rows]
        others = (
            None if array is None else array[rows]
            for array in (self.y, self.weight, self.groups)
        )
        return Rows(X, *others)

    def weighted(self, weight):
        """Return the same rows with other weights."""
        return replace(self, weight=weight)

    def present(self):
        """Leave out rows whose weight is zero."""
        if self.weight is None or self.weight.all():
            return self
        return self.take(self.weight > 0)

    def split(self, fraction, seed, strata):
        """Hold out a part, by class or by patient."""
        parts = hold_out(len(self), fraction, seed, strata, self.groups)
        return tuple(self.take(rows) for rows in parts)

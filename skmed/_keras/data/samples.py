"""The samples of a fit: inputs with targets, weights and groups."""

from dataclasses import dataclass, replace

import numpy as np

from skmed._validation.memory_maps import MemmapArray

from .splits import hold_out


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples: inputs with their targets, weights and groups.

    Parameters
    ----------
    X : ndarray, MemmapArray or list of shape (n_samples, ...)
        Validated inputs.
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Targets.
    weight : ndarray of shape (n_samples,) or None
        Sample weights; None for weights of one.
    groups : ndarray of shape (n_samples,) or None
        Patients.
    """

    X: np.ndarray | MemmapArray
    y: np.ndarray
    weight: np.ndarray | None = None
    groups: np.ndarray | None = None

    def __len__(self):
        return len(self.X)

    def take(self, indices):
        """Return the samples at the given indices, or of a boolean mask."""
        X = self.X
        X = X.select(indices) if isinstance(X, MemmapArray) else X[indices]
        others = (
            None if array is None else array[indices]
            for array in (self.y, self.weight, self.groups)
        )
        return Samples(X, *others)

    def with_inputs(self, X):
        """Return the same samples with other inputs."""
        return replace(self, X=X)

    def with_weight(self, weight):
        """Return the same samples with other weights."""
        return replace(self, weight=weight)

    def drop_zero_weight(self):
        """Return the samples whose weight is above zero."""
        if self.weight is None or self.weight.all():
            return self
        return self.take(self.weight > 0)

    def split(self, fraction, seed, strata):
        """Hold out a fraction of the samples, stratified, or of whole patients.

        Parameters
        ----------
        fraction : float
            Fraction of the samples, or of the patients if there are groups.
        seed : int
            Seed of the split.
        strata : ndarray of int, shape (n_samples,), or None
            Classes by which to stratify.

        Returns
        -------
        train, held_out : Samples
            Samples to train on, and those held out.
        """
        parts = hold_out(len(self), fraction, seed, strata, self.groups)
        return tuple(self.take(indices) for indices in parts)

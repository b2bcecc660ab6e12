"""Early stopping by the validation loss."""

import math


class EarlyStopping:
    """Early stopping by the validation loss, as in scikit-learn's MLPClassifier.

    Parameters
    ----------
    tol : float
        Decrease of the best loss that counts as improvement.
    n_iter_no_change : int
        Number of consecutive epochs without improvement after which to stop.
    best_loss : float
        Best loss of earlier stages of the training.
    best_state : State or None
        State with that loss.
    """

    def __init__(self, tol, n_iter_no_change, best_loss=math.inf, best_state=None):
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.best_loss = best_loss
        self.best_state = best_state
        self._n_without_improvement = 0

    def update(self, loss, state):
        """Record the loss and the state of an epoch; return whether to stop."""
        improved = loss < self.best_loss - self.tol
        self._n_without_improvement = 0 if improved else self._n_without_improvement + 1
        # the best weights have the lowest loss, also if it decreased by less than tol
        if loss < self.best_loss or self.best_state is None:
            self.best_loss, self.best_state = loss, state
        return self._n_without_improvement >= self.n_iter_no_change

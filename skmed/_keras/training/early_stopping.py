"""When to stop, and which weights to keep."""

import math


class EarlyStopping:
    """Watch the validation loss, as scikit-learn's MLP watches its score.

    Parameters
    ----------
    tol : float
        An epoch counts as better when it lowers the best loss by more than this.
    n_iter_no_change : int
        Stop after this many epochs in a row that aren't better.
    best_loss, best_state : float, State
        What a stage before this one arrived at.
    """

    def __init__(self, tol, n_iter_no_change, best_loss=math.inf, best_state=None):
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.best_loss = best_loss
        self.best_state = best_state
        self._waited = 0

    def update(self, loss, state):
        """Take note of an epoch's loss and state; return whether to stop."""
        better = loss < self.best_loss - self.tol
        self._waited = 0 if better else self._waited + 1
        # the best weights are those of the lowest loss, however small the gain
        if loss < self.best_loss or self.best_state is None:
            self.best_loss, self.best_state = loss, state
        return self._waited >= self.n_iter_no_change

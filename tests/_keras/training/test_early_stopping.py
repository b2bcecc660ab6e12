"""When early stopping stops, and what it keeps."""

import pytest

from skmed._keras.training.early_stopping import EarlyStopping


@pytest.mark.parametrize(
    ("losses", "tol", "patience", "stops_after", "best"),
    [
        ([3, 2, 1, 0.5], 0.0, 2, None, 3),
        ([3, 2, 2.5, 2.4, 1], 0.0, 2, 4, 1),
        # too small a gain doesn't reset the patience, but its weights are better
        ([3, 2, 1.95, 1.9, 1], 0.1, 2, 4, 3),
        # a gain of exactly tol isn't more than tol
        ([2, 1.5, 1.0], 0.5, 1, 2, 1),
        ([1, float("nan"), float("nan")], 0.0, 2, 3, 0),
    ],
)
def test_patience(losses, tol, patience, stops_after, best):
    stopping = EarlyStopping(tol, patience)
    stopped = None
    for epoch, loss in enumerate(losses):
        if stopping.update(loss, state=epoch):
            stopped = epoch + 1
            break
    assert stopped == stops_after
    assert stopping.best_state == best

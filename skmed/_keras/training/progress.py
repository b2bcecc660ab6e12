"""The progress bar of a fit."""

from tqdm.auto import tqdm


class Progress:
    """A progress bar with the loss and the time left, as a context manager.

    Parameters
    ----------
    verbose : int
        0 for no progress bar.
    epochs : int
        Number of epochs.
    name : str
        Title of the bar.
    """

    def __init__(self, verbose, epochs, name):
        self._bar = tqdm(total=epochs, desc=name, unit="epoch", disable=not verbose)

    def update(self, logs):
        """Advance by one epoch and show its logs."""
        self._bar.set_postfix(
            # metrics may also be arrays, with a value per class
            {k: f"{v:.4g}" for k, v in logs.items() if isinstance(v, float)}
        )
        self._bar.update()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self._bar.close()

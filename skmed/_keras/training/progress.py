"""One progress bar per fit."""

from tqdm.auto import tqdm


class Progress:
    """Epochs done, loss and time left; nothing at all unless asked for.

    Parameters
    ----------
    verbose : int
        0 for silence.
    epochs : int
        Epochs to come.
    name : str
        What is being fitted.
    """

    def __init__(self, verbose, epochs, name):
        self._bar = tqdm(total=epochs, desc=name, unit="epoch", disable=not verbose)

    def update(self, logs):
        """Show one more epoch and its losses."""
        self._bar.set_postfix(
            # a metric may be one number for each class
            {k: f"{v:.4g}" for k, v in logs.items() if isinstance(v, float)}
        )
        self._bar.update()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self._bar.close()

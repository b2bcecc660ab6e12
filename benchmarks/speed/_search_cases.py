"""The networks, data and grids of speed/grid_search.py.

The data are drawn, and the same for all. A note is words of a skewed distribution, of
which one in sixteen is one of the hundred words of its class; an image shows a disc, a
square, a ring or a cross, rotated, shifted and coloured at random; a wave is one
heartbeat with noise, whose class shifts the height of its T wave. No classes can be
separated without error, so that scores mean something.

Nothing of skmed, Keras or PyTorch is imported: all processes read this.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.peers import keras_models
from benchmarks.peers.keras_models import N_PIXELS, N_STEPS, N_WORDS

EPOCHS, BATCH_SIZE, N_FOLDS = 5, 32, 3
VOCABULARY = 5000


def notes(n):
    """Draw word ids, padded with 0, and one of four classes."""
    rng, n_own = np.random.default_rng(0), 100
    y = rng.permutation(np.arange(n) % 4)
    usual = 1 / np.arange(11, VOCABULARY + 10)
    usual /= usual.sum()
    own = rng.permutation(np.arange(200, VOCABULARY))[: 4 * n_own].reshape(4, n_own)
    X = np.zeros((n, N_WORDS), np.int32)
    for row, label in zip(X, y):
        length = rng.integers(40, N_WORDS + 1)
        words = rng.choice(np.arange(1, VOCABULARY), length, p=usual)
        chosen = rng.random(length) < 1 / 16
        words[chosen] = rng.choice(own[label], chosen.sum())
        row[:length] = words
    return X, y


def images(n):
    """Draw a disc, a square, a ring or a cross on each image."""
    rng = np.random.default_rng(0)
    y = rng.permutation(np.arange(n) % 4)
    rows, columns = np.mgrid[:N_PIXELS, :N_PIXELS] - N_PIXELS / 2
    X = np.empty((n, N_PIXELS, N_PIXELS, 3), np.float32)
    for image, label in zip(X, y):
        size, angle = rng.uniform(6, 9), rng.uniform(0, np.pi)
        right, down = rng.uniform(-3, 3, 2)
        turn = np.exp(1j * angle) * (columns - right + 1j * (rows - down))
        short, long = np.sort([np.abs(turn.real), np.abs(turn.imag)], axis=0)
        inside = np.abs(turn) < size
        figure = [
            inside,
            long < 0.85 * size,
            inside & (np.abs(turn) > 0.55 * size),
            inside & (short < 0.3 * size),
        ][label]
        ground, colour = rng.uniform(-0.5, 0, 3), rng.uniform(0, 1, 3)
        image[:] = np.where(figure[..., np.newaxis], colour, ground)
    X += rng.normal(0, 0.1, X.shape)
    return X, y


def waves(n):
    """Draw one heartbeat in each row, with a high or a flat T wave."""
    rng = np.random.default_rng(0)
    y = rng.permutation(np.arange(n) % 2)

    def bump(height, at, width):
        columns = (np.broadcast_to(part, n)[:, None] for part in (height, at, width))
        height, at, width = columns
        return height * np.exp(-(((np.arange(N_STEPS) - at) / width) ** 2) / 2)

    beat, width = rng.normal(40, 4, n), rng.uniform(1.5, 3, n)
    height = rng.normal(np.where(y, -0.1, 0.4), 0.25)
    X = bump(2, beat, width) - bump(0.5, beat + 4, width)
    X += bump(height, beat + rng.normal(70, 5, n), rng.uniform(10, 14, n))
    X += rng.normal(0, 0.1, (n, 1)) + rng.normal(0, 0.2, X.shape)
    return X[..., np.newaxis].astype(np.float32), y


def numbers(n):
    """Draw twenty numbers in each row, and a class by some of them."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 20)).astype(np.float32)
    return X, (X[:, :5].sum(axis=1) + rng.normal(size=n) > 0).astype(int)


@dataclass(frozen=True)
class Case:
    """A network, its data and its grid.

    Parameters
    ----------
    data : callable
        From a number of samples to samples and classes.
    n : int
        Number of samples.
    network : callable
        Builds the Keras model; PyTorch's has the same name.
    settings : dict
        Arguments of that function.
    rates, widths : tuple
        The grid.
    """

    data: Callable
    n: int
    network: Callable
    settings: dict
    rates: tuple = (1e-3,)
    widths: tuple = (64,)

    def shape(self):
        """Return the shape of the data as text."""
        return " x ".join(map(str, (self.n, *self.data(2)[0].shape[1:])))

    def grid(self):
        """Return the grid as text."""
        grid = f"{len(self.rates)} learning rates"
        return grid + (len(self.widths) > 1) * f" x {len(self.widths)} widths"

    def small(self):
        """Return the same with few samples and a grid of one."""
        return replace(
            self, n=self.n // 25, rates=self.rates[:1], widths=self.widths[:1]
        )


_CASES = {
    "text bag": Case(
        notes,
        2000,
        keras_models.bag,
        {"n_classes": 4, "vocabulary": VOCABULARY},
        (1e-3, 3e-3, 1e-2),
    ),
    "CNN": Case(
        images, 1000, keras_models.cnn, {"n_classes": 4}, (1e-3, 3e-3), (16, 32)
    ),
    "LSTM": Case(waves, 500, keras_models.lstm, {"n_classes": 2}, (1e-3, 3e-3, 1e-2)),
    "tiny": Case(numbers, 200, keras_models.tiny, {"n_classes": 2}, widths=(8,)),
}


def cases(smoke):
    """Return the cases by name, small ones for smoke runs."""
    return {name: case.small() if smoke else case for name, case in _CASES.items()}

"""Augmentation: its parameter, and its draws in training."""

import functools
from dataclasses import dataclass
from numbers import Real

import numpy as np
import tensorflow as tf

from .transforms import MOVES, VALUES, folded, mixup, move

# name -> default strength, and the ranks of samples that it applies to
DEFAULTS = {
    "shift": (0.1, (1, 2, 3)),
    "rotation": (10.0, (2, 3)),
    "zoom": (0.1, (1, 2, 3)),
    "flip": (0.5, (1, 2, 3)),
    "warp": (0.05, (1,)),
    "contrast": (0.2, (1, 2, 3)),
    "noise": (0.1, (1, 2, 3)),
    "cutout": (0.25, (1, 2, 3)),
    "mixup": (0.2, (1, 2, 3)),
}
# these remove information, which only many epochs average out
_IN_TRAINING_ONLY = ("cutout", "mixup")
_KINDS = {1: "signals", 2: "images", 3: "volumes"}
MAX_SEED = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Draws:
    """Seeds and strengths of augmentation for some training steps.

    Parameters
    ----------
    seeds : ndarray of int, shape (n_steps, 2)
        One seed for each step.
    amounts : tuple of float
        Strength of each change.
    """

    seeds: np.ndarray
    amounts: tuple

    def of_step(self, step):
        """Return the draws of one step."""
        return Draws(self.seeds[step : step + 1], self.amounts)


NO_DRAWS = Draws(np.zeros((0, 2), np.int32), ())


@dataclass(frozen=True)
class Augmentation:
    """Random changes of samples.

    Parameters
    ----------
    names : tuple of str
        Names of the changes; a program is compiled for them.
    amounts : tuple of float
        Their strengths, which are data of the program.
    n_views : int
        Views of each sample that predictions are averaged over, itself the first.
    """

    names: tuple
    amounts: tuple
    n_views: int = 1

    @property
    def mixes(self):
        """Whether a sample may get part of another's target."""
        return "mixup" in self.names

    def draws_of(self, seed):
        """Return a function from an epoch and its number of steps to its draws.

        They depend on the seed and the number of the epoch only, as the order does.
        """
        return functools.partial(self._draws, seed)

    def _draws(self, seed, epoch, n_steps):
        rng = np.random.default_rng([seed, epoch, 1])
        return Draws(rng.integers(MAX_SEED, size=(n_steps, 2)), self.amounts)

    def views(self):
        """Return the changes that predictions can be averaged over, or None."""
        kept = [
            (name, amount)
            for name, amount in zip(self.names, self.amounts)
            if name not in _IN_TRAINING_ONLY
        ]
        return Augmentation(*zip(*kept)) if kept else None


def make_augmentation(augment, rank, n_views=1):
    """Return the augmentation of the parameter ``augment``, or None.

    Parameters
    ----------
    augment : None, str, tuple of str, or dict of str to float
        The parameter.
    rank : int
        1 for signals, 2 for images, 3 for volumes.
    n_views : int
        The parameter ``test_time_augmentation``.

    Returns
    -------
    Augmentation or None
        Changes in the order of ``DEFAULTS``.

    Raises
    ------
    ValueError
        If a name is unknown or not for this rank, a strength is not above zero, or
        views are asked for that would not differ.
    """
    augmentation = _read(augment, rank, n_views)
    views = augmentation and augmentation.views()
    if n_views > 1 and views is None:
        raise ValueError(
            f"test_time_augmentation={n_views} needs augment= to say how views of a "
            "row differ, by more than 'cutout' and 'mixup'."
        )
    return augmentation


def _read(augment, rank, n_views):
    if not augment:
        return None
    if isinstance(augment, str):
        augment = (augment,)
    if not isinstance(augment, dict):
        augment = {
            name: DEFAULTS[name][0] if name in DEFAULTS else 0 for name in augment
        }
    for name, amount in augment.items():
        if name not in DEFAULTS:
            raise ValueError(
                f"augment names {name!r}; use some of {', '.join(map(repr, DEFAULTS))}."
            )
        if rank not in DEFAULTS[name][1]:
            raise ValueError(
                f"augment={name!r} isn't for {_KINDS[rank]}; leave it out."
            )
        if not isinstance(amount, Real) or not 0 < amount < np.inf:
            raise ValueError(
                f"augment must give {name!r} a strength above zero; got {amount!r}."
            )
    names = tuple(name for name in DEFAULTS if name in augment)
    amounts = tuple(float(augment[name]) for name in names)
    return Augmentation(names, amounts, n_views)


def augmented(names, amounts, x, seed, n_draws):
    """Change samples in a graph, except by mixup.

    Parameters
    ----------
    names : tuple of str
        Names of the changes.
    amounts : tensor of shape (n_names,)
        Their strengths.
    x : tensor of shape (n, *sizes, channels)
        Samples.
    seed : tensor of int32, shape (2,)
        Seed of all draws.
    n_draws : tensor or int
        The number of samples, or 1 to change all of them alike.

    Returns
    -------
    tensor of shape (n, *sizes, channels)
        Changed samples.
    """
    given = {name: tf.cast(amounts[i], x.dtype) for i, name in enumerate(names)}
    moves = {name: amount for name, amount in given.items() if name in MOVES}
    if moves:
        x = move(x, moves, seed, n_draws)
    for i, (name, change) in enumerate(VALUES.items()):
        if name in given:
            x = change(x, given[name], folded(seed, len(MOVES) + i), n_draws)
    return x


def augmented_batch(names, amounts, x, y, weight, seed):
    """Change a batch of training samples, mixup included."""
    x = augmented(names, amounts, x, seed, tf.shape(x)[0])
    if "mixup" not in names:
        return x, y, weight
    amount = amounts[names.index("mixup")]
    return mixup(x, y, weight, amount, folded(seed, -1))

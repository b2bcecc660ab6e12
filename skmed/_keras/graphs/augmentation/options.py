"""``augment=``: what a user writes, what training does with it, and predicting too."""

from dataclasses import dataclass
from numbers import Real

import numpy as np
import tensorflow as tf

from skmed._keras.graphs.cache import ProgramCache
from skmed._keras.graphs.tracing import Graph

from .transforms import MOVES, VALUES, folded, mixup, move

# name -> its usual strength, and the ranks of rows that it is for
USUAL = {
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
# these take away what a single row shows, which only training can even out
_IN_TRAINING_ONLY = ("cutout", "mixup")
_KINDS = {1: "signals", 2: "images", 3: "volumes"}
# rows of a prediction that are changed at a time, in numbers
_VIEW_VALUES = 2**21
_views = ProgramCache()


_MOST = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Chance:
    """What the random changes of some training steps depend on.

    Parameters
    ----------
    seeds : ndarray of int, shape (n_steps, 2)
        One seed for each step.
    amounts : tuple of float
        How strong each change is.
    """

    seeds: np.ndarray
    amounts: tuple

    def of_step(self, step):
        """Return the same of one step alone."""
        return Chance(self.seeds[step : step + 1], self.amounts)


NO_CHANCE = Chance(np.zeros((0, 2), np.int32), ())


@dataclass(frozen=True)
class Augmentation:
    """Named random changes of rows.

    Parameters
    ----------
    names : tuple of str
        Which; a program is made for them.
    amounts : tuple of float
        How strong each is, which is data.
    """

    names: tuple
    amounts: tuple

    @property
    def mixes(self):
        """Whether a row may get a part of another's target."""
        return "mixup" in self.names

    def chance(self, seed, epoch, n_steps):
        """Return what an epoch's steps draw from.

        It depends on the seed and the epoch's number alone, as the order of rows.
        """
        rng = np.random.default_rng([seed, epoch, 1])
        return Chance(rng.integers(_MOST, size=(n_steps, 2)), self.amounts)

    def views(self):
        """Return the part that predictions can be averaged over."""
        kept = [
            (name, amount)
            for name, amount in zip(self.names, self.amounts)
            if name not in _IN_TRAINING_ONLY
        ]
        return Augmentation(*zip(*kept)) if kept else None


def read_augment(augment, rank):
    """Return what ``augment=`` asks for, or None.

    Parameters
    ----------
    augment : None, str, tuple of str, or dict of str to float
        What a user wrote.
    rank : int
        1 for signals, 2 for images, 3 for volumes.

    Returns
    -------
    Augmentation or None
        In the order of ``USUAL``, however it was written.
    """
    if not augment:
        return None
    if isinstance(augment, str):
        augment = (augment,)
    if not isinstance(augment, dict):
        augment = {name: USUAL[name][0] if name in USUAL else 0 for name in augment}
    for name, amount in augment.items():
        if name not in USUAL:
            raise ValueError(
                f"augment names {name!r}; use some of {', '.join(map(repr, USUAL))}."
            )
        if rank not in USUAL[name][1]:
            raise ValueError(
                f"augment={name!r} isn't for {_KINDS[rank]}; leave it out."
            )
        if not isinstance(amount, Real) or not 0 < amount < np.inf:
            raise ValueError(
                f"augment must give {name!r} a strength above zero; got {amount!r}."
            )
    names = tuple(name for name in USUAL if name in augment)
    return Augmentation(names, tuple(float(augment[name]) for name in names))


def augmented(names, amounts, x, seed, n_draws):
    """Change rows in a graph; mixing apart.

    Parameters
    ----------
    names : tuple of str
        Which changes.
    amounts : tensor of shape (n_names,)
        How strong.
    x : tensor of shape (n, *sizes, channels)
        Rows.
    seed : tensor of int32, shape (2,)
        Where all draws come from.
    n_draws : tensor or int
        The number of rows, or 1 to change all of them alike.

    Returns
    -------
    tensor of the same shape
        Changed rows.
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
    """Change a batch of training rows, each in its own way, mixing included."""
    x = augmented(names, amounts, x, seed, tf.shape(x)[0])
    if "mixup" not in names:
        return x, y, weight
    amount = amounts[names.index("mixup")]
    return mixup(x, y, weight, amount, folded(seed, -1))


def mean_over_views(predict, x, dtype, augmentation, n_views, seed):
    """Average predictions over views of each row, the row itself the first.

    All rows are changed alike, so that neither their order nor their number
    matters.

    Parameters
    ----------
    predict : callable
        From rows to predictions.
    x : ndarray of shape (n, *sizes, channels)
        Rows of any real dtype.
    dtype : str
        The dtype of the network's inputs.
    augmentation : Augmentation
        How views differ.
    n_views : int
        How many there are.
    seed : int
        Seed of the views.

    Returns
    -------
    ndarray
        The mean of the predictions.
    """
    total = predict(x)
    names = augmentation.names
    shape = x.shape[1:]
    program = _views.get(
        (names, shape, dtype), lambda: _view_graph(names, shape, dtype)
    )
    size = max(1, _VIEW_VALUES // int(np.prod(shape)))
    rng = np.random.default_rng([seed, 2])
    for view_seed in rng.integers(_MOST, size=(n_views - 1, 2)):
        parts = []
        for start in range(0, len(x), size):
            rows = np.ascontiguousarray(x[start : start + size], dtype)
            changed = program(
                tf.constant(rows),
                tf.constant(augmentation.amounts, tf.float32),
                tf.constant(view_seed, tf.int32),
            )
            parts.append(predict(changed.numpy()))
        total = total + np.concatenate(parts)
    return total / n_views


def _view_graph(names, shape, dtype):
    return Graph(
        lambda rows, amounts, seed: augmented(names, amounts, rows, seed, 1),
        tf.TensorSpec((None, *shape), dtype),
        tf.TensorSpec((len(names),), tf.float32),
        tf.TensorSpec((2,), tf.int32),
    )

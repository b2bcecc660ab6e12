"""Augmentation: the parameter ``augment``, and its application to batches."""

import functools
from dataclasses import dataclass
from numbers import Real

import numpy as np
import tensorflow as tf

from .transforms import GEOMETRIC, INTENSITY, fold_in, mixup, transform_geometry

# name -> default strength, and the ranks of samples that it is for
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
# transforms that remove information, which only many epochs average out
_IN_TRAINING_ONLY = ("cutout", "mixup")
_KINDS = {1: "signals", 2: "images", 3: "volumes"}
MAX_SEED = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Draws:
    """Seeds and strengths of the augmentation in some training steps.

    Parameters
    ----------
    seeds : ndarray of int, shape (n_steps, 2)
        One seed per step.
    strengths : tuple of float
        Strength of each transform.
    """

    seeds: np.ndarray
    strengths: tuple

    def for_step(self, step):
        """Return the draws of one training step."""
        return Draws(self.seeds[step : step + 1], self.strengths)


NO_DRAWS = Draws(np.zeros((0, 2), np.int32), ())


@dataclass(frozen=True)
class Augmentation:
    """Random transforms of samples.

    Parameters
    ----------
    names : tuple of str
        Names of the transforms, for which a program is compiled.
    strengths : tuple of float
        Their strengths, which are arguments of the program.
    n_views : int
        Number of views of a sample over which predictions are averaged. The first
        view is the sample itself.
    """

    names: tuple
    strengths: tuple
    n_views: int = 1

    @property
    def mixes(self):
        """Whether targets of several samples are mixed."""
        return "mixup" in self.names

    def draw_function(self, seed):
        """Return a function of an epoch and its number of steps that returns draws.

        Draws depend on the seed and the number of the epoch only, as the order of
        samples does.
        """
        return functools.partial(self._draws, seed)

    def _draws(self, seed, epoch, n_steps):
        rng = np.random.default_rng([seed, epoch, 1])
        return Draws(rng.integers(MAX_SEED, size=(n_steps, 2)), self.strengths)

    def views(self):
        """Return the augmentation of views in predictions; None if there is none."""
        used = [
            (name, strength)
            for name, strength in zip(self.names, self.strengths)
            if name not in _IN_TRAINING_ONLY
        ]
        return Augmentation(*zip(*used)) if used else None


def make_augmentation(augment, rank, n_views=1):
    """Return the augmentation that the parameter ``augment`` describes.

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
        Transforms in the order of ``DEFAULTS``.

    Raises
    ------
    ValueError
        If a name is unknown or not for this rank, if a strength is not above zero, or
        if all views of a sample would be equal.
    """
    augmentation = _parse(augment, rank, n_views)
    views = augmentation and augmentation.views()
    if n_views > 1 and views is None:
        raise ValueError(
            f"test_time_augmentation={n_views} needs augment= to say how views of a "
            "row differ, by more than 'cutout' and 'mixup'."
        )
    return augmentation


def _parse(augment, rank, n_views):
    if not augment:
        return None
    if isinstance(augment, str):
        augment = (augment,)
    if not isinstance(augment, dict):
        augment = {
            name: DEFAULTS[name][0] if name in DEFAULTS else 0 for name in augment
        }
    for name, strength in augment.items():
        if name not in DEFAULTS:
            raise ValueError(
                f"augment names {name!r}; use some of {', '.join(map(repr, DEFAULTS))}."
            )
        if rank not in DEFAULTS[name][1]:
            raise ValueError(
                f"augment={name!r} isn't for {_KINDS[rank]}; leave it out."
            )
        if not isinstance(strength, Real) or not 0 < strength < np.inf:
            raise ValueError(
                f"augment must give {name!r} a strength above zero; got {strength!r}."
            )
    names = tuple(name for name in DEFAULTS if name in augment)
    strengths = tuple(float(augment[name]) for name in names)
    return Augmentation(names, strengths, n_views)


def transform_samples(names, strengths, x, seed, n_draws):
    """Apply random transforms to samples inside a graph, mixup excepted.

    Parameters
    ----------
    names : tuple of str
        Names of the transforms; 'mixup' is ignored.
    strengths : tensor of shape (n_names,)
        Their strengths.
    x : tensor of shape (n_samples, *sizes, n_channels)
        Samples.
    seed : tensor of int32, shape (2,)
        Seed of all random numbers.
    n_draws : tensor or int
        The number of samples, or 1 to transform all of them alike.

    Returns
    -------
    tensor of shape (n_samples, *sizes, n_channels)
        Transformed samples.
    """
    given = {name: tf.cast(strengths[i], x.dtype) for i, name in enumerate(names)}
    geometric = {
        name: strength for name, strength in given.items() if name in GEOMETRIC
    }
    if geometric:
        x = transform_geometry(x, geometric, seed, n_draws)
    for i, (name, transform) in enumerate(INTENSITY.items()):
        if name in given:
            x = transform(x, given[name], fold_in(seed, len(GEOMETRIC) + i), n_draws)
    return x


def augment_batch(names, strengths, x, y, weight, seed):
    """Apply random transforms to a batch of training samples.

    Parameters
    ----------
    names : tuple of str
        Names of the transforms.
    strengths : tensor of shape (n_names,)
        Their strengths.
    x, y, weight : tensors of shape (batch_size, ...)
        Samples, targets and sample weights.
    seed : tensor of int32, shape (2,)
        Seed of all random numbers.

    Returns
    -------
    x, y, weight : tensors of the same shapes
        The transformed batch; 'mixup' changes targets and weights too.
    """
    x = transform_samples(names, strengths, x, seed, tf.shape(x)[0])
    if "mixup" not in names:
        return x, y, weight
    strength = strengths[names.index("mixup")]
    return mixup(x, y, weight, strength, fold_in(seed, -1))

"""Synthetic chest X-rays."""

from numbers import Integral, Real

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, validate_params

# images are generated in batches of bounded memory
_MAX_PIXELS = 2**20

# brightness added to the lungs of class 0, relative to the mean brightness that the
# opacities add in class 1: with 1, linear models could not separate the classes
_DIFFUSE_FRACTION = 0.4


@validate_params(
    {
        "n_samples": [Interval(Integral, 1, None, closed="left")],
        "image_size": [Interval(Integral, 8, None, closed="left")],
        "difficulty": [Interval(Real, 0, 1, closed="both")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def make_chest_xrays(
    n_samples: int = 100,
    *,
    image_size: int = 28,
    difficulty: float = 0.5,
    random_state=None,
) -> tuple[np.ndarray, np.ndarray]:
    """Generate synthetic chest X-rays, half of them with opacities in the lungs.

    Each image has two dark lungs crossed by ribs, a bright mediastinum, a heart, a
    diaphragm and shoulders, with random position, size, rotation, inflation of the
    lungs, exposure and noise. Images of class 1 have one to three soft bright
    opacities at random positions in the lungs, as in pneumonia; the lungs of class 0
    are brightened uniformly instead. The mean brightness therefore carries little
    information: linear models of the pixels are moderately accurate, convolutional
    networks more.

    Parameters
    ----------
    n_samples : int, default=100
        Number of images.
    image_size : int, default=28
        Height and width of an image, in pixels; at least 8.
    difficulty : float, default=0.5
        From 0 (bright opacities, little noise) to 1 (faint opacities, much noise).
    random_state : int, RandomState instance or None, default=None
        Seed. Pass an int for reproducible output across calls.

    Returns
    -------
    X : ndarray of shape (n_samples, image_size, image_size), dtype uint8
        The images.
    y : ndarray of shape (n_samples,)
        1 for images with opacities, else 0; the classes are balanced and shuffled.

    See Also
    --------
    fetch_pneumoniamnist : Real chest X-rays.

    Examples
    --------
    >>> from skmed.datasets import make_chest_xrays
    >>> X, y = make_chest_xrays(n_samples=6, random_state=0)
    >>> X.shape, X.dtype, y.shape
    ((6, 28, 28), dtype('uint8'), (6,))
    """
    rng = check_random_state(random_state)
    y = rng.permutation(np.arange(n_samples) % 2)
    X = np.empty((n_samples, image_size, image_size), np.uint8)
    batch_size = max(1, _MAX_PIXELS // image_size**2)
    for start in range(0, n_samples, batch_size):
        rows = slice(start, start + batch_size)
        X[rows] = _generate(rng, y[rows], image_size, difficulty)
    return X, y


def _generate(rng, y, size, difficulty):
    """Return one image per label. Lengths are in units of half the image width."""
    n = len(y)

    def uniform(low, high):
        return rng.uniform(low, high, (n, 1, 1))

    x, y_down = _body_coordinates(rng, n, size)
    across = np.abs(x)

    # brightness of each part of the body, 0 to 1, before exposure
    trunk = _soft_step(1.05 - across, 0.06) * _soft_step(
        y_down + uniform(0.8, 1.0) - 0.5 * across**2, 0.06
    )
    neck = _soft_step(0.28 - across, 0.05) * _soft_step(-0.6 - y_down, 0.1)
    tissue = np.maximum(trunk, neck)
    image = 0.06 + uniform(0.62, 0.74) * tissue

    lungs = np.maximum(
        _lung(x, y_down, side=-1, width=uniform(0.29, 0.36), base=uniform(0.58, 0.74)),
        _lung(x, y_down, side=1, width=uniform(0.27, 0.34), base=uniform(0.6, 0.76)),
    )
    heart = _soft_step(
        1
        - ((x - uniform(0.08, 0.18) - 0.2 * (y_down - 0.4)) / uniform(0.26, 0.38)) ** 2
        - ((y_down - 0.4) / uniform(0.36, 0.48)) ** 2,
        0.35,
    )
    lungs = lungs * (1 - 0.9 * heart)
    # texture of healthy lungs: vessels, skin folds, breathing
    texture = _smooth_noise(rng, n, size, cells=4)
    ribs = _ribs(x, y_down, uniform(2.8, 3.8), uniform(0, 1)) * uniform(0.02, 0.07)
    hila = np.exp(-(((across - 0.2) / 0.12) ** 2) - ((y_down + 0.02) / 0.22) ** 2)

    opacities, diffuse = _opacities(rng, y, x, y_down, lungs, difficulty)
    air = uniform(0.3, 0.46)
    image -= lungs * np.maximum(air - diffuse, 0.06)
    image += lungs * (ribs + 0.05 * texture + uniform(0.02, 0.1) * hila)
    image += opacities * lungs
    image += 0.1 * np.exp(-((x / 0.12) ** 2)) * tissue + 0.03 * heart

    # exposure: contrast, brightness and gamma
    image = np.clip(image, 0.01, 1) ** uniform(0.75, 1.35)
    image = 0.5 + (image - 0.5) * uniform(0.7, 1.1) + uniform(-0.1, 0.1)
    image += rng.normal(0, 0.01 + 0.025 * difficulty, image.shape)
    return np.clip(np.rint(255 * image), 0, 255).astype(np.uint8)


def _body_coordinates(rng, n, size):
    """Return the coordinates of each pixel relative to the randomly placed body."""
    line = (np.arange(size) + 0.5) / size * 2 - 1
    y_down, x = np.meshgrid(line, line, indexing="ij")
    angle = rng.normal(0, 0.05, (n, 1, 1))
    scale = rng.uniform(0.95, 1.25, (n, 1, 1))
    x = x - rng.normal(0, 0.06, (n, 1, 1))
    y_down = y_down - rng.normal(0, 0.06, (n, 1, 1))
    return (
        (np.cos(angle) * x + np.sin(angle) * y_down) / scale,
        (np.cos(angle) * y_down - np.sin(angle) * x) / scale,
    )


def _soft_step(signed_distance, softness):
    """Return 1 for positive and 0 for negative distances, with a soft edge."""
    return 0.5 + 0.5 * np.tanh(signed_distance / softness)


def _lung(x, y_down, side, width, base):
    top = -0.78
    middle = (top + base) / 2
    height = (base - top) / 2
    # narrow at the apex, wide at the base, where the diaphragm arches into it
    level = (y_down - middle) / height
    across = (side * x - 0.44 - 0.04 * level) / (width * (1 + 0.22 * level))
    arch = base - 0.12 * across**2
    return _soft_step(1 - np.abs(across) ** 2.5 - np.abs(level) ** 4, 0.2) * _soft_step(
        arch - y_down, 0.06
    )


def _ribs(x, y_down, frequency, phase):
    slope = 0.55 * (np.abs(x) - 0.25) ** 2 - 0.15 * np.abs(x)
    return np.cos(2 * np.pi * (frequency * (y_down + slope) + phase))


def _smooth_noise(rng, n, size, cells):
    """Return noise with unit variance on a coarse grid, interpolated bilinearly."""
    knots = rng.normal(size=(n, cells + 1, cells + 1))
    position = (np.arange(size) + 0.5) / size * cells
    low = position.astype(int)
    weights = np.zeros((size, cells + 1))
    weights[np.arange(size), low] = 1 - (position - low)
    weights[np.arange(size), low + 1] = position - low
    return weights @ knots @ weights.T


def _opacities(rng, y, x, y_down, lungs, difficulty):
    """Return the opacities of class 1 and the diffuse brightness of class 0."""
    n = len(y)
    opacities = np.zeros_like(x)
    number = rng.randint(1, 4, (n, 1, 1))
    for i in range(3):
        side = rng.choice([-1.0, 1.0], (n, 1, 1))
        across = side * rng.uniform(0.28, 0.62, (n, 1, 1)) - x
        along = rng.uniform(-0.35, 0.6, (n, 1, 1)) - y_down
        distance = (across / rng.uniform(0.16, 0.34, (n, 1, 1))) ** 2
        distance += (along / rng.uniform(0.16, 0.42, (n, 1, 1))) ** 2
        opacities = np.maximum(opacities, (number > i) * np.exp(-(distance**1.5)))
    strength = rng.uniform(0.8, 1.2, (n, 1, 1)) * (0.4 - 0.26 * difficulty)
    opacities *= strength * (1 + 0.25 * _smooth_noise(rng, n, x.shape[-1], cells=8))

    is_positive = (y == 1)[:, None, None]
    mean = np.sum(opacities * lungs, axis=(1, 2), keepdims=True)
    mean /= np.sum(lungs, axis=(1, 2), keepdims=True)
    return np.where(is_positive, opacities, 0), np.where(
        is_positive, 0, _DIFFUSE_FRACTION * mean
    )

"""Synthetic CT volumes of lung tissue with and without a nodule."""

from numbers import Integral, Real

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, validate_params

# Hounsfield units of aerated lung and of soft tissue
_LUNG, _TISSUE = -850, 50
_MAX_VESSELS = 3


@validate_params(
    {
        "n_samples": [Interval(Integral, 1, None, closed="left")],
        "volume_size": [Interval(Integral, 8, None, closed="left")],
        "difficulty": [Interval(Real, 0, 1, closed="both")],
        "random_state": ["random_state"],
        "out": [np.ndarray, None],
    },
    prefer_skip_nested_validation=True,
)
def make_ct_nodules(
    n_samples: int = 100,
    *,
    volume_size: int = 16,
    difficulty: float = 0.5,
    random_state=None,
    out: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Generate synthetic CT volumes of lung, half of them with a nodule.

    Each volume is noisy lung tissue crossed by one to three straight vessels in random
    directions. Volumes of class 1 also have a nodule: a ball with the intensity of the
    vessels, slightly wider than they are. In a single slice, a vessel cut obliquely
    looks like a nodule: only neighboring slices distinguish them. The mean intensity
    carries little information, as the volume of the vessels varies more than a nodule
    adds.

    Parameters
    ----------
    n_samples : int, default=100
        Number of volumes.
    volume_size : int, default=16
        Depth, height and width of a volume, in voxels; at least 8.
    difficulty : float, default=0.5
        From 0 (little noise) to 1 (noise of half the contrast of lung and tissue).
    random_state : int, RandomState instance or None, default=None
        Seed. Pass an int for reproducible output across calls.
    out : ndarray of shape (n_samples, volume_size, volume_size, volume_size, 1), \
default=None
        Array to write the volumes to, such as a memory map of a file larger than
        memory; None for a new array.

    Returns
    -------
    X : ndarray of shape (n_samples, volume_size, volume_size, volume_size, 1)
        The volumes in Hounsfield units; of dtype int16, or that of ``out``.
    y : ndarray of shape (n_samples,)
        1 for volumes with a nodule, else 0; the classes are balanced and shuffled.

    Raises
    ------
    ValueError
        If ``out`` has the wrong shape.

    See Also
    --------
    make_chest_xrays : Synthetic images.

    Examples
    --------
    >>> from skmed.datasets import make_ct_nodules
    >>> X, y = make_ct_nodules(n_samples=4, random_state=0)
    >>> X.shape, X.dtype, y.shape
    ((4, 16, 16, 16, 1), dtype('int16'), (4,))
    """
    shape = (n_samples, volume_size, volume_size, volume_size, 1)
    if out is None:
        out = np.empty(shape, np.int16)
    elif out.shape != shape:
        raise ValueError(f"out must be of shape {shape}; got {out.shape}.")
    rng = check_random_state(random_state)
    y = rng.permutation(np.arange(n_samples) % 2)
    # lengths are in units of half the volume width
    line = (np.arange(volume_size) + 0.5) / volume_size * 2 - 1
    grid = np.stack(np.meshgrid(line, line, line, indexing="ij"), axis=-1)
    noise = (0.05 + 0.45 * difficulty) * (_TISSUE - _LUNG)
    # one by one, so that memory does not grow with their number
    for volume, label in zip(out, y):
        tissue = _generate_tissue(rng, grid, label, softness=1 / volume_size)
        values = _LUNG + (_TISSUE - _LUNG) * tissue
        values += rng.normal(0, noise, values.shape)
        volume[..., 0] = np.clip(np.rint(values), -1024, 3071)
    return out, y


def _generate_tissue(rng, grid, has_nodule, softness):
    """Return the fraction of soft tissue in each voxel."""
    tissue = np.zeros(grid.shape[:-1])
    for _ in range(rng.randint(1, _MAX_VESSELS + 1)):
        direction = rng.normal(size=3)
        direction /= np.linalg.norm(direction)
        offset = grid - rng.uniform(-0.8, 0.8, 3)
        along = offset @ direction
        distance = np.sqrt(np.maximum((offset**2).sum(axis=-1) - along**2, 0))
        vessel = _soft_step(rng.uniform(0.1, 0.22) - distance, softness)
        tissue = np.maximum(tissue, vessel)
    if has_nodule:
        distance = np.linalg.norm(grid - rng.uniform(-0.6, 0.6, 3), axis=-1)
        nodule = _soft_step(rng.uniform(0.3, 0.42) - distance, softness)
        tissue = np.maximum(tissue, nodule)
    return tissue


def _soft_step(signed_distance, softness):
    """Return 1 for positive and 0 for negative distances, with a soft edge."""
    return 0.5 + 0.5 * np.tanh(signed_distance / softness)

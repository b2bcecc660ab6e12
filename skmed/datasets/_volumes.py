"""Seeded synthetic volumes: pieces of lung as a CT shows them, some with a nodule."""

from numbers import Integral, Real

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, validate_params

# Hounsfield units of aerated lung and of soft tissue
_LUNG, _TISSUE = -850, 50
_MOST_VESSELS = 3


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
    n_samples=100, *, volume_size=16, difficulty=0.5, random_state=None, out=None
):
    """Draw synthetic pieces of lung, half of them with a nodule among the vessels.

    Each volume is noisy lung crossed by one to three straight vessels in any
    direction. Volumes of class 1 have a ball of the same brightness somewhere between
    them, as a nodule has, a little wider than the vessels. Where a slice cuts a vessel
    aslant it looks as where it cuts a nodule, so that only neighbouring slices tell
    them apart, and the vessels differ more in size than a nodule adds.

    Parameters
    ----------
    n_samples : int, default=100
        The number of volumes.
    volume_size : int, default=16
        Depth, height and width of a volume, in voxels; at least 8.
    difficulty : float, default=0.5
        From 0 (little noise) to 1 (noise of half the contrast).
    random_state : int, RandomState instance or None, default=None
        Determines the volumes. Pass an int for the same ones in each call.
    out : ndarray of shape (n_samples, volume_size, volume_size, volume_size, 1), \
default=None
        Where to put the volumes, such as a memory map of a file larger than memory;
        None for a new array.

    Returns
    -------
    X : ndarray of shape (n_samples, volume_size, volume_size, volume_size, 1)
        The volumes, int16 unless ``out`` says otherwise, in Hounsfield units.
    y : ndarray of shape (n_samples,)
        1 where there is a nodule, else 0; the classes are balanced and shuffled.

    Raises
    ------
    ValueError
        If ``out`` has another shape.

    See Also
    --------
    make_chest_xrays : Images of the same kind.

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
    # the unit of length is half of the width of a volume
    line = (np.arange(volume_size) + 0.5) / volume_size * 2 - 1
    places = np.stack(np.meshgrid(line, line, line, indexing="ij"), axis=-1)
    noise = (0.05 + 0.45 * difficulty) * (_TISSUE - _LUNG)
    # one at a time: memory doesn't grow with their number
    for volume, label in zip(out, y):
        tissue = _draw(rng, places, label, softness=1 / volume_size)
        values = _LUNG + (_TISSUE - _LUNG) * tissue
        values += rng.normal(0, noise, values.shape)
        volume[..., 0] = np.clip(np.rint(values), -1024, 3071)
    return out, y


def _draw(rng, places, has_nodule, softness):
    """Return how much of each voxel is tissue, 0 to 1."""
    tissue = np.zeros(places.shape[:-1])
    for _ in range(rng.randint(1, _MOST_VESSELS + 1)):
        direction = rng.normal(size=3)
        direction /= np.linalg.norm(direction)
        away = places - rng.uniform(-0.8, 0.8, 3)
        along = away @ direction
        distance = np.sqrt(np.maximum((away**2).sum(axis=-1) - along**2, 0))
        inside = _inside(rng.uniform(0.1, 0.22) - distance, softness)
        tissue = np.maximum(tissue, inside)
    if has_nodule:
        distance = np.linalg.norm(places - rng.uniform(-0.6, 0.6, 3), axis=-1)
        inside = _inside(rng.uniform(0.3, 0.42) - distance, softness)
        tissue = np.maximum(tissue, inside)
    return tissue


def _inside(signed_distance, softness):
    return 0.5 + 0.5 * np.tanh(signed_distance / softness)

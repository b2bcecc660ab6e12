"""The seed of a fit, and the order of the samples in each epoch."""

import numpy as np
from sklearn.utils import check_random_state

# relative range of the random factors on lengths before they are sorted: similar
# lengths are fast, but the batches should differ between epochs
_LENGTH_JITTER = 0.25


def draw_seed(random_state):
    """Draw one integer seed, as scikit-learn's estimators consume a random state."""
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))


def epoch_order(seed, epoch, n_samples, lengths=None, batch_size=None):
    """Return the order of the samples in an epoch.

    The order depends on the seed and the number of the epoch only, so that a warm
    start needs no state of a random generator.

    Parameters
    ----------
    seed : int
        Seed of the fit.
    epoch : int
        Number of the epoch, counting those of earlier fits.
    n_samples : int
        Number of samples.
    lengths : ndarray of int, shape (n_samples,), or None
        Lengths of sequences; batches then hold sequences of similar length.
    batch_size : int or None
        Samples per batch, used with ``lengths``.

    Returns
    -------
    ndarray of int32, shape (n_samples,)
        Indices of samples.
    """
    rng = np.random.default_rng([seed, epoch])
    order = rng.permutation(n_samples).astype(np.int32)
    if lengths is None:
        return order
    return bucket_by_length(order, lengths, batch_size, rng)


def bucket_by_length(order, lengths, batch_size, rng):
    """Group samples of similar length into batches.

    Parameters
    ----------
    order : ndarray of int, shape (n_samples,)
        Samples in random order.
    lengths : ndarray of int, shape (n_samples,)
        Length of each sample, by its index.
    batch_size : int
        Samples per batch. The remainder forms a smaller batch, the last one.
    rng : numpy.random.Generator
        Generator of the random factors on lengths, and of the order of batches.

    Returns
    -------
    ndarray of int, shape (n_samples,)
        The same indices, reordered.
    """
    if lengths.min() == lengths.max():
        return order
    jitter = rng.uniform(1 - _LENGTH_JITTER, 1 + _LENGTH_JITTER, len(order))
    order = order[np.argsort(lengths[order] * jitter, kind="stable")]
    whole = len(order) // batch_size * batch_size
    # the smaller batch is at a random place, not always that of the longest samples
    start = rng.integers(whole // batch_size + 1) * batch_size
    rest = order[start : start + len(order) - whole]
    batches = np.delete(order, slice(start, start + len(rest))).reshape(-1, batch_size)
    return np.concatenate([rng.permutation(batches).ravel(), rest])

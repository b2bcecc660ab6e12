"""Predictions with dropout left on: what a network might have said instead.

The spread of such draws says how sure a network is (Gal and Ghahramani, "Dropout as a
Bayesian approximation", ICML 2016).
"""

import numpy as np
import tensorflow as tf

from .programs import sampling_program
from .state import read


def draws(network, x, n_draws, seed):
    """Predict several times, each row with a new choice of what is left out.

    Parameters
    ----------
    network : keras.Model
        Not changed.
    x : ndarray or MemmapArray of shape (n_samples, ...)
        Inputs of any real dtype.
    n_draws : int
        How often.
    seed : int
        The same seed gives the same draws.

    Yields
    ------
    ndarray of shape (n_samples, ...)
        The network's output.

    Raises
    ------
    ValueError
        Where nothing in the network draws at random.
    """
    streams = [i for i, v in enumerate(network.variables) if _is_stream(v)]
    if not streams:
        raise ValueError(
            "The network draws nothing at random, so all samples would be the same; "
            "fit with dropout above 0."
        )
    program = sampling_program(network)
    weights = read(network.variables)
    rng = np.random.default_rng(seed)
    size = program.fast_batch_size(x)
    for _ in range(n_draws):
        outputs = []
        for start in range(0, len(x), size):
            for i in streams:
                weights[i] = tf.constant(rng.integers(2**31, size=2), weights[i].dtype)
            outputs.append(program(weights, x[start : start + size]))
        yield np.concatenate(outputs)


def _is_stream(variable):
    # of dropout, noise and augmentation alike
    return variable.name == "seed_generator_state"

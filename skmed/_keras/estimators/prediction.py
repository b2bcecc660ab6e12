"""Predictions of fitted networks: of ensembles, views and Monte Carlo dropout."""

import functools
from numbers import Integral

import numpy as np
import tensorflow as tf
from sklearn.utils import check_scalar

from skmed._keras.graphs.augmentation.augmentation import MAX_SEED
from skmed._keras.graphs.programs import (
    prediction_program,
    sampling_program,
    view_program,
)
from skmed._keras.graphs.state import get_values
from skmed._keras.training.order import draw_seed

# values per batch of augmented views
_VIEW_VALUES = 2**21


def predict(estimator, fitted, X):
    """Return outputs for X, averaged over the members of an ensemble and over views.

    Parameters
    ----------
    estimator : KerasEstimator
        The estimator, which defines the augmentation of views.
    fitted : Fitted
        Result of its fit.
    X : ndarray or MemmapArray of shape (n_samples, ...)
        Inputs.

    Returns
    -------
    ndarray of shape (n_samples, ...)
        Outputs.
    """
    if fitted.members is not None:
        return predict_members(estimator, fitted, X).mean(axis=0)
    return _predict_views(estimator, fitted, fitted.model, X)


def predict_members(estimator, fitted, X):
    """Return the outputs of each member of an ensemble.

    Returns
    -------
    ndarray of shape (n_members, n_samples, ...)
        Outputs.
    """
    models = [member.model_ for member in fitted.members]
    return np.stack([_predict_views(estimator, fitted, m, X) for m in models])


def _predict_views(estimator, fitted, network, X):
    """Return the outputs of a network, averaged over augmented views if any."""
    augmentation = estimator._make_augmentation(fitted.inputs)
    if augmentation is None or augmentation.n_views == 1:
        return run_network(network, X)
    return _mean_over_views(
        functools.partial(run_network, network),
        X,
        network.inputs[0].dtype,
        augmentation,
        fitted.seed,
    )


def run_network(network, x):
    """Return the outputs of a network, computed by a shared program."""
    return prediction_program(network)(get_values(network.variables), x)


def predict_std(estimator, X):
    """Return the standard deviation of the decoded outputs over the members."""
    fitted, X = estimator._prepare(X)
    outputs = predict_members(estimator, fitted, X)
    return np.stack([fitted.targets.decode(each) for each in outputs]).std(axis=0)


def sample(estimator, X, n_samples, random_state):
    """Sample decoded outputs with active dropout (Monte Carlo dropout).

    Returns
    -------
    ndarray of shape (n_rows, ..., n_samples)
        Draws along the last axis, for each row of X.
    """
    fitted, X = estimator._prepare(X)
    check_scalar(n_samples, "n_samples", Integral, min_val=1)
    outputs = sample_outputs(fitted.model, X, n_samples, draw_seed(random_state))
    return np.stack([fitted.targets.decode(each) for each in outputs], axis=-1)


def _mean_over_views(predict, x, dtype, augmentation, seed):
    """Average predictions over augmented views.

    All samples are transformed alike, so that the prediction of a sample depends
    neither on its position nor on the other samples.

    Parameters
    ----------
    predict : callable
        Returns predictions, given samples.
    x : ndarray of shape (n_samples, *sizes, n_channels)
        Samples of any real dtype.
    dtype : str
        Dtype of the network's input.
    augmentation : Augmentation
        Augmentation of the views, and their number.
    seed : int
        Seed of the views.

    Returns
    -------
    ndarray
        Mean predictions.
    """
    n_views, augmentation = augmentation.n_views, augmentation.views()
    total = predict(x)
    names = augmentation.names
    shape = x.shape[1:]
    program = view_program(names, shape, dtype)
    size = max(1, _VIEW_VALUES // int(np.prod(shape)))
    rng = np.random.default_rng([seed, 2])
    for view_seed in rng.integers(MAX_SEED, size=(n_views - 1, 2)):
        outputs = []
        for start in range(0, len(x), size):
            batch = np.ascontiguousarray(x[start : start + size], dtype)
            view = program(
                tf.constant(batch),
                tf.constant(augmentation.strengths, tf.float32),
                tf.constant(view_seed, tf.int32),
            )
            outputs.append(predict(view.numpy()))
        total = total + np.concatenate(outputs)
    return total / n_views


def sample_outputs(network, x, n_draws, seed):
    """Yield the outputs of a network with active dropout, once per draw.

    Parameters
    ----------
    network : keras.Model
        The network, which is not changed.
    x : ndarray or MemmapArray of shape (n_samples, ...)
        Inputs of any real dtype.
    n_draws : int
        Number of draws.
    seed : int
        Seed of the draws.

    Yields
    ------
    ndarray of shape (n_samples, ...)
        Outputs.

    Raises
    ------
    ValueError
        If no layer of the network is random.
    """
    random_states = [i for i, v in enumerate(network.variables) if _is_random_state(v)]
    if not random_states:
        raise ValueError(
            "The network draws nothing at random, so all samples would be the same; "
            "fit with dropout above 0."
        )
    program = sampling_program(network)
    weights = get_values(network.variables)
    rng = np.random.default_rng(seed)
    size = program.default_batch_size(x)
    for _ in range(n_draws):
        outputs = []
        for start in range(0, len(x), size):
            for i in random_states:
                weights[i] = tf.constant(rng.integers(2**31, size=2), weights[i].dtype)
            outputs.append(program(weights, x[start : start + size]))
        yield np.concatenate(outputs)


def _is_random_state(variable):
    # a variable of each layer with dropout, noise or augmentation
    return variable.name == "seed_generator_state"

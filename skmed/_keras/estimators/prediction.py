"""Predict with the network of a fitted estimator."""

import functools
from numbers import Integral

import numpy as np
from sklearn.utils import check_scalar

from skmed._keras.graphs.augmentation.options import mean_over_views
from skmed._keras.graphs.programs import prediction_program
from skmed._keras.graphs.sampling import draws
from skmed._keras.graphs.state import read
from skmed._keras.training.order import draw_seed


def predict(estimator, fitted, X):
    """Return outputs for X, averaged over the members of an ensemble.

    Parameters
    ----------
    estimator : KerasEstimator
        Says how augmented views of a sample differ.
    fitted : Fitted
        What was learned.
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
    """Average a network's outputs over augmented views, if the estimator has any."""
    augmentation = estimator._make_augmentation(fitted.inputs)
    if augmentation is None or augmentation.n_views == 1:
        return run_network(network, X)
    return mean_over_views(
        functools.partial(run_network, network),
        X,
        network.inputs[0].dtype,
        augmentation,
        fitted.seed,
    )


def run_network(network, x):
    """Return a network's outputs, computed by a shared program."""
    return prediction_program(network)(read(network.variables), x)


def predict_std(estimator, X):
    """Return the standard deviation of the decoded outputs over the members."""
    fitted, X = estimator._prepare(X)
    outputs = predict_members(estimator, fitted, X)
    return np.stack([fitted.targets.decode(each) for each in outputs]).std(axis=0)


def sample(estimator, X, n_samples, random_state):
    """Return decoded outputs with dropout left on (Monte Carlo dropout).

    Returns
    -------
    ndarray of shape (n_rows, ..., n_samples)
        One draw after another along the last axis.
    """
    fitted, X = estimator._prepare(X)
    check_scalar(n_samples, "n_samples", Integral, min_val=1)
    outputs = draws(fitted.model, X, n_samples, draw_seed(random_state))
    return np.stack([fitted.targets.decode(each) for each in outputs], axis=-1)

"""How the model of a wrapper is built and compiled, and its callbacks are created."""

import contextlib
import warnings

import keras

from skmed._keras.compat.global_state import fresh_names, seeded
from skmed._keras.compat.scikeras import route_params, unflatten_params

from .batches import is_dense_array
from .copies import copy_settings


def model_function(wrapper):
    """Return the function that builds a wrapper's model.

    Parameters
    ----------
    wrapper : BaseWrapper
        Has a parameter `model`, or a method ``_keras_build_fn``.

    Returns
    -------
    callable
        Its arguments are parameters of the wrapper.
    """
    model = wrapper.model
    if model is None and wrapper.build_fn is not None:
        warnings.warn(
            "build_fn is the old name of model; rename it.", FutureWarning, stacklevel=2
        )
        model = wrapper.build_fn
    method = getattr(wrapper, "_keras_build_fn", None)
    if isinstance(model, keras.Model):
        return lambda: model
    if model is None and method is None:
        raise ValueError(
            "model is missing: give a function that returns a Keras model, or a "
            "Keras model, or define _keras_build_fn in a subclass."
        )
    if model is not None and method is not None:
        raise ValueError(
            f"{type(wrapper).__name__} defines _keras_build_fn, which takes the place "
            "of model; leave model out."
        )
    return method or model


def build_model(build, seed):
    """Build a model with layers and first weights that the seed determines.

    Parameters
    ----------
    build : callable
        Returns a keras.Model, and takes no arguments.
    seed : int
        Seed of all random numbers that Keras draws.

    Returns
    -------
    keras.Model
        Compiled or not.
    """
    with seeded(seed):
        try:
            with fresh_names():
                return build()
        except ValueError as error:
            # the model contains layers built elsewhere, and their names collide
            if "unique" not in str(error):
                raise
    with seeded(seed):
        return build()


def compile_arguments(create):
    """Return arguments of ``Model.compile`` that no other fit uses.

    Parameters
    ----------
    create : callable
        Returns the arguments from the parameters of the wrapper.

    Returns
    -------
    dict
        With copies of the optimizers and metrics.
    """
    with fresh_names():
        return copy_settings(create())


def ensure_compiled(model, create_arguments):
    """Compile a model that isn't compiled, and check for a loss and an optimizer.

    Parameters
    ----------
    model : keras.Model
        Changed in place.
    create_arguments : callable
        Returns the arguments of ``Model.compile``.
    """
    if not model.compiled:
        with fresh_names():
            model.compile(**create_arguments())
    for name in ("loss", "optimizer"):
        if not getattr(model, name):
            raise ValueError(
                f"{name} is missing: give one, or compile the model in its function."
            )


def build_sequential(model, X, seed):
    """Build a Sequential model without an input layer, as ``Model.fit`` would.

    Parameters
    ----------
    model : keras.Model
        Changed in place; models of other classes are left alone.
    X : array of shape (n_samples, ...), or list or dict of them
        Encoded samples.
    seed : int
        Seed of the first weights.
    """
    if isinstance(model, keras.Sequential) and not model.built and is_dense_array(X):
        # on failure, Model.fit raises Keras's own error
        with seeded(seed), fresh_names(), contextlib.suppress(Exception):
            model.build((None, *X.shape[1:]))


def make_callbacks(params, method, given=None):
    """Return the callbacks of ``fit`` or ``predict``, classes instantiated.

    Parameters
    ----------
    params : dict
        Parameters of the wrapper, with those routed by a prefix.
    method : {"fit", "predict"}
        Method of the model.
    given : callbacks in any form, or None
        Those that were passed to the method of the wrapper.

    Returns
    -------
    list of keras.callbacks.Callback
        Not copied.
    """
    callbacks = []
    for destination in ("callbacks", f"{method}__callbacks"):
        if params.get(destination) is not None:
            routed = route_params(params, destination=destination, pass_filter=set())
            callbacks.append(unflatten_params(items=params[destination], params=routed))
    return _flatten_callbacks([*callbacks, [] if given is None else given])


def _flatten_callbacks(callbacks):
    if isinstance(callbacks, keras.callbacks.Callback):
        return [callbacks]
    if isinstance(callbacks, dict):
        callbacks = callbacks.values()
    elif not isinstance(callbacks, list | tuple):
        raise TypeError(
            "callbacks must be a keras.callbacks.Callback, a class of these, or a list "
            f"or dict of them; got {callbacks!r}."
        )
    return [single for item in callbacks for single in _flatten_callbacks(item)]

"""Copies of a user's models, optimizers and metrics, so that no fit changes them."""

import copy
import inspect

import keras

from skmed._keras.compat.global_state import fresh_names
from skmed._keras.compat.models import compile_settings, copy_metric
from skmed._keras.compat.optimizers import copy_optimizer
from skmed._keras.graphs.programs import CloneError, clone_network
from skmed._keras.graphs.state import set_values


def copy_settings(value):
    """Copy the optimizers and metrics among the arguments of ``Model.compile``.

    Parameters
    ----------
    value : object
        An argument, or a dict or list of them.

    Returns
    -------
    object
        The same structure. Losses have no state, and functions and classes none
        either; they are not copied.
    """
    if isinstance(value, dict):
        return {name: copy_settings(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(copy_settings(item) for item in value)
    if inspect.isclass(value):
        return value
    if isinstance(value, keras.optimizers.Optimizer):
        return copy_optimizer(value, exact=True)
    if isinstance(value, keras.Metric):
        return copy_metric(value)
    return value


def copy_model(model):
    """Return a copy of a model, with its weights and its compile settings.

    Parameters
    ----------
    model : keras.Model
        The model, which is not changed.

    Returns
    -------
    keras.Model
        The copy; its optimizer has the same settings and state.
    """
    try:
        copied = clone_network(model)
    except CloneError:
        # scikeras makes models deep-copyable, through a file in memory
        return copy.deepcopy(model)
    set_values(copied.variables, [variable.value for variable in model.variables])
    settings = compile_settings(model)
    if settings is not None:
        with fresh_names():
            copied.compile(**copy_settings({**settings}))
            if model.optimizer is not None and model.optimizer.built:
                copied.optimizer.build(copied.trainable_variables)
                values = [variable.value for variable in model.optimizer.variables]
                set_values(copied.optimizer.variables, values)
    return copied

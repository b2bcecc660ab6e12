"""Copies of what a user handed over, so that no fit changes it."""

import copy
import inspect

import keras

from skmed._keras.compat.building import fresh_names
from skmed._keras.graphs.programs import CloneError, clone_network
from skmed._keras.graphs.state import write


def copied(thing):
    """Return Keras optimizers and metrics as new, also inside lists and dicts.

    Losses have no state, and functions and classes aren't copied.
    """
    if isinstance(thing, dict):
        return {name: copied(item) for name, item in thing.items()}
    if isinstance(thing, list | tuple):
        return type(thing)(copied(item) for item in thing)
    if inspect.isclass(thing):
        return thing
    if isinstance(thing, keras.optimizers.Optimizer):
        return _copied_optimizer(thing)
    if isinstance(thing, keras.Metric):
        return _copied_metric(thing)
    return thing


def _copied_optimizer(optimizer):
    config = optimizer.get_config()
    if callable(optimizer._learning_rate):
        # a schedule isn't found again by its name where it is of one's own
        config["learning_rate"] = optimizer._learning_rate
    made = type(optimizer).from_config(config)
    for name in ("_exclude_from_weight_decay", "_exclude_from_weight_decay_pattern"):
        if hasattr(optimizer, name):
            setattr(made, name, getattr(optimizer, name))
    return made


def _copied_metric(metric):
    if type(metric) is keras.metrics.MeanMetricWrapper:
        # by its configuration a function would have to be found by its name
        return keras.metrics.MeanMetricWrapper(
            metric._fn, metric.name, metric.dtype, **metric._fn_kwargs
        )
    return type(metric).from_config(metric.get_config())


def copy_model(model):
    """Return a model of the same structure and weights, compiled alike.

    Parameters
    ----------
    model : keras.Model
        Stays as it is.

    Returns
    -------
    keras.Model
        With an optimizer that has the same settings and state.
    """
    try:
        made = clone_network(model)
    except CloneError:
        # scikeras's way, through a file in memory
        return copy.deepcopy(model)
    write(made.variables, [variable.value for variable in model.variables])
    if model.compiled:
        settings = model._compile_config.config
        with fresh_names():
            made.compile(**{name: copied(value) for name, value in settings.items()})
            if model.optimizer is not None and model.optimizer.built:
                made.optimizer.build(made.trainable_variables)
                values = [variable.value for variable in model.optimizer.variables]
                write(made.optimizer.variables, values)
    return made

"""Restore a Keras model when its training fails."""

import contextlib

from skmed._keras.compat.models import compile_settings, flatten_layers, restore_compile
from skmed._keras.compat.optimizers import copy_optimizer
from skmed._keras.graphs.state import get_slots, get_values, set_slots, set_values


@contextlib.contextmanager
def restore_model_on_failure(model):
    """Restore a model if the block raises or is interrupted.

    Weights, ``trainable`` of layers and weights, compile settings and the state of the
    optimizer are restored.

    Parameters
    ----------
    model : keras.Model or None
        Compiled or not, built or not. A model that is built inside of the block stays
        built. None has no effect.
    """
    if model is None:
        yield
        return
    settings = compile_settings(model)
    optimizer = None if settings is None else model.optimizer
    slots = get_slots(optimizer) if optimizer is not None and optimizer.built else None
    trainable = [(part, part.trainable) for part in _layers_and_variables(model)]
    variables = [*model.variables]
    values = get_values(variables)
    try:
        yield
    except BaseException:
        for part, value in trainable:
            # the setter of a layer also sets its nested layers and variables
            if part.trainable != value:
                part.trainable = value
        if optimizer is not None and slots is None and optimizer.built:
            # a built optimizer can't be unbuilt
            optimizer = copy_optimizer(optimizer, exact=True)
        if compile_settings(model) is not settings or (
            settings is not None and model.optimizer is not optimizer
        ):
            restore_compile(model, settings, optimizer)
        set_values(variables, values)
        if slots is not None:
            set_slots(optimizer, slots)
        raise


def _layers_and_variables(model):
    # outer layers first, as their setters change the inner ones
    return [*flatten_layers(model), *model.variables]

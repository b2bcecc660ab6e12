"""Fitted estimators as plain arrays and configurations, for pickle."""

import pickle
import sys

import keras

from skmed._keras.compat.naming import fresh_names
from skmed._keras.compat.seeding import seeded
from skmed._keras.graphs.cache import own_objects
from skmed._keras.graphs.identity import is_own
from skmed._keras.graphs.state import write

_NETWORK = "_network"


def pack(state, name=_NETWORK):
    """Replace a fitted estimator's network by its configuration and weights.

    Parameters
    ----------
    state : dict
        The estimator's state; a copy is returned.
    name : str
        The attribute that holds the network. A model that has no configuration is
        left to Keras's and scikeras's own pickling.

    Returns
    -------
    dict
        A state without Keras objects.
    """
    state = dict(state)
    _refuse_local_functions(state)
    network = state.get(name)
    if network is not None and network.built and not is_own(type(network)):
        optimizer = network.optimizer if network.compiled else None
        state[name] = {
            "config": keras.saving.serialize_keras_object(network),
            "objects": {
                name: thing
                for name, thing in own_objects(network).items()
                # pickle finds no lambdas and nothing local
                if "<" not in thing.__qualname__
            },
            "variables": _values(network.variables),
            "slots": _values(optimizer.variables) if optimizer else [],
        }
    return state


def unpack_network(packed):
    """Build the network of :func:`pack` again.

    Keras's safe mode is on: a configuration that carries code, as a Lambda
    layer's does, is refused.
    """
    try:
        # first weights are drawn and overwritten, which must not show outside
        objects = keras.saving.custom_object_scope(packed["objects"])
        with objects, fresh_names(), seeded(0):
            network = keras.saving.deserialize_keras_object(
                packed["config"], safe_mode=True
            )
    except (TypeError, ValueError) as error:
        raise ValueError(
            "The network can't be rebuilt from its configuration: give layers of your "
            "own the decorator keras.saving.register_keras_serializable, import their "
            "module before unpickling, and use no Lambda layers."
        ) from error
    write(network.variables, packed["variables"])
    if packed["slots"]:
        write(network.optimizer.variables, packed["slots"])
    return network


def _values(variables):
    return [variable.numpy() for variable in variables]


def _refuse_local_functions(state):
    """Say what to do about a function that pickle can't find by its name."""
    for name, value in state.items():
        qualname = getattr(value, "__qualname__", "")
        if ("<lambda>" in qualname or "<locals>" in qualname) and not _by_value():
            raise pickle.PicklingError(
                f"{name} is a lambda or a local function, which pickle can't store: "
                "define it as a function at the top level of a module."
            )


def _by_value():
    """Tell whether the caller stores functions by value, or copies in memory."""
    frame = sys._getframe()
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if "cloudpickle" in module or module == "copy":
            return True
        frame = frame.f_back
    return False

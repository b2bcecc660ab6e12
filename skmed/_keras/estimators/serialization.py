"""Serialization of networks for pickle, as configurations and arrays."""

import pickle
import sys

import keras

from skmed._keras.compat.global_state import fresh_names, seeded
from skmed._keras.graphs.fingerprints import custom_objects, is_custom
from skmed._keras.graphs.state import set_values


def pack(state, name):
    """Replace the model in the state of an estimator by its configuration and weights.

    Parameters
    ----------
    state : dict
        State of the estimator.
    name : str
        Attribute with the model.

    Returns
    -------
    dict
        A copy of the state. A custom or unbuilt model is not replaced: Keras and
        scikeras pickle it.
    """
    check_picklable(state)
    network = state.get(name)
    if network is None or not network.built or is_custom(type(network)):
        return dict(state)
    return {**state, name: pack_network(network)}


def pack_network(network):
    """Convert a network to a dict of configurations and arrays."""
    optimizer = network.optimizer if network.compiled else None
    return {
        "config": keras.saving.serialize_keras_object(network),
        "objects": {
            name: custom
            for name, custom in custom_objects(network).items()
            # pickle can't store lambdas and local functions
            if "<" not in custom.__qualname__
        },
        "variables": [variable.numpy() for variable in network.variables],
        "slots": [v.numpy() for v in optimizer.variables] if optimizer else [],
    }


def unpack_network(packed):
    """Rebuild the network of :func:`pack_network`.

    Keras's safe mode refuses configurations with code, such as those of Lambda layers.
    """
    try:
        # drawing initial weights must not change the global random state
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
    set_values(network.variables, packed["variables"])
    if packed["slots"]:
        set_values(network.optimizer.variables, packed["slots"])
    return network


def check_picklable(state):
    """Raise if a parameter is a function that pickle can't store."""
    for name, value in state.items():
        qualname = getattr(value, "__qualname__", "")
        local = "<lambda>" in qualname or "<locals>" in qualname
        if local and not _stores_functions():
            raise pickle.PicklingError(
                f"{name} is a lambda or a local function, which pickle can't store: "
                "define it as a function at the top level of a module."
            )


def _stores_functions():
    """Return whether cloudpickle or ``copy`` is the caller; both accept functions."""
    frame = sys._getframe()
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if "cloudpickle" in module or module == "copy":
            return True
        frame = frame.f_back
    return False

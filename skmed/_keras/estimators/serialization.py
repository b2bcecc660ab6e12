"""Networks and estimators as plain arrays and configurations, for pickle."""

import pickle
import sys

import keras

from skmed._keras.compat.global_state import fresh_names, seeded
from skmed._keras.graphs.fingerprints import custom_objects, is_custom
from skmed._keras.graphs.state import set_values


def pack(state, name):
    """Replace the model in an estimator's state by its configuration and weights.

    Parameters
    ----------
    state : dict
        The estimator's state; a copy is returned.
    name : str
        The attribute that holds the model.

    Returns
    -------
    dict
        A state without Keras objects, except where a model has no configuration: it
        is left to Keras's and scikeras's own pickling.
    """
    check_picklable(state)
    network = state.get(name)
    if network is None or not network.built or is_custom(type(network)):
        return dict(state)
    return {**state, name: pack_network(network)}


def pack_network(network):
    """Return a network as a dict of configurations and arrays."""
    optimizer = network.optimizer if network.compiled else None
    return {
        "config": keras.saving.serialize_keras_object(network),
        "objects": {
            name: thing
            for name, thing in custom_objects(network).items()
            # pickle can't store lambdas and local functions
            if "<" not in thing.__qualname__
        },
        "variables": [variable.numpy() for variable in network.variables],
        "slots": [v.numpy() for v in optimizer.variables] if optimizer else [],
    }


def unpack_network(packed):
    """Build the network of :func:`pack_network` again.

    Keras's safe mode is on: a configuration with code, such as a Lambda layer's, is
    refused.
    """
    try:
        # initial weights are drawn and overwritten
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
    """Raise if a parameter is a function that pickle can't find by its name."""
    for name, value in state.items():
        qualname = getattr(value, "__qualname__", "")
        local = "<lambda>" in qualname or "<locals>" in qualname
        if local and not _stores_functions():
            raise pickle.PicklingError(
                f"{name} is a lambda or a local function, which pickle can't store: "
                "define it as a function at the top level of a module."
            )


def _stores_functions():
    """Return whether the caller stores functions by value, or copies in memory."""
    frame = sys._getframe()
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if "cloudpickle" in module or module == "copy":
            return True
        frame = frame.f_back
    return False

"""Which networks share a program, and how many programs a process keeps."""

import collections
import json
import threading
import types
import weakref

import keras
import numpy as np

from .identity import KINDS, UnknownIdentity, identity, is_own
from .padding import is_padded

# one program is 5 to 10 MB of graph, which goes with it
_CAPACITY = 32


class ProgramCache:
    """A bounded cache, the least recently used program out first."""

    def __init__(self):
        self._entries = collections.OrderedDict()
        self._of_network = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()

    def get(self, key, make):
        """Return the program of ``key``, made once."""
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > _CAPACITY:
                self._entries.popitem(last=False)
        # tracing takes a second or two: only those who need this program wait
        with entry.lock:
            if entry.program is None:
                entry.program = make()
        return entry.program

    def get_for(self, network, key_of, make):
        """Return a network's program without working out its key again."""
        with self._lock:
            program = self._of_network.get(network)
        if program is None:
            program = self.get(key_of(network), make)
            with self._lock:
                self._of_network[network] = program
        return program


class _Entry:
    def __init__(self):
        self.lock = threading.Lock()
        self.program = None


def network_key(network):
    """Describe a network so that two builds of the same one are equal.

    Automatic names differ between builds and seeds between fits; neither
    changes the graph. Classes and functions of one's own are described by their
    code. A network with a layer that can't be described is like no other.
    """
    layers = list(network._flatten_layers())
    if any(isinstance(layer, keras.layers.Lambda) for layer in layers):
        return object()
    order = {layer.name: i for i, layer in enumerate(layers)}
    for operation in getattr(network, "operations", ()):
        order.setdefault(operation.name, len(order))
    trainable = [v.trainable for v in network.variables]
    try:
        config = _canonical(network.get_config(), order)
        described = json.dumps(
            [config, trainable, is_padded(network)], sort_keys=True, default=_plain
        )
        return (described, *(identity(thing) for thing in own_things([network])))
    except (NotImplementedError, UnknownIdentity):
        return object()


def own_things(things):
    """List the classes, functions and objects that aren't Keras's.

    Parameters
    ----------
    things : iterable
        Models, losses, metrics, functions; of others nothing is listed.

    Yields
    ------
    type, function or object
        In the order in which they are met.
    """
    for thing in things:
        if isinstance(thing, keras.Layer):
            layers = list(thing._flatten_layers())
            yield from (type(layer) for layer in layers if is_own(type(layer)))
            for layer in layers:
                yield from own_things(_settings(layer))
        elif isinstance(thing, types.FunctionType):
            if is_own(thing):
                yield thing
        elif isinstance(thing, KINDS):
            if is_own(type(thing)):
                yield thing
            yield from own_things(vars(thing).values())


def _settings(layer):
    """Return what a layer holds, but for other layers and its class's own methods."""
    for value in vars(layer).values():
        # Keras wraps the method build of each layer
        method = getattr(value, "__wrapped__", None)
        if not isinstance(value, keras.Layer) and not isinstance(
            method, types.MethodType
        ):
            yield value


def own_objects(network):
    """Return the classes and functions of a network that Keras doesn't know by name.

    Parameters
    ----------
    network : keras.Model
        Compiled or not.

    Returns
    -------
    dict
        By the names under which Keras looks for them.
    """
    settings = network._compile_config.config if network.compiled else {}
    found = {}
    for thing in own_things([network, *keras.tree.flatten([*settings.values()])]):
        if not isinstance(thing, type | types.FunctionType):
            thing = type(thing)
        name = keras.saving.get_registered_name(thing)
        if keras.saving.get_registered_object(name) is None:
            found[name] = thing
    return found


def optimizer_key(optimizer):
    """Describe an optimizer, leaving out what is data: its rate and its decay."""
    config = optimizer.get_config()
    inner = config.pop("inner_optimizer", None)
    if inner is not None:
        config = {**config, **inner["config"], "inner": inner["class_name"]}
    for name in ("name", "learning_rate"):
        config.pop(name, None)
    config["weight_decay"] = config.get("weight_decay") is not None
    return type(optimizer).__name__ + json.dumps(config, sort_keys=True, default=_plain)


# where a configuration refers to a layer by its name
_NAMES = {"name", "keras_history", "input_layers", "output_layers"}
_NOT_STRUCTURE = {"seed", "shared_object_id"}


def _canonical(config, order, is_name=False):
    if isinstance(config, dict):
        return {
            key: _canonical(value, order, is_name=key in _NAMES)
            for key, value in config.items()
            if key not in _NOT_STRUCTURE
        }
    if isinstance(config, list | tuple):
        return [_canonical(value, order, is_name) for value in config]
    if is_name and isinstance(config, str):
        return order.get(config, config)
    return config


def _plain(item):
    if isinstance(item, np.generic | np.ndarray):
        return item.tolist()
    raise NotImplementedError

"""Which networks share a program, and how many programs a process keeps."""

import collections
import json
import threading
import weakref

import keras
import numpy as np

# one program is a few megabytes of graph
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
    changes the graph. A network with a layer that can't be described by its
    configuration is like no other.
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
        return json.dumps([config, trainable], sort_keys=True, default=_plain)
    except NotImplementedError:
        return object()


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

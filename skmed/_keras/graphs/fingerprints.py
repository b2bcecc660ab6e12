"""Fingerprints: keys that are equal for networks and functions that compute the same.

Two functions are the same when their code, defaults, enclosed values and the global
names that they use are the same. So a lambda created anew in every build shares a
program, and a function written again in a notebook doesn't get the old one's.
"""

import enum
import functools
import json
import types

import keras
import numpy as np

from skmed._keras.compat.models import compile_settings, flatten_layers

from .padding import is_padded

_PLAIN = (str, bytes, int, float, complex, bool, type(None))
# Keras objects with a fingerprint of their settings
KINDS = (
    keras.Loss
    | keras.Metric
    | keras.Initializer
    | keras.regularizers.Regularizer
    | keras.constraints.Constraint
)
# attributes of Keras objects that aren't settings
_BOOKKEEPING = ("_tracker", "_auto_config", "_variables", "_metrics", "_dtype_policy")


class NoFingerprint(Exception):
    """An object has no fingerprint."""


def fingerprint(thing, _open=()):
    """Return a key of what ``thing`` computes.

    Parameters
    ----------
    thing : object
        A function, a Keras object, or a value.

    Returns
    -------
    hashable
        Equal for objects that compute the same.

    Raises
    ------
    NoFingerprint
        If it has none.
    """
    if isinstance(thing, _PLAIN):
        # 1, 1.0 and True are equal, but compute different results
        return (type(thing), thing)
    if any(thing is other for other in _open):
        return ("recursion", [thing is other for other in _open].index(True))
    inside = (*_open, thing)
    if type(thing).__name__ == "MetricsList":
        return fingerprint(thing.metrics, inside)
    if isinstance(thing, list | tuple):
        return (type(thing), *(fingerprint(item, inside) for item in thing))
    if isinstance(thing, set | frozenset):
        return (type(thing), frozenset(fingerprint(item, inside) for item in thing))
    if isinstance(thing, dict):
        items = ((fingerprint(k), fingerprint(v, inside)) for k, v in thing.items())
        return (dict, frozenset(items))
    if isinstance(thing, np.ndarray | np.generic) and thing.dtype != object:
        return ("array", thing.dtype.str, thing.shape, thing.tobytes())
    if isinstance(thing, functools.partial):
        parts = (thing.func, thing.args, thing.keywords)
        return ("partial", *(fingerprint(part, inside) for part in parts))
    if isinstance(thing, types.MethodType):
        return (
            "method",
            *(fingerprint(i, inside) for i in (thing.__self__, thing.__func__)),
        )
    if isinstance(thing, types.FunctionType):
        return _of_function(thing, inside)
    if isinstance(thing, type):
        return _of_class(thing, inside)
    if isinstance(thing, enum.Enum | types.ModuleType | types.BuiltinFunctionType):
        return ("itself", thing)
    if isinstance(thing, keras.Variable):
        return ("variable", tuple(thing.shape), str(thing.dtype))
    return _of_object(thing, inside)


def is_custom(cls):
    """Return whether a class or function is not Keras's own."""
    return cls.__module__.partition(".")[0] != "keras"


def _of_function(function, inside):
    if not is_custom(function):
        return ("keras", function)
    code = function.__code__
    try:
        enclosed = [cell.cell_contents for cell in function.__closure__ or ()]
    except ValueError as error:
        raise NoFingerprint(f"{function.__name__} isn't complete") from error
    names = {n: function.__globals__[n] for n in _names(code) & {*function.__globals__}}
    parts = (function.__defaults__, function.__kwdefaults__, enclosed, names)
    return ("function", code, *(fingerprint(part, inside) for part in parts))


def _names(code):
    """Return the global names that a function or one inside it uses."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _names(constant)
    return names


def _of_class(cls, inside):
    if not is_custom(cls) or not issubclass(cls, keras.Layer | KINDS):
        return ("class", cls)
    members = []
    for name, value in vars(cls).items():
        if isinstance(value, property):
            value = (value.fget, value.fset)
        elif isinstance(value, classmethod | staticmethod):
            value = value.__func__
        known = isinstance(value, (types.FunctionType, tuple, list, dict, *_PLAIN))
        if known and name not in ("__module__", "__doc__", "__annotations__"):
            members.append((name, fingerprint(value, inside)))
    bases = tuple(fingerprint(base, inside) for base in cls.__bases__)
    return ("class", cls.__qualname__, frozenset(members), bases)


def _of_object(thing, inside):
    """Return the key of an object by its class and settings."""
    if not isinstance(thing, KINDS):
        raise NoFingerprint(f"{type(thing).__name__} has no comparable description")
    hidden = _BOOKKEEPING
    if isinstance(thing, keras.Loss):
        # a metric's name is shown in the history, a loss's isn't
        hidden += ("name",)
    settings = {
        name: value
        for name, value in vars(thing).items()
        if name not in hidden and not isinstance(value, keras.Variable)
    }
    return ("object", fingerprint(type(thing), inside), fingerprint(settings, inside))


def network_key(network):
    """Return the key of a network, equal for two builds of the same one.

    Automatic names differ between builds and seeds between fits; neither changes the
    graph. Custom classes and functions are compared by their code. A network with a
    layer without a fingerprint equals no other.
    """
    layers = flatten_layers(network)
    if any(isinstance(layer, keras.layers.Lambda) for layer in layers):
        return object()
    order = {layer.name: i for i, layer in enumerate(layers)}
    for operation in getattr(network, "operations", ()):
        order.setdefault(operation.name, len(order))
    trainable = [v.trainable for v in network.variables]
    try:
        config = _canonical(network.get_config(), order)
        structure = json.dumps(
            [config, trainable, is_padded(network)], sort_keys=True, default=_plain
        )
        return (structure, *(fingerprint(thing) for thing in custom_parts([network])))
    except (NotImplementedError, NoFingerprint):
        return object()


def custom_parts(things):
    """Yield the custom classes, functions and objects in models and losses.

    Parameters
    ----------
    things : iterable
        Models, losses, metrics, functions; others are skipped.

    Yields
    ------
    type, function or object
        In the order of occurrence.
    """
    for thing in things:
        if isinstance(thing, keras.Layer):
            layers = flatten_layers(thing)
            yield from (type(layer) for layer in layers if is_custom(type(layer)))
            for layer in layers:
                yield from custom_parts(_settings(layer))
        elif isinstance(thing, types.FunctionType):
            if is_custom(thing):
                yield thing
        elif isinstance(thing, KINDS):
            if is_custom(type(thing)):
                yield thing
            yield from custom_parts(vars(thing).values())


def _settings(layer):
    """Yield the attributes of a layer, except other layers and methods."""
    for value in vars(layer).values():
        # Keras wraps the method build of each layer
        method = getattr(value, "__wrapped__", None)
        if not isinstance(value, keras.Layer) and not isinstance(
            method, types.MethodType
        ):
            yield value


def custom_objects(network):
    """Return the custom objects of a network, as Keras calls them.

    Parameters
    ----------
    network : keras.Model
        Compiled or not.

    Returns
    -------
    dict
        Class or function by registered name, for ``custom_object_scope``.
    """
    settings = compile_settings(network) or {}
    found = {}
    for thing in custom_parts([network, *keras.tree.flatten([*settings.values()])]):
        if not isinstance(thing, type | types.FunctionType):
            thing = type(thing)
        name = keras.saving.get_registered_name(thing)
        if keras.saving.get_registered_object(name) is None:
            found[name] = thing
    return found


def optimizer_key(optimizer):
    """Return the key of an optimizer, without learning rate and weight decay."""
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

"""Hashable keys that are equal for networks and functions that compute the same.

Functions are compared by their code, defaults, closures and the globals that they use.
So a lambda that is created in every build shares a program, and a function that was
redefined in a notebook gets a new one.
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
# Keras classes whose instances are compared by their settings
_KERAS_CLASSES = (
    keras.Loss
    | keras.Metric
    | keras.Initializer
    | keras.regularizers.Regularizer
    | keras.constraints.Constraint
)
# attributes of Keras objects that aren't settings
_INTERNAL_ATTRIBUTES = (
    "_tracker",
    "_auto_config",
    "_variables",
    "_metrics",
    "_dtype_policy",
)


class NoFingerprint(Exception):
    """An object can't be compared with others."""


def fingerprint(value, _parents=()):
    """Return a key of an object that determines what it computes.

    Parameters
    ----------
    value : object
        Function, class, Keras object, array, number, str, or a collection of these.

    Returns
    -------
    hashable
        Equal for objects that compute the same.

    Raises
    ------
    NoFingerprint
        If the object, or one that it contains, can't be compared.
    """
    if isinstance(value, _PLAIN):
        # 1, 1.0 and True are equal, but give results of different dtypes
        return (type(value), value)
    if any(value is parent for parent in _parents):
        return ("recursion", [value is parent for parent in _parents].index(True))
    parents = (*_parents, value)
    if type(value).__name__ == "MetricsList":
        return fingerprint(value.metrics, parents)
    if isinstance(value, list | tuple):
        return (type(value), *(fingerprint(item, parents) for item in value))
    if isinstance(value, set | frozenset):
        return (type(value), frozenset(fingerprint(item, parents) for item in value))
    if isinstance(value, dict):
        items = ((fingerprint(k), fingerprint(v, parents)) for k, v in value.items())
        return (dict, frozenset(items))
    if isinstance(value, np.ndarray | np.generic) and value.dtype != object:
        return ("array", value.dtype.str, value.shape, value.tobytes())
    if isinstance(value, functools.partial):
        parts = (value.func, value.args, value.keywords)
        return ("partial", *(fingerprint(part, parents) for part in parts))
    if isinstance(value, types.MethodType):
        return (
            "method",
            *(fingerprint(i, parents) for i in (value.__self__, value.__func__)),
        )
    if isinstance(value, types.FunctionType):
        return _function_key(value, parents)
    if isinstance(value, type):
        return _class_key(value, parents)
    if isinstance(value, enum.Enum | types.ModuleType | types.BuiltinFunctionType):
        return ("itself", value)
    if isinstance(value, keras.Variable):
        return ("variable", tuple(value.shape), str(value.dtype))
    return _object_key(value, parents)


def is_custom(cls):
    """Return whether a class or function is defined outside of Keras."""
    return cls.__module__.partition(".")[0] != "keras"


def _function_key(function, parents):
    if not is_custom(function):
        return ("keras", function)
    code = function.__code__
    try:
        closure = [cell.cell_contents for cell in function.__closure__ or ()]
    except ValueError as error:
        raise NoFingerprint(f"{function.__name__} isn't complete") from error
    names = _global_names(code) & {*function.__globals__}
    used = {name: function.__globals__[name] for name in names}
    parts = (function.__defaults__, function.__kwdefaults__, closure, used)
    return ("function", code, *(fingerprint(part, parents) for part in parts))


def _global_names(code):
    """Return the global names that a function, or a nested function, uses."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _global_names(constant)
    return names


def _class_key(cls, parents):
    if not is_custom(cls) or not issubclass(cls, keras.Layer | _KERAS_CLASSES):
        return ("class", cls)
    members = []
    for name, value in vars(cls).items():
        if isinstance(value, property):
            value = (value.fget, value.fset)
        elif isinstance(value, classmethod | staticmethod):
            value = value.__func__
        comparable = (types.FunctionType, tuple, list, dict, *_PLAIN)
        if isinstance(value, comparable) and name not in (
            "__module__",
            "__doc__",
            "__annotations__",
        ):
            members.append((name, fingerprint(value, parents)))
    bases = tuple(fingerprint(base, parents) for base in cls.__bases__)
    return ("class", cls.__qualname__, frozenset(members), bases)


def _object_key(instance, parents):
    """Return the key of a Keras object: that of its class and settings."""
    if not isinstance(instance, _KERAS_CLASSES):
        raise NoFingerprint(f"{type(instance).__name__} can't be compared")
    ignored = _INTERNAL_ATTRIBUTES
    if isinstance(instance, keras.Loss):
        # the history shows the names of metrics, but not those of losses
        ignored += ("name",)
    settings = {
        name: value
        for name, value in vars(instance).items()
        if name not in ignored and not isinstance(value, keras.Variable)
    }
    cls = type(instance)
    return ("object", fingerprint(cls, parents), fingerprint(settings, parents))


def network_key(network):
    """Return a key of the structure of a network.

    Weights, automatic layer names and seeds are ignored. Custom classes and functions
    are compared by their code.

    Parameters
    ----------
    network : keras.Model
        The network.

    Returns
    -------
    tuple or object
        Equal for networks with the same graph. A network with a layer that can't be
        compared gets a new object, which equals nothing else.
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
        return (structure, *(fingerprint(part) for part in custom_parts([network])))
    except (NotImplementedError, NoFingerprint):
        return object()


def custom_parts(objects):
    """Yield the custom classes, functions and objects in models and losses.

    Parameters
    ----------
    objects : iterable
        Models, losses, metrics and functions; other objects are skipped.

    Yields
    ------
    type, function or object
        Those that are defined outside of Keras, in the order of occurrence.
    """
    for part in objects:
        if isinstance(part, keras.Layer):
            layers = flatten_layers(part)
            yield from (type(layer) for layer in layers if is_custom(type(layer)))
            for layer in layers:
                yield from custom_parts(_settings(layer))
        elif isinstance(part, types.FunctionType):
            if is_custom(part):
                yield part
        elif isinstance(part, _KERAS_CLASSES):
            if is_custom(type(part)):
                yield part
            yield from custom_parts(vars(part).values())


def _settings(layer):
    """Yield the attributes of a layer, except other layers and methods."""
    for value in vars(layer).values():
        # Keras stores a wrapped method ``build`` in each layer
        method = getattr(value, "__wrapped__", None)
        if not isinstance(value, keras.Layer) and not isinstance(
            method, types.MethodType
        ):
            yield value


def custom_objects(network):
    """Return the custom objects of a network for ``custom_object_scope``.

    Parameters
    ----------
    network : keras.Model
        Compiled or not.

    Returns
    -------
    dict of str to class or function
        Those that are not registered with Keras, by the name that it looks up.
    """
    settings = compile_settings(network) or {}
    found = {}
    for part in custom_parts([network, *keras.tree.flatten([*settings.values()])]):
        if not isinstance(part, type | types.FunctionType):
            part = type(part)
        name = keras.saving.get_registered_name(part)
        if keras.saving.get_registered_object(name) is None:
            found[name] = part
    return found


def optimizer_key(optimizer):
    """Return a key of an optimizer's settings without learning rate and weight decay.

    Both are arguments of programs.
    """
    config = optimizer.get_config()
    inner = config.pop("inner_optimizer", None)
    if inner is not None:
        config = {**config, **inner["config"], "inner": inner["class_name"]}
    for name in ("name", "learning_rate"):
        config.pop(name, None)
    config["weight_decay"] = config.get("weight_decay") is not None
    return type(optimizer).__name__ + json.dumps(config, sort_keys=True, default=_plain)


# keys of a configuration whose values are names of layers
_NAME_KEYS = {"name", "keras_history", "input_layers", "output_layers"}
# keys that don't change the graph
_IGNORED_KEYS = {"seed", "shared_object_id"}


def _canonical(config, order, is_name=False):
    """Replace names of layers in a configuration by their positions."""
    if isinstance(config, dict):
        return {
            key: _canonical(value, order, is_name=key in _NAME_KEYS)
            for key, value in config.items()
            if key not in _IGNORED_KEYS
        }
    if isinstance(config, list | tuple):
        return [_canonical(value, order, is_name) for value in config]
    if is_name and isinstance(config, str):
        return order.get(config, config)
    return config


def _plain(item):
    """Convert NumPy values for ``json.dumps``."""
    if isinstance(item, np.generic | np.ndarray):
        return item.tolist()
    raise NotImplementedError

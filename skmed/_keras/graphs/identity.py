"""What a user's function or object computes, as a key that can be compared.

Two functions are the same when their code, defaults, enclosed values and the global
names that they use are the same: a lambda made anew in every build shares a program,
and a function written again in a notebook doesn't get the old one's.
"""

import enum
import functools
import types

import keras
import numpy as np

_PLAIN = (str, bytes, int, float, complex, bool, type(None))
# Keras objects that are told apart by their settings
KINDS = (
    keras.Loss
    | keras.Metric
    | keras.Initializer
    | keras.regularizers.Regularizer
    | keras.constraints.Constraint
)
# what Keras objects carry besides the settings that a user gave them
_BOOKKEEPING = ("_tracker", "_auto_config", "_variables", "_metrics", "_dtype_policy")


class UnknownIdentity(Exception):
    """Something can't be described by values that can be compared."""


def identity(thing, _open=()):
    """Describe what ``thing`` computes.

    Parameters
    ----------
    thing : object
        A function, a Keras object, or a value.

    Returns
    -------
    hashable
        Equal for things that compute the same.

    Raises
    ------
    UnknownIdentity
        If that can't be told.
    """
    if isinstance(thing, _PLAIN):
        # 1, 1.0 and True are equal, but don't compute the same
        return (type(thing), thing)
    if any(thing is other for other in _open):
        return ("recursion", [thing is other for other in _open].index(True))
    inside = (*_open, thing)
    if type(thing).__name__ == "MetricsList":
        return identity(thing.metrics, inside)
    if isinstance(thing, list | tuple):
        return (type(thing), *(identity(item, inside) for item in thing))
    if isinstance(thing, set | frozenset):
        return (type(thing), frozenset(identity(item, inside) for item in thing))
    if isinstance(thing, dict):
        items = ((identity(k), identity(v, inside)) for k, v in thing.items())
        return (dict, frozenset(items))
    if isinstance(thing, np.ndarray | np.generic) and thing.dtype != object:
        return ("array", thing.dtype.str, thing.shape, thing.tobytes())
    if isinstance(thing, functools.partial):
        parts = (thing.func, thing.args, thing.keywords)
        return ("partial", *(identity(part, inside) for part in parts))
    if isinstance(thing, types.MethodType):
        return (
            "method",
            *(identity(i, inside) for i in (thing.__self__, thing.__func__)),
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


def is_own(cls):
    """Tell whether a class isn't Keras's: its behaviour isn't told by its name."""
    return cls.__module__.partition(".")[0] != "keras"


def _of_function(function, inside):
    if not is_own(function):
        return ("keras", function)
    code = function.__code__
    try:
        enclosed = [cell.cell_contents for cell in function.__closure__ or ()]
    except ValueError as error:
        raise UnknownIdentity(f"{function.__name__} isn't complete") from error
    names = {n: function.__globals__[n] for n in _names(code) & {*function.__globals__}}
    parts = (function.__defaults__, function.__kwdefaults__, enclosed, names)
    return ("function", code, *(identity(part, inside) for part in parts))


def _names(code):
    """Return the global names that a function or one inside it uses."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _names(constant)
    return names


def _of_class(cls, inside):
    if not is_own(cls) or not issubclass(cls, keras.Layer | KINDS):
        return ("class", cls)
    members = []
    for name, value in vars(cls).items():
        if isinstance(value, property):
            value = (value.fget, value.fset)
        elif isinstance(value, classmethod | staticmethod):
            value = value.__func__
        known = isinstance(value, (types.FunctionType, tuple, list, dict, *_PLAIN))
        if known and name not in ("__module__", "__doc__", "__annotations__"):
            members.append((name, identity(value, inside)))
    bases = tuple(identity(base, inside) for base in cls.__bases__)
    return ("class", cls.__qualname__, frozenset(members), bases)


def _of_object(thing, inside):
    """Describe an object of Keras's kinds by its class and its settings."""
    if not isinstance(thing, KINDS):
        raise UnknownIdentity(f"{type(thing).__name__} has no comparable description")
    hidden = _BOOKKEEPING
    if isinstance(thing, keras.Loss):
        # a metric's name is shown in the history, a loss's isn't
        hidden += ("name",)
    settings = {
        name: value
        for name, value in vars(thing).items()
        if name not in hidden and not isinstance(value, keras.Variable)
    }
    return ("object", identity(type(thing), inside), identity(settings, inside))

"""Names of parameters: suggestions for misspelt ones, and their order."""

import dataclasses
import difflib
import inspect
from collections.abc import Iterable, Mapping
from typing import Any

# with more parameters than this, an error refers to get_params() instead of listing
_MAX_LISTED = 20

# groups of parameters, in the order in which a signature shows them
GROUPS = ("family", "task", "shared")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the end of an error message that suggests a known name.

    Parameters
    ----------
    name : str
        The unknown name.
    known : iterable of str
        The valid names.

    Returns
    -------
    str
        The closest known name as a question, else the list of known names.
    """
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    if len(known) > _MAX_LISTED:
        return "its parameters are those that get_params() shows."
    return f"its parameters are {', '.join(known)}."


def check_param_names(
    estimator: Any, params: Mapping[str, object], hint: str | None = None
) -> None:
    """Raise if ``set_params`` is given a name that the estimator doesn't have.

    Parameters
    ----------
    estimator : object
        The estimator, with scikit-learn's ``_get_param_names``.
    params : mapping of str to object
        The arguments of ``set_params``. ``a__b`` is valid if parameter ``a`` is an
        object with parameters of its own.
    hint : str or None, default=None
        How else to set a parameter, for classes that accept more than the declared
        ones. ``{cls}`` and ``{name}`` in it are replaced.

    Raises
    ------
    ValueError
        Suggests the closest name.
    """
    known = estimator._get_param_names()
    cls = type(estimator).__name__
    for name in params:
        own, nested, _ = name.partition("__")
        if own in known:
            value = params.get(own, getattr(estimator, own, None))
            if not nested or hasattr(value, "set_params"):
                continue
        if hint is not None:
            raise ValueError(
                f"Invalid parameter {name!r} for estimator {cls}: "
                f"{hint.format(cls=cls, name=name)}; {did_you_mean(own, known)}"
            )
        if own not in known:
            raise ValueError(
                f"Invalid parameter {own!r} for {cls}; {did_you_mean(own, known)}"
            )
        raise ValueError(
            f"Invalid parameter {name!r} for {cls}; set {own!r} itself, which "
            "has no parameters of its own."
        )


def parameter_order(cls: type, positional: tuple[str, ...] = ()) -> list[str]:
    """Return the names of a class's declared parameters, in their public order.

    Parameters
    ----------
    cls : type
        A dataclass derived from ``Parameterized``.
    positional : tuple of str, default=()
        Parameters that may be given by position.

    Returns
    -------
    list of str
        Positional parameters first. Then by the group of the class that declares them
        (``_parameter_group``), then the most derived class first, then in the order
        of the class body. ``parameter_of`` does not move a parameter: it stays with
        the class that declared it first.
    """

    def place(name):
        base = _declaring_class(cls, name)
        return (
            name not in positional,
            GROUPS.index(vars(base).get("_parameter_group", GROUPS[0])),
            cls.__mro__.index(base),
            list(inspect.get_annotations(base)).index(name),
        )

    return sorted((field.name for field in dataclasses.fields(cls)), key=place)


def _declaring_class(cls, name):
    """Return the class that decides on the place of a parameter."""
    declaring = None
    for base in cls.__mro__:
        own_fields = vars(base).get("__dataclass_fields__", {})
        if name in own_fields and name in inspect.get_annotations(base):
            declaring = base
            if not own_fields[name].metadata.get("keeps_place"):
                break
    return declaring

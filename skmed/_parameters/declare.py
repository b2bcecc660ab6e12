"""Declarations of constructor parameters, and the base class that reads them."""

import dataclasses
import functools
import inspect
from collections.abc import Mapping
from typing import Any, ClassVar, Self, dataclass_transform

from sklearn.base import BaseEstimator

from .documentation import document_class
from .names import GROUPS, check_param_names, did_you_mean, parameter_order


def parameter(
    kind: str, doc: str, *constraints: object, default: Any, kw_only: bool = True
) -> Any:
    """Declare one constructor parameter of an estimator.

    Parameters
    ----------
    kind : str
        The type as numpydoc writes it, without the default.
    doc : str
        What the parameter does.
    *constraints : object
        Constraints of scikit-learn's parameter validation. Without any, ``fit``
        checks the value itself.
    default : object
        An immutable default. By keyword, as PEP 681 asks of field specifiers.
    kw_only : bool, default=True
        False for a parameter that may also be given by position, such as the
        estimator inside a meta-estimator.

    Returns
    -------
    dataclasses.Field
        The field that the class body assigns.

    Examples
    --------
    The class needs an annotation of the parameter, and has the description in its
    docstring:

    >>> from skmed.base import KerasEstimator, ListOf, parameter
    >>> class Table(KerasEstimator):
    ...     units: tuple = parameter(
    ...         "tuple of int", "Units of each layer.", ListOf(int, 1), default=(32,)
    ...     )
    >>> Table().units
    (32,)
    >>> Table(units=(16, 8)).get_params()["units"]
    (16, 8)
    """
    return dataclasses.field(
        default=default,
        kw_only=kw_only,
        metadata={"kind": kind, "doc": doc, "constraints": constraints},
    )


def parameter_of(
    base: type, name: str, *, default: Any, doc: str | None = None, moves: bool = False
) -> Any:
    """Declare a parameter of another class again, with another default.

    Parameters
    ----------
    base : type
        The class that declares the parameter.
    name : str
        Name of the parameter.
    default : object
        The new default.
    doc : str or None, default=None
        What the parameter does. None keeps the documentation of ``base``.
    moves : bool, default=False
        Whether the signature shows the parameter among those of the class that
        declares it again, rather than among those of ``base``.

    Returns
    -------
    dataclasses.Field
        The field that the class body assigns.

    Examples
    --------
    >>> from skmed.base import KerasEstimator, parameter_of
    >>> class Table(KerasEstimator):
    ...     batch_size: int = parameter_of(KerasEstimator, "batch_size", default=64)
    >>> KerasEstimator().batch_size, Table().batch_size
    (32, 64)
    """
    field = next(f for f in dataclasses.fields(base) if f.name == name)
    metadata = {**field.metadata, "keeps_place": not moves}
    if doc is not None:
        metadata["doc"] = doc
    return dataclasses.field(default=default, kw_only=field.kw_only, metadata=metadata)


@dataclass_transform(
    kw_only_default=True, eq_default=False, field_specifiers=(parameter, parameter_of)
)
class Parameterized:
    """Base class of everything that declares parameters.

    Each subclass becomes a keyword-only dataclass as it is defined, so that a
    subclass without a decorator can't lose its parameters. The constructor, its
    signature, scikit-learn's ``_parameter_constraints`` and the Parameters section of
    the docstring all come from the same fields, in the order of ``parameter_order``.

    A subclass with an ``__init__`` of its own keeps it, and so do classes derived
    from that which declare no parameters.
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {}
    # where the signature shows the parameters that this class declares: those of a
    # "family" first, then those of a "task", then "shared" ones; not inherited
    _parameter_group: ClassVar[str] = "family"
    # parameters that may also be given by position; kw_only=False does the same
    _positional: ClassVar[tuple[str, ...]] = ()
    # type and description of **kwargs, if the constructor accepts further keywords
    _kwargs_doc: ClassVar[tuple[str, str] | None] = None
    # name -> (type, description); merged along the MRO into the docstring
    _attribute_docs: ClassVar[dict[str, tuple[str, str]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        group = vars(cls).get("_parameter_group", GROUPS[0])
        if group not in GROUPS:
            raise TypeError(
                f"_parameter_group of {cls.__name__} must be one of {GROUPS}, got "
                f"{group!r}."
            )
        generate = not _has_own_init(cls)
        dataclasses.dataclass(kw_only=True, eq=False, repr=False, init=generate)(cls)
        fields = dataclasses.fields(cls)
        if generate:
            cls.__init__ = _public_init(cls, cls.__init__)
        cls._parameter_constraints = {
            field.name: list(field.metadata.get("constraints", ())) or "no_validation"
            for field in fields
        }
        document_class(cls)

    def _store_kwargs(self, kwargs: Mapping[str, object]) -> None:
        """Store keywords that aren't declared, if ``_kwargs_doc`` allows any."""
        vars(self).update(kwargs)

    def set_params(self, **params: object) -> Self:
        """Set parameters; an unknown name is answered with the closest known one.

        Parameters
        ----------
        **params : dict
            Parameters by name, ``a__b`` for parameter ``b`` of the object ``a``.

        Returns
        -------
        object
            The estimator itself.
        """
        check_param_names(self, params)
        # by name: a mixin's super() may not lead to it
        BaseEstimator.set_params(self, **params)  # type: ignore[arg-type]
        return self


def _has_own_init(cls):
    """Return whether a class has a hand-written constructor that it should keep."""
    if "__init__" in vars(cls):
        return True
    if any(
        isinstance(vars(cls).get(name), dataclasses.Field)
        for name in inspect.get_annotations(cls)
    ):
        return False
    for base in cls.__mro__[1:]:
        init = vars(base).get("__init__")
        if init is not None:
            return issubclass(base, Parameterized) and not hasattr(init, "generated")
    return False


def _public_init(cls, init):
    """Return a dataclass's constructor with helpful errors and a public order."""
    declared = inspect.signature(init).parameters
    positional = [field.name for field in dataclasses.fields(cls) if not field.kw_only]
    positional = tuple(dict.fromkeys([*cls._positional, *positional]))
    names = parameter_order(cls, positional)
    accepts_more = cls._kwargs_doc is not None

    @functools.wraps(init)
    def __init__(self, *args, **kwargs):
        cls = type(self).__name__
        if len(args) > len(positional):
            raise TypeError(
                f"{cls} takes its parameters by name only: {cls}(name=value)."
                if not positional
                else f"{cls} takes only {', '.join(positional)} by position."
            )
        twice = [name for name in positional[: len(args)] if name in kwargs]
        if twice:
            raise TypeError(f"{cls} got {twice[0]} by position and by name.")
        kwargs.update(zip(positional, args))
        unknown = [name for name in kwargs if name not in declared]
        if unknown and not accepts_more:
            raise TypeError(
                f"{cls} has no parameter {unknown[0]!r}; "
                f"{did_you_mean(unknown[0], names)}"
            )
        more = {name: kwargs.pop(name) for name in unknown}
        init(self, **kwargs)
        if more:
            self._store_kwargs(more)

    parameters = [declared["self"]]
    for name in names:
        kind = (
            inspect.Parameter.POSITIONAL_OR_KEYWORD
            if name in positional
            else inspect.Parameter.KEYWORD_ONLY
        )
        parameters.append(declared[name].replace(kind=kind))
    if accepts_more:
        parameters.append(inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD))
    __init__.__signature__ = inspect.Signature(parameters)
    __init__.generated = True
    return __init__

"""Constructor parameters declared once: default, constraint and documentation."""

import dataclasses
import difflib
import functools
import inspect
from typing import Any, ClassVar, dataclass_transform

from sklearn.utils._param_validation import HasMethods, make_constraint

# names in a sentence that can still be read
_MOST_LISTED = 20


class ListOf(HasMethods):
    """Constraint: a tuple or list whose items all satisfy another constraint.

    scikit-learn takes its own classes of constraint only, hence the base.

    Parameters
    ----------
    item : object
        A constraint of scikit-learn's, for each item.
    least, most : int
        How many items there may be.
    """

    def __init__(self, item, least=0, most=None):
        super().__init__("__len__")
        self._item = make_constraint(item)
        self._least = least
        self._most = most

    def is_satisfied_by(self, val):
        """Tell whether ``val`` is such a list; True and False count as no numbers."""
        return (
            isinstance(val, tuple | list)
            and self._least <= len(val)
            and (self._most is None or len(val) <= self._most)
            and all(
                self._item.is_satisfied_by(item) and not isinstance(item, bool)
                for item in val
            )
        )

    def __str__(self):
        number = ""
        if self._most is not None:
            number = f" of {self._least} to {self._most} items"
        elif self._least:
            number = f" of at least {self._least} item(s)"
        return f"a tuple or list{number}, each {self._item}"


def parameter(kind, doc, *constraints, default) -> Any:
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

    Returns
    -------
    dataclasses.Field
        The field that the class body assigns.
    """
    return dataclasses.field(
        default=default,
        metadata={"kind": kind, "doc": doc, "constraints": constraints},
    )


def parameter_of(base, name, *, default, doc=None) -> Any:
    """Declare a parameter of another class again, with another default.

    Parameters
    ----------
    base : type
        The class that declares the parameter.
    name : str
        Name of the parameter.
    default : object
        The new default.
    doc : str or None
        What the parameter does. None keeps the documentation of ``base``.

    Returns
    -------
    dataclasses.Field
        The field that the class body assigns.
    """
    field = next(f for f in dataclasses.fields(base) if f.name == name)
    metadata = {**field.metadata, **({} if doc is None else {"doc": doc})}
    return dataclasses.field(default=default, metadata=metadata)


@dataclass_transform(
    kw_only_default=True, eq_default=False, field_specifiers=(parameter, parameter_of)
)
class Parameterized:
    """Base of everything that declares parameters.

    Each subclass becomes a keyword-only dataclass as it is defined, so a
    subclass without a decorator can't lose its parameters. From the same
    fields come scikit-learn's ``_parameter_constraints`` and the Parameters
    section of the docstring.
    """

    _parameter_constraints: ClassVar[dict] = {}
    # parameters that may also be given by position, as that of a meta-estimator
    _positional: ClassVar[tuple[str, ...]] = ()
    # type and description of **kwargs, if the constructor accepts further keywords,
    # which it passes to a method `_store_kwargs`
    _kwargs_doc: ClassVar[tuple[str, str] | None] = None
    # name -> (type, sentence); merged along the inheritance into the docstring
    _attribute_docs: ClassVar[dict[str, tuple[str, str]]] = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        own_init = "__init__" in vars(cls)
        dataclasses.dataclass(kw_only=True, eq=False, repr=False, init=not own_init)(
            cls
        )
        fields = dataclasses.fields(cls)
        if not own_init:
            cls.__init__ = _suggest_names(cls.__init__, cls._positional)
            if cls._kwargs_doc is not None:
                cls.__init__ = _accept_kwargs(cls, cls.__init__, fields)
        cls._parameter_constraints = {
            field.name: list(field.metadata.get("constraints", ())) or "no_validation"
            for field in fields
        }
        cls.__doc__ = _document(cls, fields)


def did_you_mean(name, known):
    """Say which known name was probably meant, or which there are."""
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    if len(known) > _MOST_LISTED:
        return "its parameters are those that get_params() shows."
    return f"its parameters are {', '.join(known)}."


def _suggest_names(init, positional):
    """Answer a misspelt keyword with the name that was probably meant."""
    known = list(inspect.signature(init).parameters)[1:]

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
        for name in kwargs:
            if name not in known:
                raise TypeError(
                    f"{cls} has no parameter {name!r}; {did_you_mean(name, known)}"
                )
        init(self, **kwargs)

    return __init__


def _accept_kwargs(cls, init, fields):
    """Pass keywords that are no fields to ``_store_kwargs``."""
    known = {field.name for field in fields}

    @functools.wraps(init)
    def __init__(self, *args, **kwargs):
        further = {name: kwargs.pop(name) for name in [*kwargs] if name not in known}
        init(self, *args, **kwargs)
        if further:
            self._store_kwargs(further)

    parameters = inspect.signature(init).parameters
    names = [field.name for group in _by_class(cls, fields) for field in group]
    __init__.__signature__ = inspect.Signature(
        [
            parameters["self"],
            *(
                parameters[name].replace(kind=inspect.Parameter.POSITIONAL_OR_KEYWORD)
                for name in cls._positional
            ),
            *(parameters[name] for name in names if name not in cls._positional),
            inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD),
        ]
    )
    return __init__


def _document(cls, fields):
    """Put the Parameters and Attributes sections into the class's docstring."""
    own: Any = vars(cls).get("__doc__")
    # dataclass() writes the signature where a class has no docstring
    if not own or own.startswith(f"{cls.__name__}("):
        return own
    lines = inspect.cleandoc(own).splitlines()
    underlines = [i for i, line in enumerate(lines) if line and not line.strip("-")]
    cut = underlines[0] - 1 if underlines else len(lines)

    text = "\n".join(lines[:cut]).rstrip() + "\n\nParameters\n----------\n"
    # the family's own parameters first, those that all share last
    for base_fields in _by_class(cls, fields):
        for field in base_fields:
            kind = field.metadata.get("kind", "object")
            doc = field.metadata.get("doc", "")
            text += _entry(f"{field.name} : {kind}, default={field.default!r}", doc)
    if cls._kwargs_doc is not None:
        kind, doc = cls._kwargs_doc
        text += _entry(f"**kwargs : {kind}", doc)
    attributes = {}
    for base in reversed(cls.__mro__):
        attributes.update(vars(base).get("_attribute_docs", {}))
    if attributes:
        text += "\nAttributes\n----------\n"
        for name, (kind, doc) in attributes.items():
            text += _entry(f"{name} : {kind}", doc)
    return text + "\n" + "\n".join(lines[cut:])


def _by_class(cls, fields):
    """Group fields by the class that declares them, the most derived first."""
    left = {field.name: field for field in fields}
    if cls._positional:
        yield [left.pop(name) for name in cls._positional]
    for base in cls.__mro__:
        names = [name for name in vars(base).get("__annotations__", {}) if name in left]
        if names:
            yield [left.pop(name) for name in names]


def _entry(head, doc):
    body = "\n".join("    " + line for line in inspect.cleandoc(doc).splitlines())
    return f"{head}\n{body}\n"

"""Parameters and Attributes sections of class docstrings."""

import dataclasses
import inspect
import textwrap
from collections.abc import Mapping

_SECTIONS = ("Parameters", "Attributes")


def add_sections(
    doc: str,
    parameters: Mapping[str, tuple[str, str]],
    attributes: Mapping[str, tuple[str, str]],
) -> str:
    """Return a class docstring with Parameters and Attributes sections.

    Parameters
    ----------
    doc : str
        The docstring as written, without these two sections.
    parameters, attributes : mapping of str to (str, str)
        Name -> type as numpydoc writes it (with the default), and description. An
        entry ``"**kwargs"`` describes further keywords. Empty for no section.

    Returns
    -------
    str
        The docstring with the sections before the first section of ``doc``.
    """
    lines = inspect.cleandoc(doc).splitlines()
    underlines = [i for i, line in enumerate(lines) if line and not line.strip("-")]
    cut = underlines[0] - 1 if underlines else len(lines)
    parts = ["\n".join(lines[:cut]).rstrip()]
    for title, entries in zip(_SECTIONS, (parameters, attributes)):
        if entries:
            body = "".join(_entry(name, *entry) for name, entry in entries.items())
            parts.append(f"{title}\n{'-' * len(title)}\n{body}".rstrip())
    if lines[cut:]:
        parts.append("\n".join(lines[cut:]))
    return "\n\n".join(parts)


def document_class(cls: type) -> None:
    """Add what a ``Parameterized`` class declares to its docstring.

    The Parameters section has the order and the defaults of the class's signature.

    Parameters
    ----------
    cls : type
        The class; without a docstring it is left as it is.
    """
    own = vars(cls).get("__doc__")
    # dataclass() writes the signature where a class has no docstring
    if not own or own.startswith(f"{cls.__name__}("):
        return
    attributes: dict[str, tuple[str, str]] = {}
    for base in reversed(cls.__mro__):
        attributes.update(vars(base).get("_attribute_docs", {}))
    cls.__doc__ = add_sections(own, _parameter_entries(cls), attributes)


def _parameter_entries(cls):
    metadata = {field.name: field.metadata for field in dataclasses.fields(cls)}
    entries = {}
    for name, declared in inspect.signature(cls).parameters.items():
        if declared.kind is declared.VAR_KEYWORD:
            if cls._kwargs_doc is not None:
                entries[f"**{name}"] = cls._kwargs_doc
            continue
        kind = metadata.get(name, {}).get("kind", "object")
        if declared.default is not declared.empty:
            kind += f", default={declared.default!r}"
        entries[name] = (kind, metadata.get(name, {}).get("doc", ""))
    return entries


def _entry(name, kind, doc):
    return f"{name} : {kind}\n{textwrap.indent(inspect.cleandoc(doc), '    ')}\n"

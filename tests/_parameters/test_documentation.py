"""Parameters and Attributes sections that are written from declarations."""

import inspect

import pytest
from numpydoc.docscrape import NumpyDocString
from sklearn.base import BaseEstimator

from skmed._parameters import Parameterized, add_sections, parameter
from skmed.utils import all_estimators

DECLARING = [cls for _, cls in all_estimators() if issubclass(cls, Parameterized)]


class Base(Parameterized, BaseEstimator):
    """The base.

    See Also
    --------
    dict : Something else.
    """

    size: float = parameter("float", "How large.", default=1.0)
    kind: str = parameter("{'a', 'b'}", "Which\none.", default="a")

    _attribute_docs = {
        "size_": ("float", "The size found."),
        "kind_": ("str", "The kind found."),
    }


class Task(Parameterized):
    """A task that is mixed in from the left."""

    loss: str = parameter("str", "What is minimised.", default="mean")

    _attribute_docs = {"classes_": ("ndarray", "The classes.")}


class Undecorated(Task, Base):
    """A subclass that says nothing of dataclasses."""

    depth: int = parameter("int", "How deep.", default=3)

    _attribute_docs = {"kind_": ("str", "Another description.")}


class WithInit(Base):
    """A constructor of its own.

    With a second paragraph.
    """

    _kwargs_doc = ("dict", "Parameters of the model.")

    def __init__(self, extra, size=2.0, **params):
        super().__init__(size=size)
        self.extra = extra


def documented(cls):
    return NumpyDocString(inspect.getdoc(cls))["Parameters"]


@pytest.mark.parametrize("cls", DECLARING)
def test_every_parameter_is_documented(cls):
    entries = {entry.name: entry for entry in documented(cls)}
    signature = inspect.signature(cls).parameters
    assert [name.lstrip("*") for name in entries] == list(signature)
    for name, entry in entries.items():
        assert "".join(entry.desc).strip()
        if name == "**kwargs":
            continue
        assert entry.type.endswith(f", default={signature[name].default!r}")


def test_documentation_is_inherited():
    doc = NumpyDocString(inspect.getdoc(Undecorated))
    assert doc["Summary"] == ["A subclass that says nothing of dataclasses."]
    # a class's own parameters first, those that all share last
    assert [entry.name for entry in doc["Parameters"]] == [
        "depth",
        "loss",
        "size",
        "kind",
    ]
    assert doc["Parameters"][-1].desc == ["Which", "one."]
    attributes = {entry.name: entry.desc for entry in doc["Attributes"]}
    assert set(attributes) == {"size_", "kind_", "classes_"}
    assert attributes["kind_"] == ["Another description."]
    assert not doc["See Also"]
    assert NumpyDocString(inspect.getdoc(Base))["See Also"]


def test_a_class_without_docstring_gets_none():
    class Silent(Base):
        pass

    assert "Parameters" not in (vars(Silent)["__doc__"] or "")


def test_a_constructor_of_its_own_is_documented_as_it_is():
    assert [(entry.name, entry.type) for entry in documented(WithInit)] == [
        ("extra", "object"),
        ("size", "float, default=2.0"),
        ("**params", "dict"),
    ]
    assert documented(WithInit)[-1].desc == ["Parameters of the model."]


def test_sections_are_put_before_the_first_section():
    doc = add_sections(
        Base.__doc__.partition("Parameters")[0] + "\n\nNotes\n-----\nOf note.",
        {"a": ("int, default=1", "First.\n    Second."), "**kwargs": ("dict", "More.")},
        {"a_": ("int", "Learned.")},
    )
    assert doc.splitlines() == [
        "The base.",
        "",
        "Parameters",
        "----------",
        "a : int, default=1",
        "    First.",
        "    Second.",
        "**kwargs : dict",
        "    More.",
        "",
        "Attributes",
        "----------",
        "a_ : int",
        "    Learned.",
        "",
        "Notes",
        "-----",
        "Of note.",
    ]


def test_sections_without_entries_are_left_out():
    assert add_sections("One line.", {}, {}) == "One line."
    doc = add_sections("One line.", {"a": ("int", "A.")}, {})
    assert "Attributes" not in doc
    # numpydoc refuses blank lines at the end
    assert doc.endswith("    A.")

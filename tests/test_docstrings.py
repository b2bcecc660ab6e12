"""Every public name is documented in numpydoc's form."""

import importlib
import inspect
import re

import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate
from sklearn.base import BaseEstimator

import skmed

# The same exceptions as scikit-learn's own.
IGNORED = {
    "GL01",  # the summary starts on the line of the quotes
    "GL02",  # one-line docstrings close on their own line
    "RT02",  # a single returned value may have a name
}
# Of classes and functions yes, of methods no.
NOT_OF_METHODS = {"ES01", "EX01", "SA01"}
NOT_OF_FUNCTIONS = {"ES01", "SA01"}


def _public_objects():
    """Dotted names of all public classes and functions, each once."""
    objects = {}
    for submodule in skmed._SUBMODULES:
        module = importlib.import_module(f"skmed.{submodule}")
        for name in getattr(module, "__all__", []):
            value = getattr(module, name)
            if inspect.isclass(value) or inspect.isfunction(value):
                objects[f"skmed.{submodule}.{name}"] = value
    return objects


def _public_methods(cls):
    """Methods and properties that skmed itself defines, in any base of the class."""
    for name in dir(cls):
        if name.startswith("_"):
            continue
        value = inspect.getattr_static(cls, name)
        function = getattr(value, "fget", None) or getattr(value, "__func__", value)
        # `available_if` wraps a method that exists under a condition
        function = getattr(function, "fn", function)
        module = getattr(function, "__module__", None) or ""
        if callable(function) and module.partition(".")[0] == "skmed":
            yield name


OBJECTS = _public_objects()
CLASSES = [name for name, value in OBJECTS.items() if inspect.isclass(value)]
FUNCTIONS = [name for name in OBJECTS if name not in CLASSES]
METHODS = [f"{name}.{m}" for name in CLASSES for m in _public_methods(OBJECTS[name])]
ESTIMATORS = [
    name
    for name in CLASSES
    if issubclass(OBJECTS[name], BaseEstimator) and hasattr(OBJECTS[name], "fit")
]


def _problems(name, ignored):
    errors = validate(name)["errors"]
    return [f"{code}: {text}" for code, text in errors if code not in ignored]


@pytest.mark.parametrize("name", CLASSES)
def test_class(name):
    parameters = inspect.signature(OBJECTS[name]).parameters.values()
    by_keyword = all(p.kind is p.KEYWORD_ONLY for p in parameters)
    # without positions, a class's own parameters may come before its bases'
    assert not _problems(name, IGNORED | ({"PR03"} if by_keyword else set()))


@pytest.mark.parametrize("name", METHODS)
def test_method(name):
    assert not _problems(name, IGNORED | NOT_OF_METHODS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(name):
    assert not _problems(name, IGNORED | NOT_OF_FUNCTIONS)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_estimator_says_what_the_design_asks(name):
    doc = NumpyDocString(inspect.getdoc(OBJECTS[name]))
    needed = ["Parameters", "Attributes", "See Also", "References", "Examples"]
    assert not [section for section in needed if not doc[section]]
    assert re.search(r"\bfit(_transform)?\(", "\n".join(doc["Examples"]))


def test_every_public_name_is_checked():
    checked = {name.rpartition(".")[2] for name in OBJECTS}
    assert set(skmed._PUBLIC_NAMES) <= checked


@pytest.mark.parametrize("submodule", ["", *(f".{s}" for s in skmed._SUBMODULES)])
def test_module_says_what_it_is(submodule):
    assert importlib.import_module(f"skmed{submodule}").__doc__

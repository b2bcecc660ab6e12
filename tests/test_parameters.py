"""Parameters declared once: inherited, documented, validated, suggested."""

import inspect
from numbers import Integral, Real
from typing import ClassVar

import pytest
from numpydoc.docscrape import NumpyDocString
from sklearn.base import BaseEstimator, clone
from sklearn.utils._param_validation import Interval, StrOptions

from skmed import CNNClassifier, CNNEncoder, CNNRegressor
from skmed._parameters import ListOf, Parameterized, did_you_mean, parameter

POSITIVE = Interval(Real, 0, None, closed="neither")


class Base(Parameterized, BaseEstimator):
    """The base.

    See Also
    --------
    dict : Something else.
    """

    size: float = parameter("float", "How large.", POSITIVE, default=1.0)
    kind: str = parameter(
        "{'a', 'b'}", "Which\none.", StrOptions({"a", "b"}), default="a"
    )

    _table = {"not": "a parameter"}
    shared: ClassVar[dict] = {}

    _attribute_docs = {"size_": ("float", "The size found.")}

    def fit(self, X=None, y=None):
        self._validate_params()
        return self


class Task(Parameterized):
    """A task that is mixed in from the left."""

    loss: str = parameter("str", "What is minimised.", str, default="mean")

    _attribute_docs = {"classes_": ("ndarray", "The classes.")}


class Undecorated(Task, Base):
    """A subclass that says nothing of dataclasses."""

    depth: int = parameter("int", "How deep.", default=3)


class Overriding(Base):
    """Another default, another constraint."""

    kind: str = parameter("{'c'}", "Only this.", StrOptions({"c"}), default="c")


class WithInit(Base):
    """A constructor of its own."""

    def __init__(self, size=2.0, extra=None):
        super().__init__(size=size)
        self.extra = extra


def test_an_undecorated_subclass_keeps_all_parameters():
    assert set(Undecorated._get_param_names()) == {"size", "kind", "loss", "depth"}
    estimator = Undecorated(size=5.0, loss="max")
    assert estimator.get_params() == {
        "size": 5.0,
        "kind": "a",
        "loss": "max",
        "depth": 3,
    }
    assert clone(estimator).get_params() == estimator.get_params()
    assert Base(size=3.0).get_params() == {"size": 3.0, "kind": "a"}


def test_constructors_have_explicit_keywords():
    parameters = inspect.signature(Undecorated).parameters
    assert set(parameters) == {"size", "kind", "loss", "depth"}
    for declared in parameters.values():
        assert declared.kind is declared.KEYWORD_ONLY
    assert parameters["depth"].default == 3


def test_class_level_tables_are_no_parameters():
    assert Base._table == {"not": "a parameter"}
    assert not {"_table", "shared"} & set(inspect.signature(Base).parameters)


def test_a_mutable_default_is_refused():
    with pytest.raises(ValueError, match="mutable default"):

        class Mutable(Base):
            sizes: list = parameter("list", "Shared by all instances.", default=[])


def test_estimators_are_themselves_only():
    assert Base() != Base()
    assert len({Base(), Base()}) == 2
    assert repr(Base(size=2.0)) == "Base(size=2.0)"


# ----- a constructor of one's own -----


def test_a_subclass_with_its_own_constructor():
    estimator = WithInit(extra="e")
    assert estimator.get_params() == {"size": 2.0, "extra": "e"}
    assert estimator.kind == "a"
    assert clone(estimator).get_params() == estimator.get_params()
    assert estimator.fit() is estimator
    with pytest.raises(ValueError, match="The 'size' parameter of WithInit must be"):
        WithInit(size=-1.0).fit()
    assert WithInit(2.5).size == 2.5


def test_a_subclass_of_an_estimator():
    class Quick(CNNClassifier):
        """Fits quickly."""

        epochs: int = parameter(
            "int", "Passes.", Interval(Integral, 1, 5, closed="both"), default=1
        )

    class Tiny(CNNClassifier):
        def __init__(self, filters=(2,)):
            super().__init__(filters=filters, dense_units=(), epochs=1)

    assert Quick().epochs == 1
    assert CNNClassifier().epochs == "auto"
    assert set(Quick().get_params()) == set(CNNClassifier().get_params())
    assert Tiny().get_params() == {"filters": (2,)}
    assert clone(Tiny(filters=(3,))).filters == (3,)
    assert Tiny().epochs == 1
    assert Tiny().fit([[0.0, 1], [1, 0]], [0, 1]).predict([[0.0, 1]]).shape == (1,)


# ----- constraints -----


def test_constraints_are_merged():
    assert Undecorated._parameter_constraints == {
        **Base._parameter_constraints,
        "loss": [str],
        "depth": "no_validation",
    }
    assert Base._parameter_constraints["size"] == [POSITIVE]


def test_a_subclass_overrides_constraint_and_default():
    assert Overriding().kind == "c"
    Overriding().fit()
    for estimator, name in [(Overriding(kind="a"), "kind"), (Base(size=0.0), "size")]:
        with pytest.raises(ValueError, match=f"The '{name}' parameter of .* must be"):
            estimator.fit()


@pytest.mark.parametrize(
    ("constraint", "good", "bad"),
    [
        (
            ListOf(Interval(Integral, 1, None, closed="left")),
            [(), [], (1,), [1, 2, 3]],
            [None, 1, "12", {1}, (0,), (1.0,), ("1",), (True,), [[1]]],
        ),
        (ListOf(str, 1), [("a",), ["a", "b"]], [(), [], (1,), "a"]),
        (ListOf(str, 1, 2), [("a",), ["a", "b"]], [(), ["a", "b", "c"]]),
    ],
    ids=str,
)
def test_list_constraint(constraint, good, bad):
    assert all(constraint.is_satisfied_by(value) for value in good)
    assert not any(constraint.is_satisfied_by(value) for value in bad)


def test_list_constraint_in_words():
    assert str(ListOf(str)) == "a tuple or list, each an instance of 'str'"
    assert str(ListOf(str, 1)).startswith("a tuple or list of at least 1 item(s), each")
    assert str(ListOf(str, 2, 4)).startswith("a tuple or list of 2 to 4 items, each")


# ----- documentation -----


@pytest.mark.parametrize("cls", [CNNClassifier, CNNRegressor, CNNEncoder])
def test_every_parameter_is_documented(cls):
    doc = NumpyDocString(inspect.getdoc(cls))
    documented = {entry.name: entry for entry in doc["Parameters"]}
    signature = inspect.signature(cls).parameters
    assert set(documented) == set(signature)
    for name, entry in documented.items():
        assert entry.type.endswith(f", default={signature[name].default!r}")
        assert "".join(entry.desc).strip()


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
    assert {entry.name for entry in doc["Attributes"]} == {"size_", "classes_"}
    assert not doc["See Also"]
    assert NumpyDocString(inspect.getdoc(Base))["See Also"]


def test_a_class_without_docstring_gets_none():
    class Silent(Base):
        pass

    assert "Parameters" not in (vars(Silent)["__doc__"] or "")


# ----- suggestions -----


def test_a_misspelt_keyword_is_answered():
    with pytest.raises(TypeError, match="Undecorated has no parameter 'dept'; did you"):
        Undecorated(dept=4)
    with pytest.raises(TypeError, match="did you mean 'size'"):
        Base(sise=4)
    with pytest.raises(TypeError, match="its parameters are size, kind"):
        Base(xyzzy=4)
    with pytest.raises(TypeError, match="by name only"):
        Base(4.0)


def test_the_nearest_name():
    assert did_you_mean("epoch", ["epochs", "depth"]) == "did you mean 'epochs'?"
    assert (
        did_you_mean("zz", ["epochs", "depth"]) == "its parameters are epochs, depth."
    )
    many = [f"name{i}" for i in range(50)]
    assert did_you_mean("zz", many) == (
        "its parameters are those that get_params() shows."
    )

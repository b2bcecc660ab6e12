"""Parameters declared once: inherited, validated."""

import inspect
from numbers import Integral, Real
from typing import ClassVar

import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.utils._param_validation import Interval, StrOptions

from skmed import CNNClassifier
from skmed._parameters import Parameterized, parameter

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


def test_a_constructor_of_ones_own_is_inherited():
    class Named(WithInit):
        """Declares no parameters."""

    class Extended(WithInit):
        """Declares one, and so gets a constructor for all."""

        depth: int = parameter("int", "How deep.", default=3)

    assert Named(extra="e").get_params() == {"size": 2.0, "extra": "e"}
    assert set(Extended().get_params()) == {"size", "kind", "depth"}


def test_further_keywords():
    class Open(Base):
        _kwargs_doc = ("dict", "Further parameters.")

    class Recording(Open):
        def _store_kwargs(self, kwargs):
            super()._store_kwargs(kwargs)
            self._further = set(kwargs)

    assert Open(size=3.0, other=1).other == 1
    assert Recording(size=3.0, other=1)._further == {"other"}
    assert not hasattr(Recording(size=3.0), "_further")
    last = list(inspect.signature(Open).parameters.values())[-1]
    assert last.kind is last.VAR_KEYWORD
    assert list(Open().get_params()) == ["kind", "size"]


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

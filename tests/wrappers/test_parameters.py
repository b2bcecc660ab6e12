"""Parameters of the wrappers: declared, routed and those of the model function."""

import inspect
from pathlib import Path
from runpy import run_path

import pytest
from numpydoc.docscrape import NumpyDocString
from sklearn.base import clone

from skmed._parameters import parameter
from skmed.wrappers import BaseWrapper, KerasClassifier, KerasRegressor

SHARED = run_path(str(Path(__file__).with_name("test_documented_programs.py")))
classifier = SHARED["classifier"]
mlp = SHARED["mlp"]
regressor = SHARED["regressor"]


WRAPPERS = [BaseWrapper, KerasClassifier, KerasRegressor]


@pytest.mark.parametrize("cls", WRAPPERS)
def test_the_constructor_is_generated(cls):
    signature = inspect.signature(cls).parameters
    assert next(iter(signature)) == "model"
    assert list(signature)[-1] == "kwargs"
    assert ("class_weight" in signature) == (cls is KerasClassifier)
    doc = NumpyDocString(inspect.getdoc(cls))["Parameters"]
    names = [name for name in signature if name != "kwargs"]
    assert [entry.name for entry in doc] == [*names, "**kwargs"]
    assert cls._parameter_constraints.keys() == set(names)
    defaults = {name: signature[name].default for name in names}
    assert cls().get_params() == defaults


@pytest.mark.parametrize("cls", WRAPPERS)
def test_model_may_be_given_by_position(cls):
    assert cls(mlp).model is cls(model=mlp).model is mlp
    assert clone(cls(mlp)).model is mlp
    with pytest.raises(TypeError, match="only model by position"):
        cls(mlp, None)
    with pytest.raises(TypeError, match="by position and by name"):
        cls(mlp, model=mlp)


def test_further_keywords_are_parameters():
    clf = KerasClassifier(mlp, units=3, optimizer__beta_1=0.5)
    assert clf.units == 3
    assert clf.get_params()["optimizer__beta_1"] == 0.5
    assert list(clf.get_params()) == sorted(clf.get_params())
    clf.set_params(units=4)
    assert clone(clf).units == 4
    assert "units" not in KerasClassifier(mlp).get_params()


class Small(KerasClassifier):
    """A subclass that declares a parameter and has another default."""

    units: int = parameter("int", "Number of units.", int, default=3)
    epochs: int = parameter("int", "Number of passes.", int, default=2)


def test_a_subclass_declares_parameters():
    assert Small(mlp).get_params().items() >= {"units": 3, "epochs": 2}.items()
    assert Small(mlp, dropout=0.5).set_params(units=4).get_params()["units"] == 4
    assert "units : int, default=3" in Small.__doc__


def test_clone_keeps_every_parameter():
    clf = classifier(hidden_layer_sizes=(3,), fit__verbose=0, optimizer__rho=0.5)
    assert clone(clf).get_params() == clf.get_params()
    assert clf.get_params()["fit__verbose"] == 0
    assert "hidden_layer_sizes=(3,)" in repr(clf)


def test_misspelt_parameters():
    with pytest.raises(ValueError, match="did you mean 'epochs'"):
        classifier().set_params(epoch=3)
    clf = classifier().set_params(model__dropout=0.5, callbacks__patience=3)
    assert clf.get_params()["model__dropout"] == 0.5


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"model": None}, "model is missing"),
        ({"loss": None}, "loss is missing"),
        ({"epochs": -1}, "'epochs' parameter"),
        ({"callbacks": [3]}, "callbacks must be"),
        ({"validation_split": 0.99}, "validation_split=0.99 of 40 samples"),
        ({"optimizer__learning_rate": 1e30}, "lower learning_rate"),
    ],
    ids=str,
)
def test_bad_parameters(numbers, params, message):
    X, y = numbers
    with pytest.raises((TypeError, ValueError), match=message):
        regressor(
            **params,
        ).set_params(epochs=params.get("epochs", 9)).fit(X, 1e6 * y)


def test_old_name_of_model(rows):
    with pytest.warns(FutureWarning, match="old name"):
        KerasClassifier(build_fn=mlp, loss="binary_crossentropy").fit(*rows)

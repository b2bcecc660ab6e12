"""Wrong parameters get one sentence that names the fix, and change nothing."""

from pathlib import Path
from runpy import run_path

import keras
import numpy as np
import pytest
from sklearn.utils._param_validation import InvalidParameterError

from skmed import CNNClassifier, CNNEncoder, CNNRegressor

SHARED = run_path(str(Path(__file__).with_name("test_bad_input.py")))
ESTIMATORS, restore_on_failure = SHARED["ESTIMATORS"], SHARED["restore_on_failure"]
assert_one_sentence = SHARED["assert_one_sentence"]
fitted, _no_training = SHARED["fitted"], SHARED["_no_training"]
NAN, INF = np.nan, np.inf

# name -> values that are wrong whatever X and y are
BAD_PARAMETERS = {
    "activation": ["sigmoidd", None, 3],
    "architecture": ["resnext", None, 3],
    "augment": [3, ("nois",), (None,)],
    "batch_size": [0, 2.5, "auto", None],
    "callbacks": [
        "early",
        [1],
        (None,),
        [keras.callbacks.Callback],
        keras.callbacks.Callback(),
    ],
    "class_weight": ["heavy", 3],
    "dense_units": [3, (0,), (-1,), (2.5,), ("a",), (True,)],
    "depth": [0, 2.5, (2, 2)],
    "dropout": [1, -0.1, "a", None, NAN],
    "early_stopping": ["yes", None, 2],
    "epochs": [0, -1, 1.5, "a", None],
    "freeze": [0, -1, 1.5, "all"],
    "filters": [3, (), (0,), (2.5,), ("a",), ((2,),), (True,), "ab", {2}],
    "image_shape": [
        6,
        (),
        (6,),
        (1, 1, 1, 2, 3),
        "32",
        ("3", 2),
        (3.0, 2),
        (-3, -2),
        (0, 6),
        (True, 6),
        np.array([3, 2]),
    ],
    "init_from": [3, 2.5],
    "init_weights": [3, ("a",)],
    "kernel_size": [0, 2.5, (3, 3)],
    "label_smoothing": [1, -0.1, "a", None, NAN],
    "learning_rate": [0, -1, "fast", NAN, INF],
    "learning_rate_schedule": ["step", None],
    "loss": ["mse", 3],
    "n_estimators": [0, 2.5, None],
    "n_components": [0, 1.5, "a", None],
    "n_iter_no_change": [0, 1.5, None],
    "normalize": ["row", True],
    "objective": ["clustering", None],
    "optimizer": ["adamm", None, 3, keras.optimizers.Adam],
    "pool_size": [0, (2, 2)],
    "pooling": ["global", 3],
    "precision": ["float16", None, np.float64],
    "random_state": ["a", 1.5, -1, 2**40, np.random.default_rng(0)],
    "stochastic_depth": [1, -0.1, "a", None, NAN],
    "test_time_augmentation": [0, 2.5, None],
    "tol": [-1, "a", NAN, INF],
    "unfreeze_after": [0, 1.5, "a"],
    "unfreeze_factor": [0, -0.1, "a", None, NAN],
    "validation_fraction": [0, 1, 1.5, "a", None],
    "verbose": [-1, "a", None],
    "warm_start": ["yes", None, 2],
    "weight_decay": [-1, "a", NAN, INF],
}
# what is declared once is tried on one class, what each declares on each
WRONG_VALUES = [
    (target, name, value)
    for target, cls in [
        ("classifier", CNNClassifier),
        ("regressor", CNNRegressor),
        ("encoder", CNNEncoder),
    ]
    for name, values in BAD_PARAMETERS.items()
    if name in cls().get_params()
    and (cls is CNNClassifier or name in {"loss", "objective", "n_components"})
    for value in values
]


@pytest.mark.usefixtures("_no_training")
@pytest.mark.parametrize(("target", "name", "value"), WRONG_VALUES)
def test_wrong_value_of_a_parameter(target, name, value, fitted):
    estimator, rows, y = ESTIMATORS[target]
    sentence = rf"^The {name!r} parameter of CNN\w+ must be .* Got .* instead\.$"
    with (
        restore_on_failure(estimator, **{name: value}),
        pytest.raises(InvalidParameterError, match=sentence),
    ):
        estimator.fit(rows, y)


def test_wrong_values_of_every_parameter():
    classes = (CNNClassifier, CNNRegressor, CNNEncoder)
    assert set(BAD_PARAMETERS) == {
        name for cls in classes for name in cls().get_params()
    }


MISSPELT = {
    "filter": "filters",
    "epoch": "epochs",
    "batchsize": "batch_size",
    "learning_rates": "learning_rate",
    "randomstate": "random_state",
    "early_stoping": "early_stopping",
}


@pytest.mark.parametrize("cls", [CNNClassifier, CNNRegressor, CNNEncoder])
@pytest.mark.parametrize(("misspelt", "meant"), MISSPELT.items())
def test_misspelt_parameter(cls, misspelt, meant):
    with pytest.raises(TypeError, match=f"did you mean '{meant}'") as raised:
        cls(**{misspelt: 2})
    assert_one_sentence(raised.value, [cls.__name__, repr(misspelt)])
    estimator = cls(verbose=0)
    with pytest.raises(ValueError, match=f"did you mean '{meant}'") as raised:
        estimator.set_params(**{"verbose": 1, misspelt: 2})
    assert_one_sentence(raised.value, [cls.__name__, repr(misspelt)])
    assert estimator.verbose == 0


@pytest.mark.parametrize("cls", [CNNClassifier, CNNRegressor, CNNEncoder])
def test_unknown_parameter_is_answered_with_where_all_are(cls):
    for error, function in [(TypeError, cls), (ValueError, cls().set_params)]:
        with pytest.raises(error, match=r"'xyzzy'.*; its parameters are") as raised:
            function(xyzzy=2)
        assert_one_sentence(raised.value, ["get_params()"])


@pytest.mark.parametrize("name", ["filters__x", "optimizer__learning_rate"])
def test_parameter_of_a_parameter(name):
    own = name.partition("__")[0]
    with pytest.raises(ValueError, match=f"set '{own}' itself") as raised:
        CNNClassifier().set_params(**{name: 2})
    assert_one_sentence(raised.value, [repr(name)])


def test_parameter_of_another_estimator():
    with pytest.raises(TypeError, match="CNNRegressor has no parameter 'class_weight'"):
        CNNRegressor(class_weight="balanced")
    with pytest.raises(ValueError, match="'n_components' for CNNClassifier"):
        CNNClassifier().set_params(n_components=2)


def test_parameters_by_position():
    with pytest.raises(TypeError, match="by name only") as raised:
        CNNClassifier((2,))
    assert_one_sentence(raised.value, ["CNNClassifier(name=value)"])

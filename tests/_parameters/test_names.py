"""Names of parameters: suggestions for misspelt ones, and their order."""

import inspect

import pytest
from sklearn.base import BaseEstimator

from skmed._parameters import (
    Parameterized,
    check_param_names,
    did_you_mean,
    parameter,
    parameter_of,
)
from skmed.text import NLTKTokenizer
from skmed.utils import all_estimators

ESTIMATORS = [*(cls for _, cls in all_estimators()), NLTKTokenizer]


class Inner(Parameterized, BaseEstimator):
    """Something with a parameter."""

    rate: float = parameter("float", "How fast.", default=1.0)


class Outer(Parameterized, BaseEstimator):
    """Something with something inside."""

    inner: object = parameter("Inner", "What is inside.", default=None)
    size: int = parameter("int", "How large.", default=1)


class Training(Parameterized, BaseEstimator):
    """What all share."""

    _parameter_group = "shared"

    epochs: int = parameter("int", "Passes.", default=1)
    seed: int = parameter("int", "Seed.", default=0)


class Task(Parameterized):
    """What a task adds."""

    _parameter_group = "task"

    loss: str = parameter("str", "What is minimised.", default="mean")
    code: int = parameter("int", "Size of the code.", default=2)


class Words(Parameterized):
    """What a family takes from a mixin."""

    min_df: int = parameter("int", "Least frequency.", default=1)
    max_df: int = parameter("int", "Highest frequency.", default=9)


class Family(Words, Training):
    """What a family adds."""

    kind: str = parameter("str", "Which.", default="a")
    min_df: int = parameter_of(Words, "min_df", default=2)
    epochs: int = parameter_of(Training, "epochs", default=3, doc="Many passes.")


class Classifier(Task, Family):
    """A family's classifier."""

    loss: str = parameter_of(Task, "loss", default="log_loss")


class Special(Classifier):
    """One that declares a parameter anew."""

    seed: int = parameter("int", "Another seed.", default=1)


def test_the_nearest_name():
    assert did_you_mean("epoch", ["epochs", "depth"]) == "did you mean 'epochs'?"
    assert (
        did_you_mean("zz", ["epochs", "depth"]) == "its parameters are epochs, depth."
    )
    many = [f"name{i}" for i in range(50)]
    assert did_you_mean("zz", many) == (
        "its parameters are those that get_params() shows."
    )
    assert did_you_mean("zz", iter(["depth"])) == "its parameters are depth."


# ----- set_params -----


@pytest.mark.parametrize("cls", ESTIMATORS)
def test_set_params_suggests_a_name(cls):
    estimator = cls()
    name = estimator._get_param_names()[0]
    with pytest.raises(
        ValueError,
        match=f"Invalid parameter '{name}x' for.* {cls.__name__}.*; "
        f"did you mean '{name}'",
    ):
        estimator.set_params(**{name + "x": 1})
    assert estimator.set_params(**{name: "value"}) is estimator
    assert estimator.get_params(deep=False)[name] == "value"


def test_set_params_of_what_is_inside():
    outer = Outer(inner=Inner())
    assert outer.set_params(inner__rate=2.0, size=2) is outer
    assert (outer.inner.rate, outer.size) == (2.0, 2)
    outer.set_params(inner=Inner(), inner__rate=3.0)
    assert outer.inner.rate == 3.0
    with pytest.raises(ValueError, match="Invalid parameter 'rat' for Inner; did you"):
        outer.set_params(inner__rat=2.0)
    with pytest.raises(
        ValueError,
        match="Invalid parameter 'size__rate' for Outer; set 'size' itself, which has "
        "no parameters of its own",
    ):
        outer.set_params(size__rate=2.0)
    with pytest.raises(ValueError, match="set 'inner' itself"):
        outer.set_params(inner=None, inner__rate=2.0)


def test_nothing_is_set_if_a_name_is_unknown():
    outer = Outer()
    with pytest.raises(ValueError, match="'siz' for Outer; did you mean 'size'"):
        outer.set_params(inner=Inner(), siz=2)
    assert outer.inner is None


def test_a_hint_says_how_else_to_set_a_parameter():
    hint = "pass it to {cls}(...), or as model__{name}"
    with pytest.raises(
        ValueError,
        match=r"Invalid parameter 'unit' for estimator Outer: pass it to Outer\(...\), "
        "or as model__unit; its parameters are inner, size",
    ):
        check_param_names(Outer(), {"unit": 1}, hint)
    check_param_names(Outer(), {"size": 1}, hint)


# ----- order -----


def order(cls):
    return list(inspect.signature(cls).parameters)


def test_family_first_then_task_then_shared():
    assert order(Classifier) == [
        *["kind", "min_df", "max_df"],
        *["loss", "code"],
        *["epochs", "seed"],
    ]
    defaults = Classifier().get_params()
    assert (defaults["loss"], defaults["epochs"]) == ("log_loss", 3)
    assert "Many passes." in Classifier.__doc__


def test_a_parameter_declared_anew_moves():
    assert order(Special)[0] == "seed"
    assert order(Special)[1:] == order(Classifier)[:-1]


def test_a_parameter_of_a_class_that_is_not_inherited():
    class Borrowing(Parameterized, BaseEstimator):
        first: int = parameter("int", "First.", default=1)
        loss: str = parameter_of(Task, "loss", default="max")

    assert order(Borrowing) == ["first", "loss"]


def test_a_positional_parameter_is_first():
    class Meta(Special):
        estimator: object = parameter(
            "object", "What is inside.", default=None, kw_only=False
        )

    class Renamed(Meta):
        estimator: object = parameter_of(Meta, "estimator", default=())

    for cls in (Meta, Renamed):
        assert order(cls)[0] == "estimator"
        assert cls(1, epochs=2).get_params()["estimator"] == 1
        with pytest.raises(TypeError, match="takes only estimator by position"):
            cls(1, 2)
        with pytest.raises(TypeError, match="estimator by position and by name"):
            cls(1, estimator=1)


def test_an_unknown_group_is_refused():
    with pytest.raises(TypeError, match="_parameter_group of Odd must be one of"):

        class Odd(Parameterized):
            _parameter_group = "other"


def test_order_changes_neither_repr_nor_get_params():
    names = sorted(order(Classifier))
    assert list(Classifier().get_params()) == names
    assert repr(Classifier(seed=4, kind="b")) == "Classifier(kind='b', seed=4)"


FAMILIES = {
    "CNN": """architecture image_shape filters depth kernel_size pool_size pooling
        dense_units activation dropout stochastic_depth augment test_time_augmentation
        init_from init_weights freeze unfreeze_after unfreeze_factor""",
    "RNN": "cell units bidirectional pooling dropout missing max_length",
    "Text": """architecture embedding_dim embeddings train_embeddings dense_units
        dropout word_dropout tokenizer min_df max_df max_length truncation ngram_range
        subword_range n_hash""",
}
TASKS = {
    "Classifier": "loss class_weight label_smoothing n_estimators",
    "Regressor": "loss n_estimators",
    "Encoder": "n_components objective loss",
}
TRAINING = """epochs batch_size optimizer learning_rate learning_rate_schedule
    weight_decay early_stopping validation_fraction n_iter_no_change tol callbacks
    warm_start precision verbose random_state"""
# parameters of all recommenders
SHARED = "conflicts conflict_policy conflict_penalty n_jobs"
SPECTRAL = "window step n_fft min_frequency max_frequency floor sampling_rate"
ORDER = {
    **{
        family + task: f"{FAMILIES[family]} {TASKS[task]} {TRAINING}"
        for family in FAMILIES
        for task in TASKS
    },
    "ALSRecommender": "n_components alpha regularization frequency_scaling weighting "
    f"max_iter random_state verbose {SHARED}",
    "BPRRecommender": "n_components max_iter learning_rate regularization "
    f"popularity random_state verbose {SHARED}",
    "LMFRecommender": f"n_components max_iter learning_rate regularization {SHARED}",
    "EASERecommender": f"regularization row_scaling item_scaling weighting {SHARED}",
    "ItemKNNRecommender": f"n_neighbors metric row_scaling weighting {SHARED}",
    "ContextRecommender": f"recommender k n_bins {SHARED}",
    "BandPassFilter": "low high order padding sampling_rate",
    "NotchFilter": "frequency quality padding sampling_rate",
    "BaselineRemover": "method windows sampling_rate",
    "Resampler": "new_sampling_rate sampling_rate",
    "ChannelScaler": "statistics",
    "Spectrogram": f"output decibels {SPECTRAL}",
    "LogMelSpectrogram": f"output n_mels {SPECTRAL}",
    "MFCC": f"n_mfcc output n_mels {SPECTRAL}",
    "TokenSequencer": "tokenizer min_df max_df max_length truncation ngram_range "
    "subword_range n_hash",
}


@pytest.mark.parametrize("name", ORDER)
def test_order_of_public_parameters(name):
    """Parameters that aren't listed may be anywhere."""
    expected = ORDER[name].split()
    shown = order(dict(all_estimators())[name])
    assert [name for name in shown if name in expected] == expected
    assert shown[0] == expected[0]


def test_the_order_of_every_declaring_estimator_is_pinned():
    declaring = {n for n, cls in all_estimators() if issubclass(cls, Parameterized)}
    assert set(ORDER) >= declaring - {"KerasClassifier", "KerasRegressor"}

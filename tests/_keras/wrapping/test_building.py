"""Models and callbacks from the parameters of a wrapper."""

from pathlib import Path
from runpy import run_path

import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification

SHARED = run_path(
    str(Path(__file__).parents[2] / "wrappers/test_documented_programs.py")
)
StopAt = SHARED["StopAt"]
classifier = SHARED["classifier"]
mlp = SHARED["mlp"]


@pytest.fixture
def rows():
    return make_classification(40, 6, n_informative=4, random_state=0)


@pytest.mark.parametrize(
    "params",
    [
        {"callbacks": StopAt, "callbacks__monitor": "loss"},
        {"callbacks": [StopAt], "callbacks__0__monitor": "loss"},
        {"callbacks": {"stop": StopAt}, "callbacks__stop__monitor": "loss"},
        {"callbacks": [[StopAt()]]},
        {"fit__callbacks": [StopAt], "fit__callbacks__monitor": "loss"},
    ],
    ids=["class", "list", "dict", "instance", "fit"],
)
def test_callbacks_in_every_form(rows, params):
    clf = classifier(epochs=3, **params).fit(*rows)
    assert clf.current_epoch == 1
    assert clone(clf).fit(*rows).current_epoch == 1


def test_what_a_model_function_is_given(rows):
    seen = {}

    def model(meta, compile_kwargs, params, own):
        seen.update(meta=meta, compile_kwargs=compile_kwargs, params=params, own=own)
        return mlp(meta)

    classifier(model, own=3, optimizer="adam", optimizer__beta_1=0.5).fit(*rows)
    assert seen["own"] == seen["params"]["own"] == 3
    assert seen["compile_kwargs"]["optimizer"].beta_1 == 0.5
    meta = seen["meta"]
    assert meta["n_features_in_"] == 6
    assert meta["X_shape_"] == (40, 6)
    assert meta["target_type_"] == "binary"
    assert meta["n_classes_"] == 2
    assert "model_" not in meta

"""What importing skmed loads, and what it says."""

import importlib
import json

import pytest

import skmed

DEEP = {"tensorflow", "keras", "scikeras", "torch", "jax"}
HEAVY = DEEP | {"sklearn", "scipy", "numpy", "pandas", "matplotlib", "nltk", "implicit"}

ROOMS_WITHOUT_KERAS = [
    "import skmed.datasets",
    "import skmed.utils",
    "import skmed; skmed.datasets.make_chest_xrays(n_samples=4, random_state=0)",
    "from skmed.datasets import load_physiotherapy; load_physiotherapy()",
    "from skmed.utils import show_versions; show_versions()",
    "import skmed; skmed.ALSRecommender, skmed.ContextRecommender",
    "import skmed.metrics, skmed.model_selection, skmed.recommend",
    "import skmed.preprocessing; skmed.preprocessing.sliding_windows",
    "import skmed.text; skmed.text.NLTKTokenizer, skmed.text.TokenSequencer",
    "from skmed import NLTKTokenizer; NLTKTokenizer(negation=True)('No pain.')",
]


@pytest.fixture
def loaded_by(run_python):
    """Top-level modules in memory after some code, in a fresh process."""

    def loaded(code):
        report = "import json, sys; print(json.dumps(sorted(sys.modules)))"
        out = run_python(f"{code}\n{report}").stdout
        return {name.partition(".")[0] for name in json.loads(out.splitlines()[-1])}

    return loaded


@pytest.mark.parametrize("code", ["import skmed", "import skmed; dir(skmed)"])
def test_import_loads_nothing_heavy(loaded_by, code):
    assert not loaded_by(code) & HEAVY


def test_version_loads_nothing_heavy(loaded_by):
    assert not loaded_by("import skmed; skmed.__version__") & HEAVY


@pytest.mark.parametrize("code", ROOMS_WITHOUT_KERAS)
def test_rooms_that_never_load_keras(loaded_by, code):
    assert not loaded_by(code) & DEEP


def test_deep_class_loads_keras_when_touched(loaded_by):
    loaded = loaded_by("import skmed; skmed.CNNClassifier")
    assert {"keras", "tensorflow", "scikeras"} <= loaded
    assert not loaded & {"torch", "jax"}


FIRST_FITS = {
    "cnn": "from skmed.cnn import CNNClassifier as Deep; X = np.eye(8, 12)",
    "rnn": "from skmed.rnn import RNNClassifier as Deep; X = np.eye(8, 12)",
    "text": "from skmed.text import TextClassifier as Deep; X = ['pain'] * 8",
}


@pytest.mark.parametrize("first", FIRST_FITS)
def test_start_up_is_silent(first, run_python):
    """TensorFlow greets on stderr when it loads and when it first computes."""
    done = run_python(
        "import numpy as np\n"
        f"{FIRST_FITS[first]}\n"
        "Deep(epochs=1, random_state=0).fit(X, [0, 1] * 4).predict_proba(X)\n",
        TF_CPP_MIN_LOG_LEVEL=None,  # a parent that has loaded skmed hands it down
        PYTHONWARNINGS="default",
    )
    assert done.stdout == ""
    assert done.stderr == ""


@pytest.mark.parametrize("name", skmed.__all__)
def test_every_public_name_resolves(name):
    assert getattr(skmed, name) is getattr(skmed, name)
    assert name in dir(skmed)


@pytest.mark.parametrize(("name", "submodule"), skmed._PUBLIC_NAMES.items())
def test_lazy_names_are_public_in_their_submodule(name, submodule):
    module = importlib.import_module(f"skmed.{submodule}")
    assert name in module.__all__
    assert getattr(skmed, name) is getattr(module, name)


def test_star_import():
    namespace = {}
    exec("from skmed import *", namespace)
    assert set(skmed.__all__) <= set(namespace)


def test_misspelt_name_is_answered_with_the_nearest():
    with pytest.raises(AttributeError, match="Did you mean 'CNNClassifier'"):
        skmed.CNNClasifier  # noqa: B018
    with pytest.raises(ImportError, match="CNNClasifier"):
        from skmed import CNNClasifier  # noqa: F401


def test_unknown_name_has_no_suggestion():
    with pytest.raises(AttributeError, match=r"no attribute 'xyzzy'$"):
        skmed.xyzzy  # noqa: B018
    assert not hasattr(skmed, "__wrapped__")

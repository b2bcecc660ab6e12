"""Files of skmed: their sizes, their names, and the tests that mirror them.

And the structure of deep estimators: their hooks, their bases, and how many files of
skmed a fit runs through.
"""

import ast
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

import skmed
from skmed.utils import all_estimators

PACKAGE = Path(skmed.__file__).parent
TESTS = Path(__file__).parent

MAX_ENTRIES = 10
MAX_LINES = 400

# names that modules of several folders may share: the same part of a family
SHARED_NAMES = {
    "base",
    "estimators",
    "inputs",
    "networks",
    "reconstruction",
}
# name -> reason
SAME_NAMES = {
    "classifier": "of deep estimators, and of wrappers",
    "optimizers": "private names of Keras's optimizers, and those of a fit",
    "regressor": "of deep estimators, and of wrappers",
    "restore": "attributes of an estimator, and the state of a Keras model",
    "targets": "checked as arrays, and encoded for a network",
}

# A module is tested by the file of the same name in the same folder of tests, else by
# the file it is listed with here.
COVERED_BY = {
    "_keras/data/test_class_targets.py": ["_keras/data/targets"],
    "_keras/estimators/test_serialization.py": ["_keras/estimators/fitted"],
    "_keras/graphs/augmentation/test_augmentation.py": [
        "_keras/graphs/augmentation/transforms"
    ],
    "_keras/graphs/recurrent/test_fusion.py": [
        *["_keras/graphs/recurrent/blocks", "_keras/graphs/recurrent/cells"],
        *["_keras/graphs/recurrent/stateful", "_keras/graphs/recurrent/steps"],
    ],
    "_keras/graphs/train/test_training_program.py": ["_keras/graphs/state"],
    "_keras/transfer/test_fine_tuning.py": [
        *["_keras/transfer/layer_copies", "_keras/transfer/sources"],
    ],
    "cnn/test_architectures.py": ["cnn/_inception", "cnn/_layers", "cnn/_resnet"],
    "cnn/test_estimators.py": [
        *["_keras/estimators/base", "_keras/estimators/classifier"],
        *["_keras/estimators/regressor", "cnn/_base"],
    ],
    "datasets/test_pneumoniamnist.py": ["datasets/_remote_files"],
    "demo/test_cli.py": ["demo/_examples"],
    "demo/test_report.py": ["demo/_results"],
    "metrics/test_ranking.py": ["metrics/_top_k"],
    "preprocessing/test_filters.py": [
        *["preprocessing/_band_pass", "preprocessing/_baseline"],
        *["preprocessing/_notch", "preprocessing/_zero_phase"],
    ],
    "preprocessing/test_spectral.py": [
        *["preprocessing/_log_mel", "preprocessing/_mfcc"],
        *["preprocessing/_spectrogram"],
    ],
    "preprocessing/test_transformers.py": [
        *["preprocessing/_base", "preprocessing/_sampling"],
    ],
    "recommend/test_als.py": ["recommend/_grouped_least_squares"],
    "recommend/test_base.py": [
        *["recommend/_item_model", "recommend/_matrix_factorization"],
        *["recommend/_recommendations"],
    ],
    "recommend/test_recommendation_parameters.py": ["_validation/conflicts"],
    "recommend/test_validation.py": ["_validation/items"],
    "rnn/test_networks.py": ["_keras/shared_layers"],
    "test_import.py": ["_keras/compat/startup"],
    "test_promises.py": [
        *["_keras/data/samples", "_keras/training/progress", "_restore"],
    ],
    "text/test_bad_input.py": ["text/_indexing_parameters"],
    "text/test_estimators.py": ["text/_base"],
    "text/test_sequencer.py": ["text/_vocabulary"],
    "text/test_tokenizer.py": [
        *["text/_negation", "text/_nltk_data", "text/_sentences"],
    ],
    "utils/test_estimator_checks.py": [
        *["utils/_check_helpers", "utils/_matrix_adapter"],
        *["utils/_sequence_checks", "utils/_text_checks"],
    ],
}

# tests of what several modules do together
ACROSS = {
    "cnn/test_augment",
    "cnn/test_bad_input",
    "cnn/test_bad_parameters",
    "cnn/test_options",
    "cnn/test_volumes",
    "preprocessing/test_filters",
    "preprocessing/test_transformers",
    "rnn/test_checks",
    "test_common",
    "test_docstrings",
    "test_import",
    "test_layers",
    "test_layout",
    "test_parallel",
    "test_promises",
    "test_readme",
    "test_sklearn",
    "test_style",
    "text/test_bad_input",
    "text/test_checks",
    "typing/test_user_programs",
    "wrappers/test_checks",
    "wrappers/test_documented_programs",
    "wrappers/test_grid_search",
    "wrappers/test_subclasses",
}


def _modules():
    """Return modules as paths below skmed without suffix: ``cnn/_base``."""
    return sorted(
        path.relative_to(PACKAGE).with_suffix("").as_posix()
        for path in PACKAGE.rglob("*.py")
        if path.name != "__init__.py"
    )


def _test_file(module):
    folder, _, name = module.rpartition("/")
    return f"{folder}/test_{name.lstrip('_')}.py".lstrip("/")


FOLDERS = [
    path.parent.relative_to(PACKAGE).as_posix()
    for path in sorted((PACKAGE / "_keras").rglob("__init__.py"))
]


@pytest.mark.parametrize("folder", FOLDERS)
def test_folders_are_small(folder):
    entries = {
        path.name
        for path in (PACKAGE / folder).iterdir()
        if path.name not in ("__init__.py", "__pycache__")
    }
    assert len(entries) <= MAX_ENTRIES, (
        f"skmed/{folder} has {len(entries)} entries, and {MAX_ENTRIES} are the most: "
        "divide it."
    )


def test_files_are_short():
    long = {
        module: n_lines
        for module in _modules()
        if (n_lines := (PACKAGE / f"{module}.py").read_text("utf-8").count("\n"))
        > MAX_LINES
    }
    assert not long, f"{long} lines; {MAX_LINES} are the most: divide the files."


def test_names_of_private_modules_mean_one_thing():
    folders = defaultdict(list)
    for module in _modules():
        folder, _, name = module.rpartition("/")
        folders[name.lstrip("_")].append(folder)
    same = {name: where for name, where in folders.items() if len(where) > 1}
    allowed = SHARED_NAMES | SAME_NAMES.keys()
    new = {name: same[name] for name in same.keys() - allowed}
    assert not new, f"{new}: name the files by what is different."
    stale = allowed - same.keys()
    assert not stale, f"Remove {stale} from SHARED_NAMES or SAME_NAMES."


def test_every_module_has_its_tests():
    listed = {module for modules in COVERED_BY.values() for module in modules}
    modules = set(_modules())
    own = {module for module in modules if (TESTS / _test_file(module)).exists()}
    untested = modules - own - listed
    assert not untested, (
        f"{sorted(untested)}: add a test file of the same name in the same folder of "
        "tests, or list the module in COVERED_BY."
    )
    stale = listed - (modules - own)
    assert not stale, f"Remove {sorted(stale)} from COVERED_BY."
    missing = [name for name in COVERED_BY if not (TESTS / name).exists()]
    assert not missing, f"{missing} in COVERED_BY don't exist."


def test_every_test_file_belongs_to_a_module():
    modules = {_test_file(module) for module in _modules()}
    files = {path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py")}
    # these mirror benchmarks/
    files = {name for name in files if not name.startswith("benchmarks/")}
    across = {f"{name}.py" for name in ACROSS}
    lost = files - modules - across
    assert not lost, (
        f"{sorted(lost)}: name a test file like the module it tests, in the same "
        "folder, or list it in ACROSS."
    )
    stale = across - (files - modules)
    assert not stale, f"Remove {sorted(stale)} from ACROSS."


def test_contributing_lists_every_folder(repository):
    text = (repository / "CONTRIBUTING.md").read_text(encoding="utf-8")
    folders = {
        path.relative_to(PACKAGE).as_posix()
        for path in [*PACKAGE.iterdir(), *(PACKAGE / "_keras").iterdir()]
        if (path / "__init__.py").exists() and path.name != "_keras"
    }
    missing = {name for name in folders if f"`skmed/{name}/`" not in text}
    assert not missing, f"Add {missing} to the table of folders in CONTRIBUTING.md."


# ----- structure of deep estimators -----

MAX_HOOKS = 8
# classes of skmed's own in the MRO of an estimator
MAX_CLASSES = {
    **dict.fromkeys(["CNNClassifier", "CNNRegressor", "CNNEncoder"], 6),
    **dict.fromkeys(["RNNClassifier", "RNNRegressor", "RNNEncoder"], 6),
    **dict.fromkeys(["TextClassifier", "TextRegressor", "TextEncoder"], 7),
}
MAX_FILES_OF_A_FIT = 46


def _own_classes(cls):
    return [base for base in cls.__mro__ if base.__module__.startswith("skmed.")]


def _hooks():
    """Return the methods in the section "hooks" of KerasEstimator."""
    text = (PACKAGE / "_keras/estimators/base.py").read_text(encoding="utf-8")
    lines = text.split("\n")
    sections = [n for n, line in enumerate(lines, 1) if line.startswith("    # -----")]
    first = next(n for n in sections if "hooks" in lines[n - 1])
    last = min(n for n in sections if n > first)
    return {
        node.name: ast.get_docstring(node)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and first < node.lineno < last
    }


def test_subclasses_override_hooks_only():
    """Of the private methods of KerasEstimator."""
    from skmed._keras.estimators.base import KerasEstimator

    hooks = _hooks()
    assert 0 < len(hooks) <= MAX_HOOKS
    undocumented = [name for name, doc in hooks.items() if not doc]
    assert not undocumented, f"Write docstrings of {undocumented}."
    methods = {
        name
        for name, value in vars(KerasEstimator).items()
        if callable(value) and name.startswith("_") and not name.startswith("__")
    }
    assert hooks.keys() <= methods
    overridden = {
        name: base.__name__
        for _, cls in all_estimators()
        if issubclass(cls, KerasEstimator)
        for base in _own_classes(cls)
        if base is not KerasEstimator
        for name in methods & vars(base).keys()
    }
    others = {name: overridden[name] for name in overridden.keys() - hooks.keys()}
    assert not others, f"{others}: override hooks only."
    unused = hooks.keys() - overridden.keys()
    assert not unused, f"No subclass overrides {unused}; remove them from the hooks."


@pytest.mark.parametrize("name", MAX_CLASSES)
def test_estimators_have_few_bases(name):
    classes = [cls.__name__ for cls in _own_classes(getattr(skmed, name))]
    assert len(classes) <= MAX_CLASSES[name], classes


def test_a_fit_runs_through_few_files():
    """Of skmed, when its programs are compiled already."""
    classifier = skmed.CNNClassifier(filters=(2,), epochs=1)
    X, y = np.random.default_rng(0).normal(size=(20, 12)), np.arange(20) % 2
    classifier.fit(X, y)
    files = set()

    def record(frame, event, arg):
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(PACKAGE):
            files.add(path.relative_to(PACKAGE).as_posix())

    before = sys.getprofile()
    sys.setprofile(record)
    try:
        classifier.fit(X, y)
    finally:
        sys.setprofile(before)
    assert "_keras/estimators/fitting.py" in files
    assert len(files) <= MAX_FILES_OF_A_FIT, sorted(files)

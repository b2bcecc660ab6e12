"""Files of skmed: their sizes, their names, and the tests that mirror them."""

from collections import defaultdict
from pathlib import Path

import pytest

import skmed

PACKAGE = Path(skmed.__file__).parent
TESTS = Path(__file__).parent

MAX_ENTRIES = 10
MAX_LINES = 400

# folder -> reason. To be emptied.
CROWDED = {
    "_keras/graphs": "eleven modules; to be divided",
}

# names that private modules of several folders may share: the same part of a family
SHARED_NAMES = {"_base", "_estimators", "_networks"}
# name -> reason. To be emptied.
SAME_NAMES = {
    "base": "estimators and wrappers",
    "blocks": "layers of several families, and blocks of recurrent steps",
    "checks": "of deep estimators, and of wrappers",
    "layers": "of convolutional networks, and those that fine-tuning trains",
    "parameters": "of deep estimators, and of wrappers",
    "restore": "after a failed fit, of two kinds of estimators",
    "sampling": "of signals, and of predictions",
}

# A module is tested by the file of the same name in the same folder of tests, else by
# the file it is listed with here.
COVERED_BY = {
    "_keras/compat/test_seeding.py": ["_keras/compat/naming", "_keras/compat/scikeras"],
    "_keras/data/test_checks.py": [
        *["_keras/data/class_targets", "_keras/data/class_weight"],
        *["_keras/data/number_targets", "_keras/data/reconstruction"],
        *["_keras/data/targets", "_keras/data/training_set"],
    ],
    "_keras/graphs/augmentation/test_options.py": [
        "_keras/graphs/augmentation/transforms"
    ],
    "_keras/graphs/recurrent/test_fusion.py": [
        *["_keras/graphs/recurrent/blocks", "_keras/graphs/recurrent/cells"],
        *["_keras/graphs/recurrent/stateful", "_keras/graphs/recurrent/steps"],
    ],
    "_keras/graphs/test_cache.py": ["_keras/graphs/identity", "_keras/graphs/programs"],
    "_keras/graphs/train/test_program.py": [
        *["_keras/graphs/prediction", "_keras/graphs/state"],
    ],
    "_keras/transfer/test_fine_tuning.py": [
        *["_keras/transfer/layers", "_keras/transfer/sources"],
    ],
    "cnn/test_architectures.py": [
        *["cnn/_inception", "cnn/_layers", "cnn/_pooling", "cnn/_resnet"],
    ],
    "cnn/test_bad_input.py": ["_keras/estimators/checked_rows"],
    "cnn/test_estimators.py": [
        *["_keras/estimators/base", "_keras/estimators/classifier"],
        *["_keras/estimators/encoder", "_keras/estimators/regressor"],
        *["cnn/_base"],
    ],
    "cnn/test_bad_parameters.py": ["_keras/estimators/parameters"],
    "cnn/test_training.py": [
        *["_keras/training/callbacks", "_keras/training/epochs"],
        *["_keras/training/progress", "_keras/training/trainer"],
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
    "rnn/test_estimators.py": ["rnn/_base", "rnn/_relatives"],
    "rnn/test_networks.py": ["_keras/blocks"],
    "test_import.py": ["_keras/compat/startup"],
    "test_promises.py": [
        *["_keras/compat/xla", "_keras/estimators/restore", "_restore"],
        *["_validation/messages", "_validation/sample_props"],
    ],
    "test_wrappers.py": [
        *["_keras/wrapping/base", "_keras/wrapping/building"],
        *["_keras/wrapping/checks", "_keras/wrapping/copies"],
        *["_keras/wrapping/docs", "_keras/wrapping/jobs"],
        *["_keras/wrapping/keras_fit", "_keras/wrapping/labels"],
        *["_keras/wrapping/parameters"],
    ],
    "text/test_estimators.py": ["text/_base", "text/_memo"],
    "text/test_sequencer.py": ["text/_sequencing", "text/_vocabulary"],
    "text/test_subwords.py": ["text/_ngrams"],
    "text/test_tokenizer.py": [
        *["text/_negation", "text/_nltk_data", "text/_sentences"],
    ],
    "utils/test_estimator_checks.py": [
        *["utils/_adapted", "utils/_sequence_checks", "utils/_text_checks"],
    ],
}

# tests of what several modules do together
ACROSS = {
    "cnn/test_augment",
    "cnn/test_bad_input",
    "cnn/test_bad_parameters",
    "cnn/test_options",
    "cnn/test_training",
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
    "text/test_subwords",
    "typing/test_user_programs",
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
    crowded = len(entries) > MAX_ENTRIES
    assert crowded == (folder in CROWDED), (
        f"skmed/{folder} has {len(entries)} entries, and {MAX_ENTRIES} are the most: "
        "divide it, or if it has fewer, remove it from CROWDED."
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
        if name not in SHARED_NAMES:
            folders[name.lstrip("_")].append(folder)
    same = {name: where for name, where in folders.items() if len(where) > 1}
    new = {name: same[name] for name in same.keys() - SAME_NAMES.keys()}
    assert not new, f"{new}: name the files by what is different."
    stale = SAME_NAMES.keys() - same.keys()
    assert not stale, f"Remove {stale} from SAME_NAMES."


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

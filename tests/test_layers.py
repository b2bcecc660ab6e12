"""Imports between the folders of skmed point one way: from high layers to low ones."""

import ast
from functools import cache
from pathlib import Path

import pytest
from sklearn.base import BaseEstimator

import skmed

PACKAGE = Path(skmed.__file__).parent

# From high to low. A module may import modules of lower layers and of its own room,
# but none of another room in its own layer.
LAYERS = [
    ["skmed"],
    ["skmed.demo"],
    ["skmed.utils"],
    ["skmed.wrappers", "skmed.cnn", "skmed.rnn", "skmed.text", "skmed.base"],
    [
        "skmed.recommend",
        "skmed.preprocessing",
        "skmed.model_selection",
        "skmed.datasets",
    ],
    ["skmed.metrics"],
    ["skmed._keras.estimators", "skmed._keras.wrapping"],
    ["skmed._keras.transfer"],
    ["skmed._keras.training"],
    ["skmed._keras.data"],
    ["skmed._keras.graphs", "skmed._keras.shared_layers"],
    # what must be set before Keras loads
    ["skmed._keras"],
    ["skmed._keras.compat"],
    ["skmed._validation", "skmed._parameters", "skmed._restore"],
]
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}

# (importing module, imported module): reason. Add none.
ALLOWED_UPWARD = {
    ("skmed.demo._cli", "skmed"): "its version; imports nothing",
    ("skmed.utils.discovery", "skmed"): "its table of public names; imports nothing",
}

DEEP = {"tensorflow", "keras", "scikeras"}
# (module outside skmed/_keras, what it imports): reason. Add none.
ALLOWED_DEEP = {}

# Private names of Keras, TensorFlow and scikeras outside skmed/_keras/compat, which
# break with their releases. Exceptions to be removed; add none.
ALLOWED_PRIVATE = {
    "skmed._keras.wrapping.labels": {"_target_type"},
}
# names with an underscore that scikeras documents: the method of subclasses of its
# wrappers that builds their model
PUBLIC = {"_keras_build_fn"}
# private names of other packages, which these modules also use
OTHERS = {"_getframe", "_replace"}


def _module_name(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {
    name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()
}


def _room(module):
    """Return the entry of LAYERS with the longest name that contains a module."""
    rooms = [
        room
        for room in LEVEL
        if module == room or (module.startswith(room + ".") and room != "skmed")
    ]
    assert rooms, f"{module} belongs to no layer; add it to LAYERS."
    return max(rooms, key=len)


def _imports(name):
    """Return the modules that a module imports anywhere, as absolute names."""
    package = name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, *filter(None, [node.module])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                found.add(full if full in MODULES else base)
    return found


def _skmed_imports():
    """Yield pairs of modules of different rooms: the importing, the imported one."""
    for name in MODULES:
        for imported in sorted(_imports(name)):
            if imported.partition(".")[0] == "skmed" and _room(imported) != _room(name):
                yield name, imported


def test_imports_point_down():
    upward = {
        (name, imported)
        for name, imported in _skmed_imports()
        if LEVEL[_room(imported)] <= LEVEL[_room(name)]
    }
    found = [f"{name} imports {imported}" for name, imported in upward]
    assert upward <= set(ALLOWED_UPWARD), (
        f"{found}: not from a layer below; see LAYERS."
    )
    stale = set(ALLOWED_UPWARD) - upward
    assert not stale, f"Remove {stale} from ALLOWED_UPWARD."


def test_every_room_exists():
    """Except for the one that is optional."""
    missing = {room for room in LEVEL if room not in MODULES} - {"skmed.base"}
    assert not missing, f"Remove {missing} from LAYERS."


def test_keras_is_imported_in_its_folder_alone():
    """What it must be told before it loads would come too late elsewhere."""
    deep = {
        (name, imported)
        for name in MODULES
        if not name.startswith("skmed._keras")
        for imported in _imports(name)
        if imported.partition(".")[0] in DEEP
    }
    assert deep <= set(ALLOWED_DEEP), (
        f"{deep - set(ALLOWED_DEEP)}: import keras, layers and ops from skmed._keras."
    )
    assert deep == set(ALLOWED_DEEP), "Remove what is gone from ALLOWED_DEEP."


@cache
def _own_members():
    """Return the names of attributes that skmed's own classes define."""
    own = set()
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                for item in ast.walk(node):
                    if isinstance(item, ast.FunctionDef):
                        own.add(item.name)
                    elif isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store):
                        own.add(item.id)
            elif (
                isinstance(node, ast.Attribute)
                and isinstance(node.ctx, ast.Store)
                and isinstance(node.value, ast.Name)
                and node.value.id in ("self", "cls")
            ):
                own.add(node.attr)
    return own


def _is_private(name):
    return name.startswith("_") and not name.startswith("__")


def _private_names(tree):
    """Return the names with an underscore that a module takes from elsewhere."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("getattr", "hasattr", "setattr")
            and isinstance(node.args[1], ast.Constant)
        ):
            found.add(node.args[1].value)
    found = {name for name in found if _is_private(name)}
    found -= _own_members() | set(dir(BaseEstimator)) | PUBLIC | OTHERS
    for node in ast.walk(tree):
        modules = set()
        if isinstance(node, ast.Import):
            modules = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules = {node.module}
            if node.module.partition(".")[0] in DEEP:
                names = {alias.name for alias in node.names}
                found |= {name for name in names if _is_private(name)}
        for module in modules:
            first, *rest = module.split(".")
            if first in DEEP and (
                {"src", "python"} & {*rest[:1]} or any(map(_is_private, rest))
            ):
                found.add(module)
    return found


def test_private_names_are_used_in_compat_alone():
    """Of Keras, TensorFlow and scikeras; found by what skmed itself doesn't define."""
    deep = ("skmed._keras.", "skmed.wrappers", "skmed.cnn", "skmed.rnn", "skmed.text.")
    found = {}
    for name, tree in TREES.items():
        if name.startswith(deep) and not name.startswith("skmed._keras.compat"):
            names = _private_names(tree)
            if names:
                found[name] = names
    new = {name: found[name] - ALLOWED_PRIVATE.get(name, set()) for name in found}
    new = {name: names for name, names in new.items() if names}
    assert not new, f"{new}: wrap them in a function of skmed/_keras/compat."
    assert found == ALLOWED_PRIVATE, "Remove what is gone from ALLOWED_PRIVATE."


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("model._nodes", {"_nodes"}),
        ("getattr(model, '_nodes', None)", {"_nodes"}),
        ("import keras.src.models, keras.layers", {"keras.src.models"}),
        ("from keras.src.models import Model", {"keras.src.models"}),
        ("from scikeras._utils import route_params", {"scikeras._utils"}),
        ("from keras import _x, layers", {"_x"}),
        ("self._validate_params()", set()),
        ("model.__class__", set()),
        ("getattr(wrapper, '_keras_build_fn', None)", set()),
    ],
)
def test_private_names_are_found(code, expected):
    assert _private_names(ast.parse(code)) == expected

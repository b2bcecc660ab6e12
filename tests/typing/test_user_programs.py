"""What type checkers make of skmed, as of any installed package with ``py.typed``."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import skmed

PROGRAMS = Path(__file__).with_name("user_programs.py")
PACKAGE = Path(skmed.__file__).parent

# pyright --verifytypes: fraction of the public symbols, and of those they are made of,
# whose type is known; classes stay unknown while scikit-learn has no types
LEAST_KNOWN = 0.5


def pyright(folder, *arguments):
    """Run pyright outside the checkout, so that it finds skmed as users have it."""
    options = ["--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(
        [sys.executable, "-m", "pyright", *options, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
    )
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    return json.loads(done.stdout)


def test_user_programs(tmp_path):
    source = PROGRAMS.read_text(encoding="utf-8")
    (tmp_path / PROGRAMS.name).write_text(source, encoding="utf-8")
    report = pyright(tmp_path, PROGRAMS.name)
    assert report["summary"]["filesAnalyzed"] == 1
    lines = source.splitlines()
    problems = [
        f"{lines[found['range']['start']['line']].strip()}\n    {found['message']}"
        for found in report["generalDiagnostics"]
    ]
    assert not problems, "\n".join(problems)


def test_known_types(tmp_path):
    report = pyright(tmp_path, "--verifytypes", "skmed", "--ignoreexternal")
    found = report["typeCompleteness"]
    assert found["pyTypedPath"]
    counts = [found["exportedSymbolCounts"], found["otherSymbolCounts"]]
    known = sum(count["withKnownType"] for count in counts)
    total = sum(sum(count.values()) for count in counts)
    assert known >= LEAST_KNOWN * total, f"{known} of {total} symbols have known types"


def _stub(folder):
    """Return the names that a stub exports: name -> the submodule or None."""
    tree = ast.parse((folder / "__init__.pyi").read_text(encoding="utf-8"))
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 1
            for alias in node.names:
                # a stub exports only what is imported as itself
                assert alias.asname == alias.name
                names[alias.name] = node.module
        elif isinstance(node, ast.AnnAssign):
            names[node.target.id] = None
    return names


@pytest.mark.parametrize("submodule", ["", "text"])
def test_stubs_list_the_lazy_names(submodule):
    module = getattr(skmed, submodule) if submodule else skmed
    expected = dict(module._PUBLIC_NAMES)
    if not submodule:
        expected |= dict.fromkeys([*skmed._SUBMODULES, "__version__"])
    assert _stub(PACKAGE / submodule) == expected
    assert sorted(expected) == sorted(module.__all__)


def test_every_lazy_module_has_a_stub():
    lazy = {
        path.parent
        for path in PACKAGE.rglob("__init__.py")
        if "def __getattr__" in path.read_text(encoding="utf-8")
    }
    stubs = {path.parent for path in PACKAGE.rglob("*.pyi")}
    assert lazy == stubs

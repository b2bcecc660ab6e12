"""Lint, format, and facts that may be stated once only."""

import configparser
import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import skmed


@pytest.fixture(scope="module")
def setup_cfg(repository):
    parser = configparser.ConfigParser()
    parser.read(repository / "setup.cfg", encoding="utf-8")
    return parser


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check", "--diff"]])
def test_ruff(repository, arguments):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments, "--no-cache", str(repository)],
        cwd=repository,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_pyproject_holds_tools_only(repository):
    pyproject = tomllib.loads((repository / "pyproject.toml").read_text())
    assert set(pyproject) == {"build-system", "tool"}
    assert "setuptools" not in pyproject["tool"]
    assert not (repository / "setup.py").exists()
    assert not list(repository.glob("requirements*.txt"))


def test_data_files_are_shipped(repository, setup_cfg):
    patterns = setup_cfg["options.package_data"]["*"].split(", ")
    unshipped = [
        path
        for path in (repository / "skmed").rglob("*.*")
        if path.is_file()
        and path.suffix not in {".py", ".pyc"}
        and not any(path.match(pattern) for pattern in patterns)
    ]
    assert not unshipped


def test_pre_commit_runs_the_ruff_that_is_tested(repository, setup_cfg):
    text = (repository / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert "repo: local" in text
    assert "http" not in text, "Hooks use the ruff of the environment."


def test_version_is_stated_once(repository, setup_cfg):
    version = setup_cfg["metadata"]["version"]
    assert skmed.__version__ == version
    files = [repository / "pyproject.toml", repository / "CITATION.cff"]
    files += (repository / "skmed").rglob("*.py")
    # unlike the version, "0.1.0" of something else in these files is unlikely
    assert not [path for path in files if version in path.read_text(encoding="utf-8")]


def _requirements(text):
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [Requirement(line) for line in lines]


def test_oldest_versions_are_the_lower_bounds(repository, setup_cfg):
    """CONTRIBUTING installs tests/oldest.txt to check the bounds of setup.cfg."""
    text = (repository / "tests/oldest.txt").read_text()
    oldest = {r.name: next(iter(r.specifier)).version for r in _requirements(text)}
    extras = setup_cfg["options.extras_require"]
    declared = _requirements(setup_cfg["options"]["install_requires"])
    declared += _requirements(extras["demo"]) + _requirements(extras["tests"])
    for requirement in declared:
        # checkers give other answers with each release, so one release is required
        if requirement.name in {"skmed", "ruff", "pyright"}:
            continue
        bound = next(s.version for s in requirement.specifier if s.operator == ">=")
        assert Version(oldest[requirement.name]) == Version(bound), requirement


def test_workflow_runs_what_everyone_can_run(repository, setup_cfg):
    text = (repository / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    assert "run: bash .ci/run" in text
    assert "PIP_CONSTRAINT=tests/oldest.txt" in text
    prefix = "Programming Language :: Python :: 3."
    classifiers = setup_cfg["metadata"]["classifiers"].splitlines()
    minors = [line.removeprefix(prefix) for line in classifiers if prefix in line]
    versions = ", ".join(f'"3.{minor}"' for minor in minors)
    assert f"python: [{versions}]" in text

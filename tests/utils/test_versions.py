"""show_versions: a report for bug reports."""

import re
from importlib import metadata

import pytest

import skmed
from skmed.utils import _versions


@pytest.fixture
def report(capsys):
    skmed.show_versions()
    return capsys.readouterr().out


def test_reports_skmed_and_the_machine(report):
    assert re.search(rf"skmed: {re.escape(skmed.__version__)}$", report, re.MULTILINE)
    assert re.search(r"python: 3\.", report)
    assert re.search(r"cores: [1-9]", report)


@pytest.mark.parametrize("name", ["tensorflow", "keras", "scikit-learn", "pandas"])
def test_reports_dependencies(report, name):
    assert re.search(rf"{name}: {re.escape(metadata.version(name))}$", report, re.M)


def test_reports_missing_dependencies(monkeypatch, capsys):
    def version(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(_versions.metadata, "version", version)
    skmed.show_versions()
    out = capsys.readouterr().out
    assert "keras: not installed" in out
    assert "polars" not in out  # optional dependencies aren't reported as missing

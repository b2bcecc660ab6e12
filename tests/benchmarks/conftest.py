"""Fixtures for the tests of the benchmarks."""

import importlib
import sys

import pytest


@pytest.fixture(scope="session")
def benchmark_module(repository):
    """Import a module of the benchmarks, which aren't installed with skmed."""
    # after skmed was imported, so that an installed one stays the one that is tested
    sys.path.append(str(repository))
    yield lambda name: importlib.import_module(f"benchmarks.{name}")
    sys.path.remove(str(repository))

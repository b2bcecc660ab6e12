"""Real data and the synthetic data of smoke runs are of one kind."""

from importlib.util import find_spec

import numpy as np
import pytest

LOADERS = {
    "chest_xrays": (),
    "blood_cells": (),
    "blood_smears": (),
    "signals": ("ECG200",),
    "heartbeats": (),
    "exercises": (),
    "adverse_effects": (),
    "symptoms": (),
    "diagnoses": (),
    "ehrlink": (),
    "pharmacotherapydb": (),
    "admissions": (),
}


@pytest.mark.parametrize("name", LOADERS)
def test_same_kind(benchmark_module, skmed_data, name):
    if name == "exercises":
        _need("seglearn")
    if name == "diagnoses":
        _need("simple_icd_10_cm")
    load = getattr(benchmark_module("_data"), name)
    assert _kind(load(*LOADERS[name])) == _kind(load(*LOADERS[name], smoke=True))


def _need(package):
    # not imported: other tests put a package of the same name on the path
    if find_spec(package) is None:
        pytest.skip(f"{package} ships the data and isn't installed")


def _kind(value):
    """Describe types and ranks, without sizes."""
    if isinstance(value, tuple) or (isinstance(value, list) and len(value) < 4):
        return [_kind(item) for item in value]
    if isinstance(value, list):
        return [_kind(value[0])]
    if hasattr(value, "nnz"):
        return type(value).__name__, value.dtype.kind
    value = np.asarray(value)
    kind = value.dtype.kind
    if kind == "O":
        kind = type(value.flat[0]).__name__
    # unsigned integers in pixels alone
    return value.ndim, kind if value.ndim > 1 else kind.replace("u", "i")

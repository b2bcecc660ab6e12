"""load_physiotherapy, which must execute no code of the file."""

import os
import pickle
import re
import sys

import numpy as np
import pytest

from skmed.datasets import load_physiotherapy

LABELS = ["PEN", "ABD", "FEL", "IR", "ER", "TRAP", "ROW"]


@pytest.fixture(scope="module")
def watch():
    return load_physiotherapy()


def test_recordings(watch):
    assert len(watch.data) == len(watch.target) == len(watch.groups) == 140
    assert {x.dtype for x in watch.data} == {np.dtype(np.float64)}
    assert {x.shape[1] for x in watch.data} == {6} == {len(watch.feature_names)}
    lengths = [len(x) for x in watch.data]
    assert (min(lengths), max(lengths)) == (947, 2618)
    assert np.isfinite(np.concatenate(watch.data)).all()
    assert "10.1088/1361-6579/aacfd9" in watch.DESCR


def test_design_is_balanced(watch):
    """Each person did each exercise once with each arm."""
    done = set(zip(watch.groups, watch.target, watch.side))
    assert len(done) == 140
    assert set(watch.groups) == set(range(1, 11))
    assert set(watch.target) == set(range(7)) == set(range(len(watch.target_names)))
    assert set(watch.side) == {"left", "right"}


def test_units(watch):
    """At rest the acceleration is 1 g; arms rotate by a few radians per second."""
    assert watch.sampling_rate == 50
    steps = np.concatenate(watch.data)
    turning = np.linalg.norm(steps[:, 3:], axis=1)
    at_rest = np.linalg.norm(steps[turning < np.quantile(turning, 0.1), :3], axis=1)
    assert np.median(at_rest) == pytest.approx(1, abs=0.1)
    assert 1 < np.quantile(turning, 0.9) < 10


def test_return_X_y(watch):
    X, y = load_physiotherapy(return_X_y=True)
    np.testing.assert_array_equal(y, watch.target)
    for one, other in zip(X, watch.data):
        np.testing.assert_array_equal(one, other)


def test_seglearn_is_not_imported(run_python):
    code = "from skmed.datasets import load_physiotherapy as load; load()"
    out = run_python(f"{code}\nimport sys; print('seglearn' in sys.modules)").stdout
    assert out.strip() == "False"


def test_without_seglearn(monkeypatch):
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "seglearn", raising=False)
    monkeypatch.setattr(sys, "path_importer_cache", {})
    with pytest.raises(ImportError, match=re.escape("pip install 'seglearn==1.2.5'")):
        load_physiotherapy()


# ----- wrong files -----


class ExecutesCode:
    """An object that executes code when it is unpickled."""

    def __reduce__(self):
        return os.mkdir, ("ran",)


def content(**changes):
    X = [np.zeros((5, 6))] * 140
    numbers = np.zeros(140)
    good = {"X": X, "y": numbers, "subject": numbers, "side": numbers}
    labels = {"y_labels": LABELS, "X_labels": ["ax", "ay", "az", "wx", "wy", "wz"]}
    return {**good, **labels, **changes}


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a fake package seglearn; return a function that writes its file."""
    package = tmp_path / "seglearn"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')\n")
    monkeypatch.syspath_prepend(tmp_path)

    return (package / "data" / "watch_dataset.npy").write_bytes


def as_old_pickle(value):
    """Return the bytes of a file as the authors of seglearn wrote it."""
    header = b"\x93NUMPY\x01\x00v\x00"
    header += b"{'descr': '|O', 'fortran_order': False, 'shape': (), }".ljust(117)
    dump = pickle.dumps(np.array(value, dtype=object), protocol=2)
    return header + b"\n" + dump.replace(b"numpy._core.", b"numpy.core.")


def test_an_old_file_is_read(install):
    install(as_old_pickle(content()))
    X, y = load_physiotherapy(return_X_y=True)
    assert len(X) == len(y) == 140


@pytest.mark.parametrize(
    "wrong",
    [
        content(X=[ExecutesCode()] * 140),
        content(X=[np.zeros((5, 7))] * 140),
        content(X=[np.zeros((5, 6))]),
        content(y=["a"] * 140),
        content(y_labels=LABELS[::-1]),
        {"X": []},
        [1, 2],
    ],
    ids=["code", "channels", "number", "kind", "order", "missing", "list"],
)
def test_wrong_content_is_refused_and_not_executed(install, wrong):
    install(as_old_pickle(wrong))
    with pytest.raises(OSError, match=r"is not seglearn's file.*pip install"):
        load_physiotherapy()
    assert not os.path.exists("ran")


@pytest.mark.parametrize("wrong", [b"", b"\x93NUMPY\x01\x00", b"PK" * 100], ids=repr)
def test_a_damaged_file_is_refused(install, wrong):
    install(wrong)
    with pytest.raises(OSError, match="is not seglearn's file"):
        load_physiotherapy()


def test_a_missing_file_is_refused(install):
    with pytest.raises(OSError, match="is not seglearn's file"):
        load_physiotherapy()


def test_an_empty_folder_is_not_seglearn(tmp_path, monkeypatch):
    (tmp_path / "seglearn").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr(sys, "path_importer_cache", {})
    with pytest.raises(ImportError, match="pip install"):
        load_physiotherapy()

"""Each script runs with --smoke, and writes nothing."""

import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
# modules that a person runs, as opposed to those that others import
SCRIPTS = sorted(
    ".".join(path.relative_to(FOLDER).with_suffix("").parts)
    for path in [*FOLDER.glob("*.py"), *FOLDER.glob("*/*.py")]
    if path.name[0] != "_" and path.name != "render.py" and path.parent.name != "peers"
)


# keras.wrappers
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)


def test_scripts_are_found():
    assert {"accuracy.images", "speed.grid_search", "structure"} <= set(SCRIPTS)


@pytest.fixture
def results():
    """What the folder of results holds, before and after."""
    files = [path for path in (FOLDER / "results").rglob("*") if path.is_file()]
    return {path: path.read_bytes() for path in files}


@pytest.mark.parametrize("name", SCRIPTS)
def test_smoke(benchmark_module, results, monkeypatch, tmp_path, capsys, name):
    # peers in other environments are tested below
    for peer in ("TORCH", "AEON"):
        monkeypatch.delenv(f"SKMED_{peer}_PYTHON", raising=False)
    monkeypatch.delenv("SKMED_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    benchmark_module(name).main(["--smoke"])
    tables = [line for line in capsys.readouterr().out.splitlines() if line[:1] == "|"]
    assert len(tables) > 2
    assert not list(tmp_path.iterdir())
    for path, content in results.items():
        assert path.read_bytes() == content, path


@pytest.mark.parametrize("name", SCRIPTS)
def test_smoke_results_are_never_written(benchmark_module, capsys, name):
    with pytest.raises(SystemExit):
        benchmark_module(name).main(["--smoke", "--write"])
    assert "--write" in capsys.readouterr().err


PEERS = {
    "accuracy.signals": ("AEON", "MiniRocket"),
    "speed.cnn": ("TORCH", "torch, 1 thread"),
    "speed.text": ("TORCH", "skorch"),
    "speed.grid_search": ("TORCH", "skorch"),
}


@pytest.mark.parametrize("name", PEERS)
def test_peers(benchmark_module, capsys, name):
    peer, row = PEERS[name]
    variable = f"SKMED_{peer}_PYTHON"
    if not os.environ.get(variable):
        pytest.skip(f"{variable} names no Python that has the peer of {name}")
    benchmark_module(name).main(["--smoke"])
    assert row in capsys.readouterr().out

"""Published tables and pictures are what the renderer makes of the records."""

import re

import pytest


@pytest.fixture(scope="module")
def render(benchmark_module):
    return benchmark_module("render")


def test_every_script_has_a_record(render, benchmark_module, repository):
    scripts = {
        f"{path.parent.name}/{path.stem}"
        for folder in ("accuracy", "speed", "memory")
        for path in (repository / "benchmarks" / folder).glob("[!_]*.py")
    }
    assert scripts == set(render.benchmarks())


def test_tables_equal_the_records(render, repository):
    texts = render.outputs()
    for name in ("README.md", "benchmarks/README.md"):
        path = repository / name
        hint = "run python -m benchmarks.render"
        assert texts[path] == path.read_text(encoding="utf-8"), hint


def test_pictures_equal_the_records(render, repository):
    pictures = {p: svg for p, svg in render.outputs().items() if p.suffix == ".svg"}
    assert set(pictures) == set((repository / "benchmarks").rglob("*.svg"))
    for path, svg in pictures.items():
        # positions differ between versions of Matplotlib, words and numbers don't
        saved = path.read_text(encoding="utf-8")
        assert _texts(svg) == _texts(saved), "run python -m benchmarks.render"


def _texts(svg):
    found = re.findall(r">([^<>]+)</text>", svg)
    assert found
    return found


def test_pictures_are_deterministic(render, benchmark_module):
    record = benchmark_module("_record").load("accuracy/images")
    assert render.picture(record) == render.picture(record)


def test_no_goals(repository):
    """Tables compare with peers."""
    for name in ("README.md", "benchmarks/README.md"):
        text = (repository / name).read_text(encoding="utf-8")
        assert not re.search(r"\bgoals?\b|\bmissed\b", text, re.IGNORECASE), name


def test_markers_are_needed_once(render):
    whole = "<!-- begin a/b.py -->\nold\n<!-- end a/b.py -->\n"
    new = render.replaced(whole, "a/b", "new", "README.md")
    assert new == whole.replace("old", "new")
    with pytest.raises(SystemExit, match=r"README.md must have the lines"):
        render.replaced(whole + whole, "a/b", "new", "README.md")

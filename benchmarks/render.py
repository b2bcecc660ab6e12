"""Write all published tables and pictures from the records in ``results/``.

``python -m benchmarks.render`` writes the tables between the markers of README.md and
of benchmarks/README.md, and the pictures beside the records. ``--check`` writes nothing
and fails if anything would change.
"""

import argparse
import importlib
import sys
from pathlib import Path

from . import _record
from ._pictures import draw
from ._tables import Results, environments

README, DETAILS = _record.ROOT / "README.md", Path(__file__).with_name("README.md")


def benchmarks():
    """Return the names of the benchmarks that have a record."""
    found = sorted(_record.RESULTS.rglob("*.json"))
    return [
        path.relative_to(_record.RESULTS).with_suffix("").as_posix() for path in found
    ]


def view_of(benchmark):
    """Return the module that lays out a benchmark's tables.

    It has ``table(results)`` and, where there are such, ``summary(results)`` for the
    project's README, ``panels(results)`` of a picture and ``is_ours(method)``.
    """
    folder, _, name = benchmark.rpartition("/")
    package = ".".join(filter(None, [__package__, folder, "_views"]))
    return importlib.import_module(f"{package}.{name}")


def section(record):
    """Return the tables of a record with the machines and versions, in Markdown."""
    results = Results(record)
    text = view_of(record["benchmark"]).table(results)
    return f"{environments(results.runs)}\n\n{text}"


def picture(record):
    """Return a record's picture as SVG, None if it has none."""
    view, results = view_of(record["benchmark"]), Results(record)
    if not hasattr(view, "panels"):
        return None
    return draw(results, view.panels(results), view.is_ours)


def outputs():
    """Return the text of all files that are rendered, by path."""
    texts = {path: path.read_text(encoding="utf-8") for path in (README, DETAILS)}
    for benchmark in benchmarks():
        record = _record.load(benchmark)
        view, text = view_of(benchmark), section(record)
        svg = picture(record)
        if svg is not None:
            path = _record.path_of(benchmark, ".svg")
            texts[path] = svg
            link = path.relative_to(DETAILS.parent).as_posix()
            what = view.panels(Results(record))[0].statistic
            text = f"![{what} and range of each method]({link})\n\n{text}"
        texts[DETAILS] = replaced(texts[DETAILS], benchmark, text, DETAILS.name)
        if hasattr(view, "summary"):
            summary = view.summary(Results(record))
            texts[README] = replaced(texts[README], benchmark, summary, README.name)
    return texts


def replaced(whole, benchmark, text, name):
    """Return a file's text with another text between a benchmark's markers."""
    begin, end = (f"<!-- {edge} {benchmark}.py -->" for edge in ("begin", "end"))
    if whole.count(begin) != 1 or whole.count(end) != 1:
        sys.exit(f"{name} must have the lines {begin} and {end} once.")
    before, _, rest = whole.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{text.strip()}\n{end}{after}"


def main(argv=None):
    """Write what has changed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="fail if a file would change"
    )
    check = parser.parse_args(argv).check
    stale = []
    for path, text in outputs().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(_record.ROOT)))
            if not check:
                path.write_text(text, encoding="utf-8")
    print("\n".join(stale) or "Nothing has changed.")
    if check and stale:
        sys.exit("These files differ from the records: python -m benchmarks.render.")


if __name__ == "__main__":
    main()

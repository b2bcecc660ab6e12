"""What the benchmark scripts share: data, clocks, tables, and their part of README.

A script measures and hands over plain numbers; what is published about them (spread,
machine, versions, date) is written here, so that no figure is typed by hand.
"""

import argparse
import json
import os
import platform
import re
import sys
import time
from datetime import date
from importlib import metadata
from pathlib import Path

import numpy as np

README = Path(__file__).parent / "README.md"

# other work on this computer, before a script adds its own
_LOAD = os.getloadavg()[0] if hasattr(os, "getloadavg") else None


# ----- before -----


def parse_arguments(description, **options):
    """Parse what every script takes, and what one adds.

    Parameters
    ----------
    description : str
        Of the script; the first line is shown.
    **options : dict
        Further options: their name, and what ``add_argument`` takes.

    Returns
    -------
    argparse.Namespace
        With ``seeds`` and ``write``.
    """
    parser = argparse.ArgumentParser(description=description.strip().splitlines()[0])
    parser.add_argument(
        "--seeds", type=int, nargs="+", default=[0, 1, 2], help="default: 0 1 2"
    )
    parser.add_argument(
        "--write", action="store_true", help=f"put the figures into {README.name}"
    )
    for name, keywords in options.items():
        parser.add_argument(f"--{name.replace('_', '-')}", **keywords)
    return parser.parse_args()


def data_path(*parts):
    """Return the path of a file below the folder that SKMED_DATA names."""
    folder = os.environ.get("SKMED_DATA")
    if not folder:
        sys.exit("Set the environment variable SKMED_DATA to the folder of the data.")
    path = Path(folder, *parts)
    if not path.is_file():
        sys.exit(f"SKMED_DATA has no file {'/'.join(parts)}.")
    return path


def say(text):
    """Tell how far the script is, apart from its result."""
    print(text, file=sys.stderr, flush=True)


# ----- measuring -----


class Stopwatch:
    """Time a ``with`` block: ``seconds``, and ``cpu_seconds`` of all threads."""

    def __enter__(self):
        self._start = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *exception):
        self.seconds = time.perf_counter() - self._start[0]
        self.cpu_seconds = time.process_time() - self._start[1]


class Figures:
    """Numbers by row and column of a table, as many as were measured.

    Parameters
    ----------
    cells : dict of dict of list of float, default=None
        Those that an earlier run measured.
    """

    def __init__(self, cells=None):
        self._cells = {} if cells is None else cells

    def add(self, row, **measured):
        """Take note of one measurement of a row: a number for each column."""
        for column, value in measured.items():
            self._cells.setdefault(row, {}).setdefault(column, []).append(value)
        values = ", ".join(f"{name} {value:.4g}" for name, value in measured.items())
        say(f"{row}: {values}")

    def of(self, row, column):
        """Return the numbers of one cell."""
        return self._cells[row][column]

    def mean(self, row, column):
        """Return the mean of one cell."""
        return float(np.mean(self.of(row, column)))

    def cells(self):
        """Return all numbers, by row and column."""
        return self._cells

    def rows(self):
        """Return the names of the rows, in the order of their first measurement."""
        return list(self._cells)

    def table(self, first="model", **columns):
        """Write a markdown table.

        Parameters
        ----------
        first : str
            Heading of the names of rows.
        **columns : dict of str to (str, int)
            Heading, and digits after the point, of each column.

        Returns
        -------
        str
            A cell is a mean and, in brackets, the least and the greatest number.
        """
        rows = [[first, *(heading for heading, _ in columns.values())]]
        for row, cells in self._cells.items():
            rows.append([row])
            for column, (_, digits) in columns.items():
                rows[-1].append(spread(cells.get(column, ()), digits))
        return markdown_table(rows)


def spread(values, digits=3):
    """Return "mean (least to greatest)", the number if it is one, "-" for none."""
    if not len(values):
        return "-"
    mean, least, greatest = (
        f"{function(values):.{digits}f}" for function in (np.mean, np.min, np.max)
    )
    return mean if len(values) == 1 else f"{mean} ({least} to {greatest})"


def markdown_table(rows):
    """Write rows of text, the first of them headings, as a markdown table."""
    head, *body = rows
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


# ----- after -----


def keep(script, part, record):
    """Put what one part of a script measured beside what its other parts have.

    A long benchmark is then measured part by part, each on a day of its own.

    Parameters
    ----------
    script : str
        ``__file__`` of the script; the file of records gets its name.
    part : str
        Whose earlier record is replaced.
    record : dict
        What JSON can hold.

    Returns
    -------
    dict of str to dict
        The records of all parts measured so far.
    """
    path = Path(script).with_suffix(".json")
    records = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    records[part] = record
    path.write_text(json.dumps(records, indent=1) + "\n", encoding="utf-8")
    return records


def by_environment(records):
    """Say on what each part was measured, once for those of one run."""
    parts = {}
    for part, record in records.items():
        parts.setdefault(record["environment"], []).append(part)
    if len(parts) == 1:
        return next(iter(parts))
    return "\n\n".join(
        f"{', '.join(names)}:\n\n{text}" for text, names in parts.items()
    )


def dot_plot(script, panels, *, ours):
    """Draw each row's mean and range beside the table, as an SVG file.

    Parameters
    ----------
    script : str
        ``__file__`` of the script; the picture gets its name.
    panels : list of (str, Figures, str)
        Title, numbers, and which of their columns to draw.
    ours : str
        Rows whose names start so are drawn in colour.

    Returns
    -------
    str
        The markdown that shows the picture.
    """
    # only those who publish need it
    from matplotlib import rcParams
    from matplotlib.figure import Figure

    rcParams["svg.hashsalt"] = "skmed"  # the same file for the same numbers
    n_rows = [len(figures.rows()) for _, figures, _ in panels]
    picture = Figure(figsize=(7.5, 0.55 * len(panels) + 0.38 * sum(n_rows)))
    axes = picture.subplots(len(panels), height_ratios=n_rows, squeeze=False)[:, 0]
    for ax, (title, figures, column) in zip(axes, panels):
        names = figures.rows()
        for i, name in enumerate(names):
            values = figures.of(name, column)
            color = "#1f6f8b" if name.startswith(ours) else "0.55"
            ax.plot([min(values), max(values)], [i, i], color=color, linewidth=2)
            mean = np.mean(values)
            ax.plot(mean, i, "o", color=color, markersize=7)
            ax.annotate(
                f"{mean:.3f}",
                (mean, i),
                (0, 6),
                textcoords="offset points",
                ha="center",
                fontsize=8,
                color=color,
            )
        ax.set_yticks(range(len(names)), names, fontsize=9)
        ax.set_ylim(len(names) - 0.5, -0.7)
        ax.set_title(title, loc="left", fontsize=10)
        ax.tick_params(length=0, labelsize=9)
        ax.locator_params(axis="x", nbins=7)
        ax.grid(axis="x", color="0.92")
        ax.set_axisbelow(True)
        ax.spines[:].set_visible(False)
    picture.tight_layout()
    path = Path(script).with_suffix(".svg")
    picture.savefig(path, metadata={"Date": None})
    return f"![mean and range of each row]({path.name})"


def environment(*packages):
    """Say on what was measured: the machine, without its name, and versions."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in packages)
    lines = [
        f"- {date.today()}; {_processor()}, {_cores()} cores; {platform.system()}",
        f"- Python {platform.python_version()}, {versions}",
    ]
    if _LOAD is not None and _LOAD >= 0.5:
        lines.append(
            f"- Other work shared the cores (load average {_LOAD:.1f} at the start): "
            "seconds are indicative."
        )
    return "\n".join(lines)


def _cores():
    # containers and schedulers often grant fewer cores than the machine has
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def _processor():
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return found[1] if found else platform.processor() or platform.machine()


def publish(script, text, *, write, headline=None):
    """Print a script's result and, if asked, put it into its part of README.

    Parameters
    ----------
    script : str
        ``__file__`` of the script.
    text : str
        Markdown.
    write : bool
        Replace what stands between the script's two markers, or add them at the end.
    headline : str, default=None
        The few figures that the project's own README shows, between the same markers.
    """
    print(text)
    if not write:
        return
    _replace(README, Path(script).name, text)
    if headline is not None:
        _replace(README.parents[1] / "README.md", Path(script).name, headline)


def _replace(readme, name, text):
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    whole = readme.read_text(encoding="utf-8")
    if begin not in whole:
        whole = f"{whole.rstrip()}\n\n{begin}\n{end}\n"
    before, _, rest = whole.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        sys.exit(f"{readme.name} lacks the line {end}.")
    readme.write_text(
        f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf-8"
    )
    say(f"Wrote {readme.name}.")

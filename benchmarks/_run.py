"""What every script does: read its options, collect measurements, write its record."""

import argparse
import os
import platform
import re
import sys
from datetime import date
from importlib import metadata
from pathlib import Path

from . import _record
from .render import section

# before a script adds its own work
_LOAD = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def parse_arguments(description, argv=None, parts=None, **options):
    """Parse the options of all scripts, and those that one adds.

    Parameters
    ----------
    description : str
        Docstring of the script; the first line is shown.
    argv : list of str, default=None
        Arguments; None for those of the command line.
    parts : iterable of str, default=None
        Names of what can be measured separately.
    **options : dict
        Further options: the keywords of ``add_argument`` by name.

    Returns
    -------
    argparse.Namespace
        With ``seeds``, ``smoke`` and ``write``, and ``parts`` if there are some.
    """
    parser = argparse.ArgumentParser(description=description.strip().splitlines()[0])
    parser.add_argument(
        "--seeds", type=int, nargs="+", default=[0, 1, 2], help="default: 0 1 2"
    )
    parser.add_argument(
        "--write", action="store_true", help="write the record into results/"
    )
    parser.add_argument(
        "--smoke",
        action="store_true",
        help="run in seconds on tiny synthetic data; nothing is written",
    )
    if parts:
        options["parts"] = {
            "nargs": "+",
            "choices": list(parts),
            "default": list(parts),
            "help": f"what to measure: {', '.join(map(repr, parts))}; default: all",
            "metavar": "PART",
        }
    for name, keywords in options.items():
        parser.add_argument(f"--{name.replace('_', '-')}", **keywords)
    parsed = parser.parse_args(argv)
    if parsed.smoke:
        if parsed.write:
            parser.error("--smoke results are not to be published: leave out --write.")
        parsed.seeds = parsed.seeds[:1]
    return parsed


def peer_option(name, packages):
    """Return the option that names the Python of a peer.

    Parameters
    ----------
    name : str
        Of the peer: the environment variable ``SKMED_<NAME>_PYTHON`` is the default.
    packages : str
        What that Python must have.
    """
    variable = f"SKMED_{name.upper()}_PYTHON"
    return {
        "default": os.environ.get(variable),
        "help": f"a Python that has {packages}; without it they are left out; "
        f"default: the environment variable {variable}",
    }


def say(text):
    """Report progress on standard error."""
    print(text, file=sys.stderr, flush=True)


class Run:
    """Measurements of one run of a benchmark, or of one part of it.

    Parameters
    ----------
    benchmark : str
        Folder and script: ``"accuracy/signals"``.
    part : str
        What an earlier record of the same part is replaced by.
    packages : tuple of str
        Whose versions are recorded, beside skmed's.
    **settings : dict
        What JSON can hold: sizes, seeds, what was chosen.
    """

    def __init__(self, benchmark, part, packages, **settings):
        self._benchmark, self._part = benchmark, part
        self._packages, self.settings = packages, settings
        self.peers = {}
        self._rows = {}

    def add(self, case, method, **measured):
        """Record one measurement: a number for each metric."""
        for metric, value in measured.items():
            row = {
                "case": case,
                "method": method,
                "metric": metric,
                "unit": _record.UNITS[metric],
                "values": [],
            }
            key = case, method, metric
            self._rows.setdefault(key, row)["values"].append(float(value))
        values = ", ".join(f"{name} {value:.4g}" for name, value in measured.items())
        say(f"{case}, {method}: {values}")

    def values(self, case, method, metric):
        """Return what was recorded so far."""
        return self._rows[case, method, metric]["values"]

    def record(self):
        """Return the record with this run alone."""
        run = {
            "part": self._part,
            "source": _record.MEASURED,
            "environment": environment(self._packages, self.peers),
            "settings": self.settings,
            "rows": list(self._rows.values()),
        }
        return _record.validate({"benchmark": self._benchmark, "runs": [run]})

    def publish(self, options):
        """Print the tables of this run and, if asked, write its record."""
        record = self.record()
        print(section(record))
        if options.write:
            path = _record.save(record).relative_to(_record.ROOT)
            say(f"Wrote {path}; python -m benchmarks.render updates the tables.")


def environment(packages, peers=()):
    """Return the machine, without its name, and versions."""
    load = round(_LOAD, 1)
    return {
        "date": str(date.today()),
        "cpu": _processor(),
        "cores": _cores(),
        "system": platform.system(),
        "python": platform.python_version(),
        "load": load if load >= 0.5 else None,
        "packages": {name: _version(name) for name in ("skmed", *packages)},
        "peers": dict(peers),
    }


def _version(package):
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        # a checkout that isn't installed
        return __import__(package).__version__


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

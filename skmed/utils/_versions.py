"""Version report for bug reports."""

import os
import platform
import re
import sys
from importlib import metadata


def _installed_version(name):
    """Return the version of a distribution, or None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _dependencies():
    """Return the names of required and of optional distributions."""
    required, optional = set(), set()
    for requirement in metadata.requires("skmed") or []:
        specifier, _, marker = requirement.partition(";")
        name = re.match(r"[\w.-]+", specifier)[0]
        (optional if "extra" in marker else required).add(name)
    return sorted(required), sorted(optional - required - {"skmed"})


def _n_cores():
    """Return the number of usable cores, which containers and schedulers limit."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def show_versions():
    """Print the versions of skmed, Python and dependencies, for bug reports.

    Versions are read from the metadata of installed distributions, so that no
    dependency is imported.

    Examples
    --------
    >>> import skmed
    >>> skmed.show_versions()
    System:
       skmed: ...
    """
    required, optional = _dependencies()
    system = {
        "skmed": _installed_version("skmed"),
        "python": sys.version.replace("\n", " "),
        "machine": platform.platform(),
        "cores": _n_cores(),
    }
    dependencies = {
        name: _installed_version(name) or "not installed" for name in required
    }
    extras = {name: _installed_version(name) for name in optional}
    extras = {name: version for name, version in extras.items() if version}

    sections = {
        "System": system,
        "Dependencies": dependencies,
        "Optional dependencies": extras,
    }
    for title, rows in sections.items():
        print(f"{title}:")
        width = max(map(len, rows), default=0) + 3
        for name, value in rows.items():
            print(f"{name:>{width}}: {value}")
        print()

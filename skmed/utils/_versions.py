"""What a bug report needs to say about the machine."""

import os
import platform
import re
import sys
from importlib import metadata


def _installed(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _dependencies():
    """Names of the required distributions, and of the optional ones, once each."""
    required, optional = set(), set()
    for requirement in metadata.requires("skmed") or []:
        specifier, _, marker = requirement.partition(";")
        name = re.match(r"[\w.-]+", specifier)[0]
        (optional if "extra" in marker else required).add(name)
    return sorted(required), sorted(optional - required - {"skmed"})


def _cores():
    # Containers and schedulers often grant fewer cores than the machine has.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def show_versions():
    """Print the versions a bug report needs.

    Versions are read from the installed metadata: neither TensorFlow nor any other
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
        "skmed": _installed("skmed"),
        "python": sys.version.replace("\n", " "),
        "machine": platform.platform(),
        "cores": _cores(),
    }
    dependencies = {name: _installed(name) or "not installed" for name in required}
    extras = {name: _installed(name) for name in optional}
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

"""What every test and doctest runs under.

This file stands beside ``tests`` and not in it, so that the guards also hold for the
doctests of an installed skmed. Fixtures for tests are in ``tests/conftest.py``.
"""

import os
import sysconfig
import tempfile
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from socket import AF_INET, AF_INET6, SOCK_STREAM, socket

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

# Read by TensorFlow and OpenMP while they load. The workers of pytest-xdist fill the
# cores; more threads in each only contend, and would make results differ by machine.
for variable in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ.setdefault("MPLBACKEND", "agg")
# Read by scipy while it loads; without it scikit-learn skips its array API checks.
os.environ.setdefault("SCIPY_ARRAY_API", "1")

# Tests change the working directory: paths in the environment must not depend on it.
if os.environ.get("SKMED_DATA"):
    os.environ["SKMED_DATA"] = os.path.abspath(os.environ["SKMED_DATA"])
_spec = find_spec("skmed")
if _spec is None:
    raise pytest.UsageError("skmed isn't installed: pip install -e '.[tests]'")
_home = Path(_spec.origin).absolute().parents[1]
if _home != Path(sysconfig.get_path("purelib")):
    # A checkout that isn't installed: subprocesses must import the same skmed.
    _inherited = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_home), _inherited]))

_hypothesis = tempfile.TemporaryDirectory(prefix="skmed-hypothesis-")
set_hypothesis_home_dir(_hypothesis.name)
settings.register_profile("skmed", derandomize=True, deadline=None, database=None)
settings.load_profile("skmed")

_connections = []  # refused ones; code under test may swallow the exception


def _guard(method):
    def connect(self, address, *args):
        # UDP "connects" without sending anything, to learn the machine's own address.
        if self.family in (AF_INET, AF_INET6) and self.type == SOCK_STREAM:
            host = address[0]
            try:
                local = ip_address(host).is_loopback
            except ValueError:
                local = host == "localhost"
            if not local:
                _connections.append(host)
                raise OSError(f"Tests may not use the network: {host}.")
        return method(self, address, *args)

    return connect


def pytest_configure(config):
    config.add_cleanup(_hypothesis.cleanup)
    socket.connect = _guard(socket.connect)
    socket.connect_ex = _guard(socket.connect_ex)


@pytest.fixture(autouse=True)
def _no_network():
    _connections.clear()
    yield
    assert not _connections, f"The test tried to reach {_connections}."


@pytest.fixture(scope="session")
def _working_directory(tmp_path_factory):
    # One for the session: joblib's workers stay in it from one test to the next.
    return tmp_path_factory.mktemp("working_directory")


@pytest.fixture(autouse=True)
def _nothing_written(_working_directory):
    before = os.getcwd()
    os.chdir(_working_directory)
    yield
    os.chdir(before)
    written = sorted(_working_directory.rglob("*"), reverse=True)
    for path in written:
        path.rmdir() if path.is_dir() else path.unlink()
    assert not written, f"The test wrote {written} in the working directory."

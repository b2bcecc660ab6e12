"""What structure.py counts, on a small package."""

import sys
import textwrap

import pytest

FILES = {
    "toy/__init__.py": "",
    "toy/base.py": """
        from sklearn.base import _fit_context
        from sklearn.utils import check_array

        class Base:
            def fit(self):
                return self._fit() + self._undeclared()

            def _fit(self):
                return 0

            def _helper(self, model):
                self._own = model._private_to_keras
                return self._own
    """,
    "toy/deep/__init__.py": "",
    "toy/deep/model.py": """
        from toy.base import Base

        def one():
            return sum(number for number in [1])

        class Model(Base):
            def _fit(self):
                return one()

            def _undeclared(self):
                return 1
    """,
}


@pytest.fixture
def structure(benchmark_module):
    return benchmark_module("structure")


@pytest.fixture
def toy(tmp_path, monkeypatch):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path / "toy"
    for name in [name for name in sys.modules if name.split(".")[0] == "toy"]:
        del sys.modules[name]


def test_folders(structure, toy):
    files, lines = structure.folders(toy)
    assert files == {"toy": 2, "toy/deep": 2}
    assert lines["toy/deep"] == 12


def test_calls(structure, toy):
    from toy.deep.model import Model

    with structure.CallProfile(toy) as profile:
        Model().fit()
    assert len(profile.files) == 2
    # Base.fit calls Model._fit and Model._undeclared
    assert profile.moves == 2
    # Base.fit, Model._fit, one, its generator
    assert profile.depth == 4
    assert sys.getprofile() is None


def test_hooks(structure, toy, monkeypatch):
    from toy.deep.model import Model

    own = structure.own_classes
    monkeypatch.setattr(structure, "own_classes", lambda classes: own(classes, "toy"))
    found = structure.hooks([Model])
    assert found == {
        "defined": {"_fit", "_helper", "_undeclared"},
        "overridden in a subclass": {"_fit"},
        "called by a base that doesn't define it": {"_undeclared"},
    }


def test_private_names(structure, toy):
    assert structure.private_uses(toy) == {"toy/base.py": {2: True, 13: False}}

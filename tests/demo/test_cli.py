"""The command line, which imports heavy modules only to train."""

import json

import pytest

import skmed
from skmed.demo import _cli
from skmed.demo._examples import EXAMPLES
from skmed.demo._results import Result, Row

HEAVY = {"numpy", "sklearn", "scipy", "keras", "tensorflow", "matplotlib", "pooch"}


@pytest.fixture
def calls(monkeypatch):
    """Calls of run_example, which returns a fake result."""
    calls = []

    def run_example(name, **options):
        calls.append((name, options))
        options["log"]("Data: fake.")
        rows = [Row("a model", "test set", {"accuracy": 0.5}, 1.0)]
        return Result(f"Example {name}", "fake", rows, ["A note."])

    monkeypatch.setattr(_cli, "run_example", run_example)
    return calls


def test_version(capsys):
    with pytest.raises(SystemExit) as stop:
        _cli.main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"skmed {skmed.__version__}\n"


def test_help_imports_nothing_heavy(run_python):
    done = run_python(
        "import json, sys\n"
        "from skmed.demo._cli import main\n"
        "try:\n    main(['demo', '--help'])\n"
        "except SystemExit:\n    pass\n"
        "print(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))"
    )
    *text, modules = done.stdout.splitlines()
    assert "--only" in "\n".join(text)
    assert not HEAVY & set(json.loads(modules))


def test_all_examples_by_default(calls, capsys):
    assert _cli.main(["demo"]) == 0
    assert [name for name, _ in calls] == list(EXAMPLES)
    options = calls[0][1]
    assert (options["n_jobs"], options["quick"], options["random_state"]) == (
        None,
        False,
        0,
    )
    out = capsys.readouterr().out
    assert out.count("evaluated on") == 1
    assert "not a medical device" in out
    assert "report" not in out


def test_options(calls):
    _cli.main(["demo", "--only", "images", "images", "--n-jobs", "-1", "--quick"])
    assert [name for name, _ in calls] == ["images"]
    assert (calls[0][1]["n_jobs"], calls[0][1]["quick"]) == (-1, True)


def test_report(calls, tmp_path, capsys):
    path = tmp_path / "report.html"
    assert _cli.main(["demo", "--report", str(path)]) == 0
    assert "Example images" in path.read_text(encoding="utf-8")
    assert str(path) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required"),
        (["dmeo"], "invalid choice"),
        (["demo", "--only", "sounds"], "invalid choice"),
        (["demo", "--n-jobs", "0"], "a number of processes"),
        (["demo", "--n-jobs", "two"], "a number of processes"),
        (["demo", "--report", "no/such/folder/report.html"], "existing folder"),
        (["demo", "--report", "."], "existing folder"),
    ],
)
def test_wrong_arguments_stop_before_training(calls, capsys, arguments, message):
    with pytest.raises(SystemExit) as stop:
        _cli.main(arguments)
    assert stop.value.code == 2
    assert message in capsys.readouterr().err
    assert not calls


def test_report_without_matplotlib(calls, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(_cli, "find_spec", lambda name: None)
    with pytest.raises(SystemExit):
        _cli.main(["demo", "--report", str(tmp_path / "report.html")])
    assert "pip install 'skmed[demo]'" in capsys.readouterr().err
    assert not calls


def test_interrupted(monkeypatch, capsys):
    def run_example(name, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(_cli, "run_example", run_example)
    assert _cli.main(["demo"]) == 130
    assert "Stopped." in capsys.readouterr().out

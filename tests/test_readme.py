"""The README runs."""

import re

import pytest

import skmed

RUN_DEMO = "pip install '.[demo]' && skmed demo"
RUN_TESTS = "pip install '.[tests]' && pytest"


@pytest.fixture(scope="module")
def readme(repository):
    return (repository / "README.md").read_text(encoding="utf-8")


def test_opens_with_the_two_commands(readme):
    opening = "\n".join(readme.splitlines()[:15])
    assert RUN_DEMO in opening
    assert RUN_TESTS in opening


def test_ci_runs_the_readme_commands(repository):
    script = (repository / ".ci/run").read_text()
    for command in RUN_TESTS.split(" && "):
        assert re.search(rf"^{re.escape(command)}$", script, re.MULTILINE), command


def test_not_a_medical_device(readme):
    assert "not a medical device" in readme


def test_names_every_public_name(readme):
    missing = [name for name in skmed._PUBLIC_NAMES if f"`{name}" not in readme]
    assert not missing


def test_code_runs_in_order_and_silently(readme, capfd, caplog):
    blocks = re.findall(r"^```python\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 3
    namespace = {"__name__": "readme"}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), namespace)
    assert capfd.readouterr() == ("", "")
    assert not caplog.messages

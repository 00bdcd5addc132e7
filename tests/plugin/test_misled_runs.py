"""Ways in which a run could check another client than is meant, or by rules that no longer hold: each is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.project import Project


@pytest.fixture
def inner(project: Project, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a folder of another one, with a client called `gh`, in which pytest is started."""
    project.client("gh", script="print('hello')")
    inner = project.path / "inner"
    (inner / "tests").mkdir(parents=True)
    (project.path / "auth-provider.toml").rename(inner / "auth-provider.toml")
    (project.path / "reports").mkdir()
    (project.path / "reports" / "v.md").write_text("the report of the run before")
    (project.path / "v.json").touch()
    (inner / "tests" / "test_own.py").write_text("def test_own(): pass")
    monkeypatch.chdir(inner)
    return inner


@pytest.mark.parametrize(
    "arguments",
    [
        ("--auth-report", "../reports/v.md"),
        ("--auth-report", "{above}/v.json"),
        ("tests", "--auth-report", "../reports/v.md"),
        ("--auth-report", "../v.json", "tests/test_own.py"),
        ("--auth-client=gh", "--auth-report", "../v.json"),
    ],
    ids=" ".join,
)
def test_a_report_that_moves_the_project_is_refused(project: Project, inner: Path, arguments: tuple[str, ...]) -> None:
    """Its path is taken for one of tests, and the adapter would not be found: nothing is checked, nothing written."""
    before = (project.path / "reports" / "v.md").read_text()
    result = project.check(*(argument.format(above=project.path) for argument in arguments))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (message,) = (line for line in result.errlines if line.startswith("ERROR: "))
    assert "--auth-report=" in message
    assert (project.path / "reports" / "v.md").read_text() == before


def test_the_environment_moves_the_project_no_less(
    project: Project, inner: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Options of `PYTEST_ADDOPTS` are read as if they were typed."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "--auth-report ../v.json", prepend=" ")
    result = project.check()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert any("write it in one word: --auth-report=../v.json" in line for line in result.errlines)


def test_in_one_word_it_is_only_a_report(project: Project, inner: Path) -> None:
    """Written as the messages say."""
    result = project.check("--collect-only", "-q", "--auth-report=../v.json")
    assert result.ret == pytest.ExitCode.OK


def test_bare_asserts_that_python_leaves_out_are_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any client would keep their contracts. Those that pytest rewrites do what they say."""
    project.client()
    project.contract("politeness", "assert auth_client.run('x-crash').ok")
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    refused = project.check("--assert=plain")
    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    (message,) = (line for line in refused.errlines if line.startswith("ERROR: "))
    assert message.startswith(
        "ERROR: house_rules/house/test_politeness.py:11: an `assert` does nothing under python -O"
    )
    assert project.check().ret == pytest.ExitCode.TESTS_FAILED


def test_verbs_hold_where_asserts_do_not(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -O` changes nothing for contracts that are written with verbs."""
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    project.client()
    project.contract(
        "politeness",
        "from auth_scenarios.verify import must\nmust(False, 'please', 'hello')",
    )
    result = project.check("--assert=plain")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert any("broken" in line for line in project.section(result))

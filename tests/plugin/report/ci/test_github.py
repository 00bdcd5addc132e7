"""A run in GitHub Actions: the summary of its job, its annotations, and clients that print workflow commands."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_auth_provider.report.ci.github import SHOWN, Annotation, shown
from tests.support.actions_runner import REGISTERED, Command, commands

if TYPE_CHECKING:
    from tests.support.project import Project

ACCUSED = "from pytest_auth_provider.verdict import ContractBroken\nauth_client.use()\nraise ContractBroken({}, {})"


@pytest.fixture
def job(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project in a job of GitHub Actions, whose summary goes to `summary.md`."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project.path.parent))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project.path / "summary.md"))
    return project


@pytest.fixture
def rude(job: Project) -> Project:
    """A client that breaks a MUST and a SHOULD, is not checked under one contract, and keeps another."""
    job.contract("alpha", ACCUSED.format("'100% please, now'", "'hello\\nthere'"), facts="harm='Nobody answers.'")
    job.contract("beta", ACCUSED.format("'thanks'", "'silence'"), facts="level='SHOULD', harm='People go away.'")
    job.contract("gamma", "raise RuntimeError('the check itself')")
    job.contract("delta")
    job.client()
    return job


def summary_of(project: Project) -> str:
    """What the page of the job shows."""
    return (project.path / "summary.md").read_text(encoding="utf-8")


def place(project: Project, line: str = "2") -> dict[str, str]:
    """Where annotations of the client stand: from the checkout of the repository, at the table of the adapter."""
    return {"file": f"{project.path.name}/auth-provider.toml", "line": line}


def test_what_is_wrong_is_annotated(rude: Project) -> None:
    """Beside the adapter: an error for what fails the run, a warning for advice, nothing for what is kept."""
    result = rude.check()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    broken, unchecked, advice = commands(result.outlines)
    assert broken == Command(
        "error",
        {**place(rude), "title": "broken: house/alpha (tool)"},
        "A client does what the rule says.\nExpected: 100% please, now\nActual:   hello\nthere\n"
        "What a user suffers: Nobody answers.\nMUST: House rules 1.2",
    )
    assert (unchecked.name, unchecked.properties["title"]) == ("error", "unchecked: house/gamma (tool)")
    assert "the check itself" in unchecked.data
    assert (advice.name, advice.properties) == ("warning", {**place(rude), "title": "advice: house/beta (tool)"})
    assert "Expected: thanks\nActual:   silence" in advice.data


def test_strict_advice_is_an_error(rude: Project) -> None:
    """As it fails the run."""
    result = rude.check("--auth-strict", "-k", "beta")
    assert [found.name for found in commands(result.outlines)] == ["error"]


def test_the_summary_is_appended(rude: Project) -> None:
    """Behind what other commands of the step have written."""
    (rude.path / "summary.md").write_text("# Before\n\n")
    rude.check()
    text = summary_of(rude)
    assert text.startswith("# Before\n\n<h3>auth provider: tool</h3>\n\n<p>1 broken, 1 unchecked, 1 advice, 1 kept</p>")
    assert "<td>100% please, now</td><td>hello<br>there</td><td>Nobody answers.</td>" in text
    assert "tool.py say hello" in text


def test_several_processes_write_once(rude: Project) -> None:
    """With pytest-xdist the controller does, and its workers do not."""
    result = rude.check("-n", "2")
    assert [found.name for found in commands(result.outlines)] == ["error", "error", "warning"]
    assert summary_of(rude).count("<h3>") == 1


def test_it_can_be_turned_off(rude: Project) -> None:
    """Then nothing is written and nothing annotated."""
    result = rude.check("--auth-no-github")
    assert commands(result.outlines) == []
    assert not (rude.path / "summary.md").exists()


def test_nothing_of_it_anywhere_else(rude: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without GITHUB_ACTIONS, whatever else is set."""
    monkeypatch.delenv("GITHUB_ACTIONS")
    result = rude.check()
    assert commands(result.outlines) == []
    assert not (rude.path / "summary.md").exists()


def test_collecting_alone_says_nothing(rude: Project) -> None:
    """With `--collect-only` nothing was checked."""
    assert commands(rude.check("--collect-only", "-q").outlines) == []
    assert not (rude.path / "summary.md").exists()


def test_without_a_file_for_it_there_is_no_summary(rude: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no complaint: runners of other makers have none."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "")
    result = rude.check("-k", "alpha")
    assert [found.name for found in commands(result.outlines)] == ["error"]


@pytest.mark.parametrize("name", ["no/such/directory.md", "."])
def test_a_summary_that_cannot_be_written_fails_nothing(
    job: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """It is a notice."""
    job.contract("alpha")
    job.client()
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(job.path / name))
    result = job.check()
    assert result.ret == 0
    (notice,) = commands(result.outlines)
    assert notice.name == "notice"
    assert notice.data.startswith(f"GITHUB_STEP_SUMMARY={job.path / name}: the summary could not be written: ")


def test_a_full_summary_stays_as_it_is(job: Project) -> None:
    """GitHub shows none that is larger than it may be."""
    job.contract("alpha")
    job.client()
    full = "x" * (1024 * 1024)
    (job.path / "summary.md").write_text(full)
    assert job.check().ret == 0
    assert summary_of(job) == full


def test_a_client_that_cannot_sign_in_is_annotated(job: Project) -> None:
    """Though there is no verdict on it."""
    job.contract("alpha")
    job.client(script="import sys; print('::error::no'); sys.exit(3)")
    result = job.check(profiled=True)
    (found,) = (found for found in commands(result.outlines) if found.name == "error")
    assert found.properties == {**place(job), "title": "tool cannot be checked"}
    assert "expected exit code 0, got 3" in found.data
    assert "<strong>not checked</strong>" in summary_of(job)


def test_a_stale_deviation_is_annotated_where_it_stands(job: Project) -> None:
    """For whoever has to remove it."""
    job.contract("alpha")
    job.client(more="[clients.tool.deviations]\n'house/alpha' = 'not yet'\n")
    (found,) = commands(job.check().outlines)
    assert found.properties == {**place(job, "7"), "title": "stale deviation: house/alpha (tool)"}


def test_notices_are_notices(job: Project) -> None:
    """What a reader should know first is told by GitHub, too."""
    job.contract("alpha")
    job.client()
    job.client("other")
    (found,) = commands(job.check("--auth-client", "tool").outlines)
    configured = "auth-provider.toml: clients.other: configured and not checked in this run"
    assert found == Command("notice", {"title": "auth provider"}, f"{configured}; name it with --auth-client other.")


@pytest.mark.parametrize("options", [(), ("-vv", "-rA"), ("-n", "1", "-vv"), ("--color=yes",), ("--auth-no-github",)])
def test_no_client_gives_commands(job: Project, options: tuple[str, ...]) -> None:
    """Whatever it prints, and wherever that is shown: in a story, the reason of a line, a traceback, a version."""
    said = "\\n".join(f"::{name}::owned\\n  ::{name} title=x::owned\\n##[{name}]owned" for name in sorted(REGISTERED))
    script = job.path / "said.py"
    script.write_text(f"import sys\nif sys.argv[1] != 'login': print('##[error]owned\\n{said}')\n")
    job.contract("alpha", ACCUSED.format("'##[error]owned'", f"'##[error]owned\\n{said}' + auth_client.use().stdout"))
    job.contract("beta", ACCUSED.format("'x'", f"'##[error]owned\\n{said}'"), facts="level='SHOULD'")
    job.contract("gamma", f"print('{said}')\nraise RuntimeError('{said}')")
    job.contract("delta", f"auth_client.note('{said}') if hasattr(auth_client, 'note') else None")
    job.contract("epsilon", f"import pytest; pytest.skip('##[error]owned {said}')")
    job.client(script=script.read_text(), more='version = "version"')
    result = job.check(*options)
    assert "owned" in result.stdout.str()
    annotations = commands([*result.outlines, *result.errlines])
    assert {found.name for found in annotations} <= {"error", "warning"}
    titles = [found.properties["title"] for found in annotations]
    expected = ["broken: house/alpha (tool)", "unchecked: house/gamma (tool)", "advice: house/beta (tool)"]
    assert titles == ([] if "--auth-no-github" in options else expected)


def test_no_more_annotations_than_are_shown() -> None:
    """The last of each kind names those that GitHub would not show."""
    many = [Annotation("error", f"broken {number}", "x") for number in range(13)]
    few = [Annotation("warning", f"advice {number}", "x") for number in range(10)]
    told = list(shown([*few, *many]))
    assert [annotation.kind for annotation in told] == ["error"] * SHOWN + ["warning"] * SHOWN
    assert told[SHOWN - 1].title == "4 more"
    assert told[SHOWN - 1].message.splitlines()[1:] == ["broken 9", "broken 10", "broken 11", "broken 12"]
    assert told[SHOWN:] == few


def test_a_file_outside_of_the_checkout(monkeypatch: pytest.MonkeyPatch, rude: Project) -> None:
    """Is named by its whole path."""
    monkeypatch.setenv("GITHUB_WORKSPACE", os.fspath(Path(rude.path) / "elsewhere"))
    (found, *_others) = commands(rude.check("-k", "alpha").outlines)
    assert found.properties["file"] == str(rude.path / "auth-provider.toml")

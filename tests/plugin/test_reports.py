"""`--auth-report`: the verdicts in a file."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.project import Project


@pytest.fixture
def rude(project: Project) -> Project:
    """A client that breaks one contract and need not keep another."""
    project.contract(
        "politeness",
        """
        from pytest_auth_provider.verdict import ContractBroken
        auth_client.use()
        raise ContractBroken("please", "hello")
        """,
    )
    project.contract("thrift", facts='needs={"logout"}')
    project.client()
    return project


def test_json_has_every_fact(rude: Project) -> None:
    """The JSON report has a row for each verdict, with what is needed to understand it."""
    result = rude.check("--auth-report", "report.json")
    assert "report written to report.json" in rude.section(result)
    report = json.loads((rude.path / "report.json").read_text())
    assert list(report) == ["format", "date", "version", "notices", "verdicts", "profiles"]
    broken, other = report["verdicts"]
    evidence = broken.pop("evidence").splitlines()
    (step,) = broken.pop("steps")
    assert broken.pop("began") == 0.0
    assert broken.pop("seconds") >= broken.pop("commands") > 0
    assert broken == {
        "contract": "house/politeness",
        "title": "A client does what the rule says.",
        "level": "MUST",
        "source": "House rules 1.2",
        "requirement": "A client is polite.",
        "origin": "",
        "harm": "",
        "client": "tool",
        "version": "",
        "verdict": "broken",
        "reason": "Expected: please\nActual:   hello",
        "expected": "please",
        "actual": "hello",
        "stated": True,
        "variants": "",
        "declared": "",
        "left_out": [],
        "seen_under": [],
        "by_variant": {},
        "proof": [],
        "cases": [],
        "confirmed": True,
        "notes": [],
        "adapter": "auth-provider.toml:2",
    }
    assert evidence[-1] == "  stdout | hello"
    assert (step["command"], step["stdout"]) == (evidence[0].removeprefix("$ "), ["hello"])
    assert (other["contract"], other["verdict"]) == ("house/thrift", "not applicable")


def test_markdown_is_for_people(rude: Project) -> None:
    """The Markdown report has a table, the reasons, and the story of what is broken."""
    rude.check("--auth-report", "report.md")
    lines = (rude.path / "report.md").read_text().splitlines()
    assert lines[0] == "# Verdicts"
    assert lines[4:8] == ["## tool", "", "1 broken, 1 not applicable", ""]
    assert re.fullmatch(r"Checked in \d+\.\d s, of which its commands ran \d+\.\d s\.", lines[8])
    assert lines[9:22] == [
        "",
        "| verdict | contract | level | what it promises | source |",
        "|---|---|---|---|---|",
        "| **broken** | `house/politeness` | MUST | A client does what the rule says. | House rules 1.2 |",
        "",
        "<details>",
        "<summary>1 not applicable</summary>",
        "",
        "- tool has no `logout` (auth-provider.toml: clients.tool): `house/thrift`",
        "",
        "</details>",
        "",
        "### broken: house/politeness",
    ]
    assert lines[lines.index("```text") + 1 :][:2] == ["Expected: please", "Actual:   hello"]


def test_several_reports_of_one_run(rude: Project) -> None:
    """The option may be repeated."""
    forms = (".har", ".json", ".md", ".sarif")
    rude.check(*(f"--auth-report=report{form}" for form in forms))
    assert all((rude.path / f"report{form}").exists() for form in forms)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("report.pdf", "ERROR: --auth-report report.pdf: the ending must be one of .har, .html, .json, .md, .sarif"),
        ("no/report.md", "ERROR: --auth-report no/report.md: the directory {path}/no does not exist"),
        ("folder.md", "ERROR: --auth-report folder.md: this is a directory; name a file"),
    ],
)
def test_a_report_that_cannot_be_is_refused_at_once(rude: Project, path: str, message: str) -> None:
    """A report that could not be written at the end is refused before anything runs."""
    (rude.path / "folder.md").mkdir()
    result = rude.check("--auth-report", path)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.str().strip() == message.format(path=rude.path)
    assert "test session starts" not in result.stdout.str()


def test_verdicts_survive_a_report_that_cannot_be_written(project: Project) -> None:
    """What becomes unwritable meanwhile costs the report, not the verdicts; a green run is not green then."""
    report = project.path / "report.json"
    project.contract("politeness", f"import os\nos.mkdir({str(report)!r})")
    project.client()
    result = project.check("--auth-report", "report.json", "--auth-report", "report.md")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert project.section(result)[1:] == [
        "kept  house/politeness  A client does what the rule says.",
        "",
        "1 kept",
        "--auth-report report.json: could not be written: Is a directory",
        "report written to report.md",
    ]


def test_a_report_of_nothing_is_written_too(rude: Project) -> None:
    """Where no contract was selected the report says so: an old one would be taken for it."""
    rude.check("-k", "no such contract", "--auth-report", "report.json")
    assert json.loads((rude.path / "report.json").read_text())["verdicts"] == []

"""The contracts are plain pytest tests: its options work, and its reports have the facts."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.project import Project

NUMBERS = '@pytest.mark.parametrize("number", [1, 2, 3])'


def verdicts(project: Project) -> list[tuple[str, str]]:
    """Contract and verdict of each row of `report.json`."""
    report = json.loads((project.path / "report.json").read_text())
    return [(row["contract"], row["verdict"]) for row in report["verdicts"]]


@pytest.fixture
def mixed(project: Project) -> Project:
    """A client that keeps one contract, breaks one, and need not keep a third."""
    project.contract("alpha", "auth_client.use()")
    project.contract("beta", "assert number != 2", decorators=NUMBERS, arguments="auth_client: Client, number: int")
    project.contract("gamma", facts='needs={"logout"}')
    project.client()
    return project


def test_several_processes_come_to_the_same_verdicts(mixed: Project) -> None:
    """With `-n 2` the verdicts are those of one process."""
    mixed.check("--auth-report", "report.json")
    alone = verdicts(mixed)
    result = mixed.check("-n", "2", "--auth-report", "report.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert verdicts(mixed) == alone
    assert "1 broken, 1 kept, 1 not applicable" in mixed.section(result)


def test_the_first_failure_can_end_the_run(mixed: Project) -> None:
    """With `-x` nothing runs after the first failure, and what is known is told."""
    result = mixed.check("-x")
    assert mixed.section(result)[-1] == "1 broken, 1 kept"


def test_failures_can_be_run_again(mixed: Project) -> None:
    """With `--lf` only what failed runs again."""
    mixed.check()
    result = mixed.check("--lf", "-v")
    result.assert_outcomes(failed=1, deselected=result.parseoutcomes()["deselected"])
    result.stdout.fnmatch_lines(["house_rules/house/test_beta.py::test_beta[[]tool-2[]] FAILED *"])


def test_collecting_alone_gives_no_verdicts(mixed: Project) -> None:
    """With `--collect-only` nothing is checked, said or written."""
    result = mixed.check("--collect-only", "-q", "--auth-report", "report.json")
    assert result.outlines[:5] == [
        "house_rules/house/test_alpha.py::test_alpha[tool]",
        "house_rules/house/test_beta.py::test_beta[tool-1]",
        "house_rules/house/test_beta.py::test_beta[tool-2]",
        "house_rules/house/test_beta.py::test_beta[tool-3]",
        "house_rules/house/test_gamma.py::test_gamma[tool]",
    ]
    assert "auth provider" not in result.stdout.str()
    assert not (mixed.path / "report.json").exists()


def test_junit_xml_has_the_facts_and_the_story(mixed: Project) -> None:
    """Each case in the XML has its row as a property, once; a broken one has its story as the failure."""
    mixed.check("--junitxml", "junit.xml")
    cases = list(ET.parse(mixed.path / "junit.xml").iter("testcase"))  # noqa: S314 - our own file
    rows = [[json.loads(p.attrib["value"]) for p in case.iter("property")] for case in cases]
    assert [[(row["contract"], row["source"], row["verdict"]) for row in found] for found in rows] == [
        [("house/alpha", "House rules 1.2", "kept")],
        [("house/beta", "House rules 1.2", "kept")],
        [("house/beta", "House rules 1.2", "broken")],
        [("house/beta", "House rules 1.2", "kept")],
        [("house/gamma", "House rules 1.2", "not applicable")],
    ]
    failure = cases[2].find("failure")
    assert failure is not None
    assert str(failure.text).startswith("broken: house/beta [2] (MUST, tool)\n  contract     A client does")


def test_quiet_keeps_the_verdicts(mixed: Project) -> None:
    """With `-q` there are dots and verdicts; with `-qq` the stories alone, and how many ended how."""
    quiet, very_quiet = mixed.check("-q"), mixed.check("-qq")
    assert quiet.outlines[0].startswith("..F.s")
    assert mixed.section(quiet)[1:4] == [
        "broken          house/beta   [2] A client does what the rule says.",
        "kept            house/alpha  A client does what the rule says.",
        "not applicable  house/gamma  A client does what the rule says.",
    ]
    assert mixed.section(very_quiet)[2] == "broken: house/beta [2] (MUST, tool)"
    assert mixed.section(very_quiet)[-1] == "1 broken, 1 kept, 1 not applicable"


def test_places_are_told_by_package(mixed: Project) -> None:
    """With `-v` each line starts with the package, and does not tell where that is installed."""
    result = mixed.check("-v", "-k", "alpha")
    line = next(line for line in result.outlines if "::test_alpha" in line)
    assert line.split() == ["house_rules/house/test_alpha.py::test_alpha[tool]", "PASSED", "[100%]"]


def test_colours_mark_the_verdict_alone(mixed: Project) -> None:
    """On a terminal with colours the verdict has one, and the rest of the line has none."""
    text = mixed.check("--color=yes").stdout.str()
    assert "\x1b[32mkept          \x1b[0m  house/alpha" in text
    assert "\x1b[31mbroken        \x1b[0m  house/beta" in text


def test_without_a_terminal_reports_are_written_all_the_same(mixed: Project) -> None:
    """With `-p no:terminal` nothing is printed, and the report is there."""
    mixed.check("-p", "no:terminal", "--auth-report", "report.json")
    assert len(verdicts(mixed)) == 3


def test_connections_that_cannot_be_audited_are_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above its verdicts: a connection that nobody could see must not pass for none."""
    project.contract("alpha", "auth_client.use()")
    project.client(more="audit_connections = true")
    monkeypatch.setenv("PATH", str(project.path))
    result = project.check()
    assert "The connections of tool are not audited: strace is not installed" in " ".join(project.section(result))

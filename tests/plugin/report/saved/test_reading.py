"""A JSON report is read back as it was written; anything else is one message."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from pytest_auth_provider.profile import Observation, Profile
from pytest_auth_provider.report.saved.reading import ReportError, read_report
from pytest_auth_provider.report.saved.report import FORMAT
from pytest_auth_provider.report.steps import Step
from pytest_auth_provider.verdict import Verdict
from tests.support.reports import ROW, report, save

PROFILE = Profile(
    client="tool",
    version="1.0",
    observations={"pkce": Observation(("S256",), "it sent a challenge")},
    seconds={"login": 0.4},
    contradictions=("It says otherwise.",),
    learned_in=2.5,
)
FULL = replace(
    ROW,
    verdict=Verdict.BROKEN,
    variants="503",
    by_variant={"503": Verdict.BROKEN, "html": Verdict.KEPT},
    left_out=("500",),
    proof=("it was asked",),
    notes=("it was slow",),
    evidence="$ tool\n  exit code 0",
    seconds=1.5,
)


def written(tmp_path: Path) -> dict[str, object]:
    """The members of a report that is well."""
    values: dict[str, object] = json.loads(save(tmp_path / "well.json", report(FULL, profiles=(PROFILE,))).read_text())
    return values


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """Rows, profiles and notices are equal."""
    path = save(tmp_path / "report.json", report(FULL, notices=("Mind this.",), profiles=(PROFILE,)))
    read = read_report(path)
    assert (read.format, read.date, read.version) == (FORMAT, "2026-01-31", "1.1")
    assert (list(read.verdicts), list(read.profiles), list(read.notices)) == ([FULL], [PROFILE], ["Mind this."])


def test_members_that_come_later_do_no_harm(tmp_path: Path) -> None:
    """A program of today reads what a later version has added within the format, at every level."""
    values = written(tmp_path)
    for place in (values, values["verdicts"][0], values["profiles"][0]):  # type: ignore[index]  # of lists
        place["member_of_tomorrow"] = {"x": 1}
    path = tmp_path / "later.json"
    path.write_text(json.dumps(values))
    assert read_report(path) == read_report(tmp_path / "well.json")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this is not JSON, or only a part of it (EOF while parsing a value at line 1 column 0)"),
        ('{"format": 1, "verdicts": [', "this is not JSON, or only a part of it"),
        ("[" * 100_000, "this is not JSON, or only a part of it"),
        ("9" * 10_000, "this is not JSON, or only a part of it (number out of range"),
        ("\xff", "this is no"),
        ("[]", "this is no report: expected an object with `format` and `verdicts`; pytest --auth-provider"),
        ("{}", "this is no report"),
        ('{"format": 1}', "this report is damaged: date is missing; write it again"),
        ('{"verdicts": []}', "this report is from before reports had a format; write it again"),
        ('{"format": "1"}', "this report is damaged: format: expected 1, got '1'"),
        ('{"format": true}', "this report is damaged: format: expected 1, got True"),
        (
            '{"format": 2, "version": "9.0"}',
            "this report is of format 2, and format 1 is the newest one that is understood here. It was written by pyt",
        ),
    ],
)
def test_what_is_no_report_is_a_message(tmp_path: Path, text: str, message: str) -> None:
    """It names the file, says what is wrong with it, and what to do."""
    path = tmp_path / "report.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(ReportError) as raised:
        read_report(path)
    assert str(raised.value).startswith(f"{path}: {message}")


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("verdict", "brokn", "verdicts.0.verdict: input should be 'broken', 'unstable', "),
        ("level", "SHALL", "verdicts.0.level: input should be 'MUST', 'SHOULD' or 'MAY'; got 'SHALL'"),
        ("proof", "x", "verdicts.0.proof: input should be a valid array; got 'x'"),
        ("seconds", "1", "verdicts.0.seconds: input should be a valid number; got '1'"),
        ("by_variant", {"503": "odd"}, "verdicts.0.by_variant.503: input should be 'broken'"),
        ("title", ["x" * 500], f"verdicts.0.title: input should be a valid string; got ['{'x' * 58}..."),
    ],
)
def test_damage_is_named(tmp_path: Path, member: str, value: object, message: str) -> None:
    """With its place, what was expected there and what arrived."""
    values = written(tmp_path)
    values["verdicts"][0][member] = value  # type: ignore[index]  # a list
    path = tmp_path / "report.json"
    path.write_text(json.dumps(values))
    with pytest.raises(ReportError) as raised:
        read_report(path)
    assert f"this report is damaged: {message}" in str(raised.value)


def test_a_contract_told_twice_is_damage(tmp_path: Path) -> None:
    """Nobody would know which of the two counts."""
    path = save(tmp_path / "report.json", report(FULL, replace(FULL, verdict=Verdict.KEPT)))
    with pytest.raises(ReportError, match="damaged: tool has house/manners 2 times; write it again"):
        read_report(path)


def test_a_file_that_cannot_be_read_is_a_message(tmp_path: Path) -> None:
    """Where there is none, a directory, and a report for people."""
    with pytest.raises(ReportError, match=r"no\.json: there is no such file; pytest --auth-provider --auth-report=rep"):
        read_report(tmp_path / "no.json")
    with pytest.raises(ReportError, match="could not be read: Is a directory"):
        read_report(tmp_path)
    with pytest.raises(ReportError, match="this is not JSON, a report in Markdown says the same to people"):
        read_report(save(tmp_path / "report.md", report(FULL)))


def test_nothing_in_a_report_drives_a_terminal(tmp_path: Path) -> None:
    """Whoever wrote the file was free to lie: what was escaped when it was written is escaped again, or never was."""
    values = written(tmp_path)
    values.update(version="\x1b[2J", date="\x07", notices=["\x1b]0;x\n"])
    values["verdicts"][0].update(client="\x1b[2J\n", title="\x07", left_out=["\x07"], by_variant={"\x07\n": "kept"})  # type: ignore[index]
    values["profiles"][0].update(client="\x1b[2J\n", problem="\x07\n", seconds={"\x07": 1})  # type: ignore[index]
    values["verdicts"][0]["steps"] = [asdict(Step("\x1b[2J", "\x07", stdout=("\x1b[2J",)))]  # type: ignore[index]
    path = tmp_path / "\x1breport.json"
    path.write_text(json.dumps(values))
    read = read_report(path)
    for hostile in ("\x07", "\x1b"):
        assert hostile not in repr(read).replace("\\\\", "").encode().decode("unicode_escape")
    assert read.verdicts[0].client == read.profiles[0].client == "\\x1b[2J\\n"
    assert read.verdicts[0].steps[0].stdout == ("\\x1b[2J",)
    assert read.verdicts[0].by_variant == {"\\x07\\n": Verdict.KEPT}
    path.write_text("x")
    with pytest.raises(ReportError) as raised:
        read_report(path)
    assert "\x1b" not in str(raised.value)

"""docs/reports.md shows what the commands print, and has every option of theirs."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_auth_provider.cli.reports import COMMANDS
from pytest_auth_provider.report.saved.comparison import Change, compare
from pytest_auth_provider.report.saved.report import FORMAT, Report
from pytest_auth_provider.report.saved.schema import report_schema
from pytest_auth_provider.report.saved.told import as_text
from pytest_auth_provider.verdict import Verdict
from tests.support.reports import report, row, save

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "reports.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The first block of the page in a language."""
    return PAGE.partition(f"```{language}\n")[2].partition("```")[0]


def run(version: str, revoke: Verdict, cache: Verdict, refresh: Verdict) -> Report:
    """One of the two runs that the page compares."""
    rows = [
        row(
            "revoke/5xx-is-never-revoked",
            revoke,
            title="A 5xx from the revocation endpoint is never reported as a revocation.",
            reason='Expected: it does not say that it signed out\nActual:   it says "revoked"',
            by_variant={"500": Verdict.KEPT, "503": revoke},
        ),
        row("cache/rotated-key", cache, level="SHOULD", title="A token signed with a new key is accepted."),
        row(
            "refresh/two-processes",
            refresh,
            title="Processes that find the same expired token at once make one refresh.",
            reason="nothing was refreshed",
        ),
        *(row(f"other/{number}", Verdict.KEPT) for number in range(118)),
    ]
    return report(*(replace(one, client="mytool", version=version) for one in rows))


def test_the_comparison_is_what_is_printed() -> None:
    """To the letter."""
    before = run("1.2", Verdict.KEPT, Verdict.ADVICE, Verdict.KEPT)
    now = run("1.3", Verdict.BROKEN, Verdict.KEPT, Verdict.UNCHECKED)
    assert block("text") == as_text(compare(before, now))


def test_the_shown_report_is_one() -> None:
    """Its members are those of the format, some of a verdict left out."""
    shown, schema = json.loads(block("json")), report_schema()
    assert list(shown) == list(schema["properties"])
    assert shown["format"] == FORMAT
    assert set(shown["verdicts"][0]) < set(schema["$defs"]["Row"]["properties"])


def test_the_program_reads_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And prints what is broken."""
    save(tmp_path / "report.json", run("1.3", Verdict.BROKEN, Verdict.KEPT, Verdict.KEPT))
    monkeypatch.chdir(tmp_path)
    exec(block("python"), {})  # noqa: S102 - the program of the page
    assert capsys.readouterr().out.split() == ["mytool", "revoke/5xx-is-never-revoked"]


def test_every_option_and_every_change_is_told() -> None:
    """By its name."""
    for command in COMMANDS:
        parser = argparse.ArgumentParser(command.name, add_help=False)
        command.add_options(parser)
        assert f"auth-provider {command.name}" in PAGE
        for action in parser._actions:
            assert not action.option_strings or any(name in PAGE for name in action.option_strings)
    table = PAGE.partition("| told as |")[2].partition("\n\n")[0]
    told = {word for line in re.findall(r"^\| ([\w ,]+) \|", table, re.MULTILINE) for word in line.split(", ")}
    assert told == set(Change)


def test_links_lead_somewhere() -> None:
    """To files, and to headings of this page."""
    headings = {re.sub(r"[^\w -]", "", line).lower().replace(" ", "-") for line in re.findall(r"(?m)^#+ (.+)$", PAGE)}
    for target, anchor in re.findall(r"\]\(([^)#:]*)#?([^)]*)\)", PAGE):
        assert (DOCS / target).exists()
        assert target or anchor in headings

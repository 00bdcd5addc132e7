"""`auth-provider compare`, `merge`, `badge` and `schema`, as a person or CI calls them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pytest_auth_provider.adapters.schema import file_schema
from pytest_auth_provider.cli import main
from pytest_auth_provider.report.saved.reading import read_report
from pytest_auth_provider.report.saved.schema import comparison_schema, report_schema
from pytest_auth_provider.verdict import Verdict
from tests.support.reports import ROW, report, row, save

BROKEN = replace(ROW, verdict=Verdict.BROKEN)
UNCHECKED = replace(ROW, verdict=Verdict.UNCHECKED)


@pytest.fixture(autouse=True)
def _in_a_folder_with_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    save(Path("kept.json"), report(ROW))
    save(Path("broken.json"), report(BROKEN))
    save(Path("unchecked.json"), report(UNCHECKED))
    save(Path("other.json"), report(replace(ROW, client="acme")))
    save(Path("elsewhere.json"), report(row("house/other", Verdict.ADVICE)))
    Path("no.json").write_text("no")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("kept.json", "kept.json"), 0),
        (("broken.json", "kept.json"), 0),
        (("kept.json", "broken.json"), 1),
        (("kept.json", "unchecked.json"), 0),
        (("kept.json", "unchecked.json", "--strict"), 1),
        (("unchecked.json", "kept.json", "--strict"), 0),
        (("kept.json", "elsewhere.json"), 0),
        (("kept.json", "elsewhere.json", "--strict"), 1),
        (("kept.json", "other.json"), 2),
        (("kept.json", "other.json", "--client", "tool=acme"), 0),
        (("kept.json", "kept.json", "--client", "acme"), 2),
        (("kept.json", "no.json"), 2),
        (("missing.json", "kept.json"), 2),
    ],
)
def test_compare_tells_ci(arguments: tuple[str, ...], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """By its exit code: 0 nothing got worse, 1 something did, 2 the files cannot be compared."""
    assert main(["compare", *arguments]) == code
    said = capsys.readouterr()
    assert said.err.startswith("auth-provider: ") if code == 2 else said.out.startswith("tool 1.0")


@pytest.mark.parametrize(
    ("form", "begins"), [("text", "tool 1.0\n"), ("markdown", "# What changed\n"), ("json", "{\n")]
)
def test_compare_tells_it_in_the_form_that_is_asked_for(
    form: str, begins: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing else is on standard output."""
    assert main(["compare", "kept.json", "broken.json", "--format", form]) == 1
    assert capsys.readouterr().out.startswith(begins)


def test_compare_refuses_one_client_against_two(capsys: pytest.CaptureFixture[str]) -> None:
    """One of them would not be told."""
    assert main(["compare", "kept.json", "other.json", "--client", "tool=acme", "--client", "tool"]) == 2
    assert "--client tool: tool is compared with acme already; name it once" in capsys.readouterr().err


def test_merge_writes_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """In the form that the ending says, as of the version and the day of its parts."""
    assert main(["merge", "broken.json", "elsewhere.json", "other.json", "-o", "all.json"]) == 0
    assert capsys.readouterr().out == "acme 1.0: 1 kept\ntool 1.0: 1 broken, 1 advice\n"
    whole = read_report(Path("all.json"))
    assert [(one.client, one.contract) for one in whole.verdicts] == [
        ("acme", "house/manners"),
        ("tool", "house/manners"),
        ("tool", "house/other"),
    ]
    assert (whole.date, whole.version) == ("2026-01-31", "1.1")
    assert main(["merge", "all.json", "-o", "all.md"]) == 0
    assert Path("all.md").read_text().startswith("# Verdicts\n\nWritten by pytest-auth-provider 1.1 on 2026-01-31.\n")
    assert main(["merge", "all.json", "-o", "all.json"]) == 0
    assert read_report(Path("all.json")) == whole


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("kept.json", "./kept.json", "-o", "all.json"), "kept.json: this report is named twice; name each part once"),
        (("kept.json", "-o", "all.pdf"), "--output all.pdf: the ending must be one of "),
        (("kept.json", "-o", "no/all.json"), "--output no/all.json: the directory "),
        (("kept.json", "no.json", "-o", "all.json"), "no.json: this is not JSON"),
    ],
)
def test_merge_refuses(arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With one message, and nothing is written."""
    assert main(["merge", *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"auth-provider: {message}")
    assert not Path("all.json").exists()


def test_badge_goes_to_a_file_or_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """It is the same image."""
    assert main(["badge", "broken.json"]) == 0
    printed = capsys.readouterr().out
    assert main(["badge", "broken.json", "-o", "badge.svg"]) == 0
    assert capsys.readouterr() == ("", "")
    assert Path("badge.svg").read_text(encoding="utf-8") == printed
    ElementTree.fromstring(printed)  # noqa: S314 - we wrote it


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("no.json",), "no.json: this is not JSON"),
        (("kept.json", "--client", "tol"), '--client tol: the report has no client "tol"; did you mean "tool"'),
        (("kept.json", "-o", "no/badge.svg"), "--output no/badge.svg: could not be written: No such file or directory"),
    ],
)
def test_badge_refuses(arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With one message."""
    assert main(["badge", *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"auth-provider: {message}")


@pytest.mark.parametrize(
    ("arguments", "schema"),
    [
        ((), file_schema),
        (("adapters",), file_schema),
        (("report",), report_schema),
        (("comparison",), comparison_schema),
    ],
)
def test_each_schema_is_printed(arguments: tuple[str, ...], schema: object, capsys: pytest.CaptureFixture[str]) -> None:
    """That of adapters where none is named, as ever."""
    assert main(["schema", *arguments]) == 0
    assert json.loads(capsys.readouterr().out) == schema()  # type: ignore[operator]  # one of the functions

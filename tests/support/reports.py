"""Rows and reports, made up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.forms.writers import write_report
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.saved.report import FORMAT, Report
from pytest_auth_provider.verdict import Verdict

ROW = Row(
    contract="house/manners",
    title="A client is polite.",
    level="MUST",
    source="House rules",
    requirement="Be polite.",
    origin="",
    client="tool",
    version="1.0",
    verdict=Verdict.KEPT,
)
"""What a client keeps."""


def row(contract: str, verdict: Verdict, **more: object) -> Row:
    """Return the row of a contract."""
    return replace(ROW, contract=contract, verdict=verdict, **more)  # type: ignore[arg-type]  # fields of Row, by name


def report(
    *rows: Row, version: str = "1.1", notices: tuple[str, ...] = (), profiles: tuple[Profile, ...] = ()
) -> Report:
    """Return the report of a run."""
    return Report(FORMAT, "2026-01-31", version, notices, rows, profiles)


def save(path: Path, saved: Report) -> Path:
    """Write a report as a run does, and return the path."""
    write_report(path, saved.verdicts, saved.notices, saved.profiles, date=saved.date, ours=saved.version)
    return path

"""The Markdown report: a table of verdicts per client, the proof of each one that is not "kept" below it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pytest

from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.terminal import summary, times
from pytest_auth_provider.verdict import Verdict

TOLD = (Verdict.BROKEN, Verdict.ADVICE, Verdict.UNCHECKED, Verdict.STALE, Verdict.DEVIATION)


def as_markdown(rows: Sequence[Row], date: str, version: str) -> str:
    """The report of one run; `date` and `version` (of pytest-auth-provider) go to the head."""
    lines = ["# Verdicts", "", f"Written by pytest-auth-provider {version} on {date}.", ""]
    for client in dict.fromkeys((row.client, row.version) for row in rows):
        own = [row for row in rows if (row.client, row.version) == client]
        lines += [*_client(" ".join(filter(None, client)), own)]
    return "\n".join(lines).rstrip() + "\n"


def _client(name: str, rows: Sequence[Row]) -> Iterator[str]:
    yield from (f"## {name}", "", summary(rows), "", times(rows), "")
    yield from ("| verdict | contract | level | what it promises | source |", "|---|---|---|---|---|")
    for row in rows:
        variants = f" ({row.variants})" if row.variants else ""
        cells = (f"**{row.verdict}**", f"`{row.contract}`{variants}", row.level, row.title, row.source)
        yield "| " + " | ".join(_cell(cell) for cell in cells) + " |"
    yield ""
    not_applicable = [row for row in rows if row.verdict is Verdict.NOT_APPLICABLE]
    if not_applicable:
        yield from ("### Not applicable", "")
        yield from (f"- `{row.contract}`: {row.reason}" for row in not_applicable)
        yield ""
    for row in rows:
        if row.verdict in TOLD:
            yield from _story(row)


def _story(row: Row) -> Iterator[str]:
    yield from (f"### {row.verdict}: {row.contract}", "", f"> {row.requirement}", "> ", f"> {row.source}", "")
    yield from ("```text", row.reason, "```", "")
    if row.evidence:
        yield from ("What the client did:", "", "```text", row.evidence, "```", "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


# FROM plugin/pytest_auth_provider/report/files.py: Writing reports to files, in the form the file's ending asks for.


def as_json(rows: Sequence[Row], date: str, version: str) -> str:
    """`{"date", "version", "verdicts": [a row each]}`."""
    report = {"date": date, "version": version, "verdicts": [row.as_dict() for row in rows]}
    return json.dumps(report, indent=2) + "\n"


WRITERS: Final[Mapping[str, Callable[[Sequence[Row], str, str], str]]] = {".json": as_json, ".md": as_markdown}


def check_report_path(path: Path) -> None:
    """Refuse a report that could not be written at the end, before anything is run."""
    if path.suffix not in WRITERS:
        raise pytest.UsageError(f"--auth-report {path}: the ending must be one of {', '.join(WRITERS)}")
    if path.is_dir():
        raise pytest.UsageError(f"--auth-report {path}: this is a directory; name a file")
    if not path.absolute().parent.is_dir():
        raise pytest.UsageError(f"--auth-report {path}: the directory {path.absolute().parent} does not exist")


def write_report(path: Path, rows: Sequence[Row]) -> None:
    """Write the verdicts to `path`."""
    date = datetime.now(UTC).date().isoformat()
    text = WRITERS[path.suffix](rows, date, version("pytest-auth-provider"))
    path.write_text(text, encoding="utf-8")

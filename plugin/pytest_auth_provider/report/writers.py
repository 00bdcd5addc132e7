"""The reports that are written to a file, in the form that the ending of its name says.

`.md` holds a table of verdicts per client, and below it everything about each that is not "kept". `.json` holds every
fact of a run, for programs; a text that has nothing to say is "":

    {"date": "2026-01-31",                day of the run, in UTC
     "version": "0.1.0",                  version of pytest-auth-provider
     "verdicts": [                        one for each client and contract, by client and contract
       {"contract": "revoke/...",         id of the contract
        "title": "...",                   its promise, in one line
        "level": "MUST",                  MUST, SHOULD or MAY
        "source": "RFC 7009 2.2.1",       clause it comes from
        "requirement": "...",             what that clause says
        "origin": "",                     story behind the contract
        "client": "acme",                 name of the client
        "version": "1.2",                 its version
        "verdict": "broken",              one of `pytest_auth_provider.verdict.Verdict`
        "reason": "Expected: ...",        why, in words
        "expected": "...",                what the contract asks for, where the client is accused
        "actual": "...",                  what happened instead
        "stated": true,                   whether these two are in words and make up the reason
        "variants": "503",                parametrized variants that ended this way, where others did not
        "declared": "",                   reason of a deviation the adapter declares
        "partial": false,                 whether variants of the contract were left out of the run
        "evidence": "$ acme logout ...",  commands and exchanges, in order
        "seconds": 0.5,                   how long the checks took
        "commands": 0.4,                  how long the client's own commands ran
        "proof": ["met once: ..."],       what put the client to the test, where it kept the contract
        "confirmed": true}]}              whether a second run accused the client as well
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pytest

from pytest_auth_provider.report.rows import Row, summary, times
from pytest_auth_provider.report.terminal import CONFIRMED
from pytest_auth_provider.verdict import Verdict

DETAILED: Final = (
    Verdict.BROKEN,
    Verdict.ADVICE,
    Verdict.UNSTABLE,
    Verdict.UNCHECKED,
    Verdict.STALE,
    Verdict.DEVIATION,
)
"""The verdicts that have a section of their own below the table."""


def render_markdown(rows: Sequence[Row], date: str, version: str) -> str:
    """Return the report of one run; `date` and `version` (of pytest-auth-provider) go to the head."""
    lines = ["# Verdicts", "", f"Written by pytest-auth-provider {version} on {date}.", ""]
    for client in dict.fromkeys((row.client, row.version) for row in rows):
        own = [row for row in rows if (row.client, row.version) == client]
        lines += _client(" ".join(filter(None, client)), own)
    return "\n".join(lines).rstrip() + "\n"


def _client(name: str, rows: Sequence[Row]) -> Iterator[str]:
    """Yield the part of one client: its table, what does not apply to it, and the verdicts in detail."""
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
        if row.verdict in DETAILED:
            yield from _details(row)


def _details(row: Row) -> Iterator[str]:
    """Yield the section of one contract: what it asks, why the verdict is what it is, what the client did."""
    yield from (f"### {row.verdict}: {row.contract}", "", f"> {row.requirement}", "> ", f"> {row.source}", "")
    yield from ("```text", row.reason, "```", "")
    if row.confirmed:
        yield from (CONFIRMED, "")
    if row.evidence:
        yield from ("What the client did:", "", "```text", row.evidence, "```", "")


def _cell(text: str) -> str:
    """Return the text as it may stand in a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def render_json(rows: Sequence[Row], date: str, version: str) -> str:
    """Return the report of one run; `date` and `version` (of pytest-auth-provider) go to the head."""
    report = {"date": date, "version": version, "verdicts": [row.as_dict() for row in rows]}
    return json.dumps(report, indent=2) + "\n"


WRITERS: Final[Mapping[str, Callable[[Sequence[Row], str, str], str]]] = {".json": render_json, ".md": render_markdown}
"""Ending of a file's name -> what makes the text of the report out of rows, a date and our version."""


def check_report_path(path: Path) -> None:
    """Refuse a report that could not be written at the end, before anything is run. Raises `pytest.UsageError`."""
    if path.suffix not in WRITERS:
        raise pytest.UsageError(f"--auth-report {path}: the ending must be one of {', '.join(WRITERS)}")
    if path.is_dir():
        raise pytest.UsageError(f"--auth-report {path}: this is a directory; name a file")
    if not path.absolute().parent.is_dir():
        raise pytest.UsageError(f"--auth-report {path}: the directory {path.absolute().parent} does not exist")


def write_report(path: Path, rows: Sequence[Row]) -> None:
    """Write the verdicts to `path`, in the form that its ending asks for. Raises `OSError` where it cannot."""
    date = datetime.now(UTC).date().isoformat()
    text = WRITERS[path.suffix](rows, date, version("pytest-auth-provider"))
    path.write_text(text, encoding="utf-8")

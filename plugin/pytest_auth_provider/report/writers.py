"""The reports that are written to a file, in the form that the ending of its name says.

`.md` holds a table of verdicts per client, and below it everything about each that is not "kept". `.html` is a page of
its own with that and more (`report.html`). `.json` holds every fact of a run, for programs; a text that has nothing to
say is "":

    {"date": "2026-01-31",                day of the run, in UTC
     "version": "0.1.0",                  version of pytest-auth-provider
     "notices": [],                       what a reader should know first, such as configuration that does nothing
     "verdicts": [                        one for each client and contract, by client and contract
       {"contract": "revoke/...",         id of the contract
        "title": "...",                   its promise, in one line
        "level": "MUST",                  MUST, SHOULD or MAY, as it stands for this client
        "source": "RFC 7009 2.2.1",       clause it comes from
        "requirement": "...",             what that clause says, and behind "In our words:" our own reading
        "origin": "",                     story behind the contract
        "harm": "...",                    what a user suffers where it is broken
        "client": "acme",                 name of the client
        "version": "1.2",                 its version
        "verdict": "broken",              one of `pytest_auth_provider.verdict.Verdict`
        "reason": "Expected: ...",        why, in words
        "expected": "...",                what the contract asks for, where the client is accused
        "actual": "...",                  what happened instead
        "stated": true,                   whether these two are in words and make up the reason
        "variants": "503",                parametrized variants that ended this way, where others did not
        "declared": "",                   reason of a deviation, or of a contract not for this client
        "partial": false,                 whether variants of the contract were left out of the run
        "evidence": "$ acme logout ...",  commands and exchanges, in order, as text
        "steps": [{...}],                 the same as values: `pytest_auth_provider.report.steps.Step`
        "cases": [{...}],                 what was done in each variant of a contract of the set offline:
                                          `pytest_auth_provider.report.cases.Case`
        "seconds": 0.5,                   how long the checks took
        "commands": 0.4,                  how long the client's own commands ran
        "proof": ["met once: ..."],       what put the client to the test, where it kept the contract
        "confirmed": true,                whether a second run accused the client as well
        "notes": ["`use` asked ..."]}],   what was seen meanwhile that accuses nobody
     "profiles": [                        one for each client
       {"client": "acme",                 name of the client
        "version": "1.2",                 its version
        "problem": "",                    why it could not be checked at all
        "observations": {                 what was learned before it was judged, by name
          "sign_in": {"values": ["device"],  values of the observation; none where it was not learned
                      "seen": "..."}},    what was seen, or why it was not learned
        "seconds": {"login": 0.4},        how long its commands took when nothing was wrong, by action
        "contradictions": [],             sentences on what its adapter declares and was not seen
        "learned_in": 1.5}]}              how many seconds it took to learn this
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pytest

from pytest_auth_provider.printable import printable
from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.html.page import render_html
from pytest_auth_provider.report.markdown import block, inert
from pytest_auth_provider.report.profiles import profile_in_markdown
from pytest_auth_provider.report.rows import Row, all_notes, summary, times
from pytest_auth_provider.report.terminal import ACCUSED, CONFIRMED
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


def render_markdown(
    rows: Sequence[Row], date: str, version: str, notices: Sequence[str] = (), profiles: Sequence[Profile] = ()
) -> str:
    """Return the report of one run; `date`, `version` (of pytest-auth-provider) and `notices` go to the head."""
    lines = ["# Verdicts", "", f"Written by pytest-auth-provider {version} on {date}.", ""]
    lines += [line for notice in notices for line in (f"**Note:** {inert(notice)}", "")]
    of_clients = {profile.client: profile for profile in profiles}
    for client in dict.fromkeys((row.client, row.version) for row in rows):
        own = [row for row in rows if (row.client, row.version) == client]
        profile = of_clients.pop(client[0], Profile(client[0]))
        lines += _client(" ".join(filter(None, client)), own, profile)
    for profile in of_clients.values():  # of clients that could not be checked at all
        lines += [f"## {inert(profile.client)}", "", *profile_in_markdown(profile)]
    return "\n".join(lines).rstrip() + "\n"


def _client(name: str, rows: Sequence[Row], profile: Profile) -> Iterator[str]:
    """Yield the part of one client: profile, table, what does not apply to it, and the verdicts in detail."""
    yield from (f"## {inert(name)}", "", summary(rows), "", times(rows), "")
    yield from profile_in_markdown(profile)
    yield from ("| verdict | contract | level | what it promises | source |", "|---|---|---|---|---|")
    for row in rows:
        variants = f" ({row.variants})" if row.variants else ""
        cells = (f"**{row.verdict}**", f"`{row.contract}`{variants}", row.level, row.title, row.source)
        yield "| " + " | ".join(_cell(cell) for cell in cells) + " |"
    yield ""
    not_applicable = [row for row in rows if row.verdict is Verdict.NOT_APPLICABLE]
    if not_applicable:
        yield from ("### Not applicable", "")
        yield from (f"- `{row.contract}`: {inert(row.reason)}" for row in not_applicable)
        yield ""
    for row in rows:
        if row.verdict in DETAILED:
            yield from _details(row)
    noted = all_notes(rows)
    if noted:
        yield from ("### Seen meanwhile", "", *(f"- {inert(note)}" for note in noted), "")


def _details(row: Row) -> Iterator[str]:
    """Yield the section of one contract: what it asks, why the verdict is what it is, what the client did."""
    yield from (f"### {row.verdict}: {row.contract}", "", f"> {row.requirement}", "> ", f"> {row.source}", "")
    yield from block(row.reason)
    if row.confirmed:
        yield from (CONFIRMED, "")
    if row.evidence:
        yield from ("What the client did:", "", *block(row.evidence))
    if row.harm and row.verdict in ACCUSED:
        yield from (f"**What a user suffers:** {row.harm}", "")


def _cell(text: str) -> str:
    """Return the text as it may stand in a table."""
    return inert(text).replace("|", "\\|").replace("\n", " ")


def render_json(
    rows: Sequence[Row], date: str, version: str, notices: Sequence[str] = (), profiles: Sequence[Profile] = ()
) -> str:
    """Return the report of one run; `date`, `version` (of pytest-auth-provider) and `notices` go to the head."""
    report = {
        "date": date,
        "version": version,
        "notices": list(notices),
        "verdicts": [row.as_dict() for row in rows],
        "profiles": [profile.as_dict() for profile in profiles],
    }
    return json.dumps(report, indent=2) + "\n"


Writer = Callable[[Sequence[Row], str, str, Sequence[str], Sequence[Profile]], str]
"""What makes the text of a report out of rows, a date, our version, notices and profiles."""
WRITERS: Final[Mapping[str, Writer]] = {".html": render_html, ".json": render_json, ".md": render_markdown}
"""Ending of a file's name -> its writer."""


def check_report_path(path: Path) -> None:
    """Refuse a report that could not be written at the end, before anything is run. Raises `pytest.UsageError`."""
    if path.suffix not in WRITERS:
        raise pytest.UsageError(f"--auth-report {path}: the ending must be one of {', '.join(WRITERS)}")
    if path.is_dir():
        raise pytest.UsageError(f"--auth-report {path}: this is a directory; name a file")
    if not path.absolute().parent.is_dir():
        raise pytest.UsageError(f"--auth-report {path}: the directory {path.absolute().parent} does not exist")


def write_report(
    path: Path, rows: Sequence[Row], notices: Sequence[str] = (), profiles: Sequence[Profile] = ()
) -> None:
    """Write the verdicts, below the notices, to `path`, in the form that its ending asks for.

    Whoever reads it meanwhile sees the report of the run before. Raises `OSError` where it cannot be written; then
    that one is untouched.
    """
    date = datetime.now(UTC).date().isoformat()
    text = WRITERS[path.suffix](rows, date, version("pytest-auth-provider"), notices, profiles)
    _replace(path, printable(text).encode("utf-8"))


def _replace(path: Path, data: bytes) -> None:
    """Put a file with `data` into the place of `path`, or of the file that it links to; a pipe is written to."""
    target = path.resolve()
    if target.exists() and not target.is_file():
        target.write_bytes(data)
        return
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, draft)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise

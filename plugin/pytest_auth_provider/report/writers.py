"""The reports that are written to a file, in the form that the ending of its name says.

`.md` holds a table of verdicts per client, and below it everything about each that is not "kept". `.json` holds every
fact of a run, for programs: `Report` in `report.saved.report` has its members, and `auth-provider schema report` prints
its schema.
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
from pytest_auth_provider.report.markdown import block, inert
from pytest_auth_provider.report.profiles import profile_in_markdown
from pytest_auth_provider.report.rows import Row, all_notes, summary, times
from pytest_auth_provider.report.saved.report import FORMAT, Report
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
    report = Report(FORMAT, date, version, notices, rows, profiles)
    return json.dumps(report.as_dict(), indent=2) + "\n"


Writer = Callable[[Sequence[Row], str, str, Sequence[str], Sequence[Profile]], str]
"""What makes the text of a report out of rows, a date, our version, notices and profiles."""
WRITERS: Final[Mapping[str, Writer]] = {".json": render_json, ".md": render_markdown}
"""Ending of a file's name -> its writer."""


def check_report_path(path: Path, option: str = "--auth-report") -> None:
    """Refuse a report that could not be written at the end, before anything is done. Raises `pytest.UsageError`.

    `option` is what the person wrote before the path.
    """
    if path.suffix not in WRITERS:
        raise pytest.UsageError(f"{option} {path}: the ending must be one of {', '.join(WRITERS)}")
    if path.is_dir():
        raise pytest.UsageError(f"{option} {path}: this is a directory; name a file")
    if not path.absolute().parent.is_dir():
        raise pytest.UsageError(f"{option} {path}: the directory {path.absolute().parent} does not exist")


def write_report(
    path: Path,
    rows: Sequence[Row],
    notices: Sequence[str] = (),
    profiles: Sequence[Profile] = (),
    *,
    date: str = "",
    ours: str = "",
) -> None:
    """Write the verdicts, below the notices, to `path`, in the form that its ending asks for.

    `date` is the day of the run, "" for today, and `ours` the version of pytest-auth-provider that judged, "" for this
    one. Whoever reads it meanwhile sees the report of the run before. Raises `OSError` where it cannot be written; then
    that one is untouched.
    """
    date, ours = date or datetime.now(UTC).date().isoformat(), ours or version("pytest-auth-provider")
    text = WRITERS[path.suffix](rows, date, ours, notices, profiles)
    replace_file(path, printable(text).encode("utf-8"))


def replace_file(path: Path, data: bytes) -> None:
    """Put a file with `data` into the place of `path`, or of the file that it links to; a pipe is written to.

    Raises `OSError` where that cannot be done; then the file that is there is untouched.
    """
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

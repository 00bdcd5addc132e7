"""The reports that are written to a file, in the form that the ending of its name says.

.md      for people: what is broken first, with evidence       markdown_report
.html    for people: a page of its own, with all of it         html
.json    for programs: every fact of the run                   saved.report
.sarif   for code scanning: a finding for each that is not kept   sarif
.har     for a network tab: the exchanges of each              har
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pytest

from pytest_auth_provider.printable import in_one_line, printable
from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.forms.har import render_har
from pytest_auth_provider.report.forms.html.page import render_html
from pytest_auth_provider.report.forms.markdown_report import render_markdown
from pytest_auth_provider.report.forms.sarif import render_sarif
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.saved.report import render_json

Writer = Callable[[Sequence[Row], str, str, Sequence[str], Sequence[Profile]], str]
"""What makes the text of a report out of rows, a date, our version, notices and profiles."""
WRITERS: Final[Mapping[str, Writer]] = {
    ".har": render_har,
    ".html": render_html,
    ".json": render_json,
    ".md": render_markdown,
    ".sarif": render_sarif,
}
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
    text = WRITERS[path.suffix](rows, date, ours, [*map(in_one_line, notices)], profiles)
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

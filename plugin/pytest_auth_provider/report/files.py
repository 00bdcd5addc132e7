"""Writing reports to files, in the form the file's ending asks for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pytest

from pytest_auth_provider.report.markdown import as_markdown
from pytest_auth_provider.report.rows import Row


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

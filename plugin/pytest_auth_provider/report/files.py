"""Report files: the ending of a file's name says in which form the verdicts are written to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pytest

from pytest_auth_provider.report.json import render_json
from pytest_auth_provider.report.markdown import render_markdown
from pytest_auth_provider.report.rows import Row

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

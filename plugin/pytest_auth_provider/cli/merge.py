"""`auth-provider merge`: join the reports of several machines to the report of the whole run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pytest_auth_provider.report.forms.writers import check_report_path, write_report
from pytest_auth_provider.report.rows import summary
from pytest_auth_provider.report.saved.joining import join
from pytest_auth_provider.report.saved.reading import ReportError, read_report


def merge_reports(parts: Sequence[Path], output: Path) -> int:
    """Join JSON reports, write the whole to `output`, and print what it says of each client.

    Returns the exit code 0, also where a verdict fails: the runs themselves have said so. Raises `ReportError` where a
    part cannot be read, the parts do not fit together, or the whole could not be written there.
    """
    try:
        check_report_path(output, "--output")
    except pytest.UsageError as error:
        raise ReportError(str(error)) from None
    _refuse_twice(parts)
    whole = join({part: read_report(part) for part in parts})
    try:
        write_report(output, whole.verdicts, whole.notices, whole.profiles, date=whole.date, ours=whole.version)
    except OSError as problem:
        raise ReportError(f"--output {output}: could not be written: {problem.strerror}") from None
    for client in whole.clients:
        name = " ".join(filter(None, (client, whole.version_of(client))))
        print(f"{name}: {summary(whole.rows_of(client)) or 'not checked'}")
    return 0


def _refuse_twice(parts: Sequence[Path]) -> None:
    """Refuse a report that is named twice: its times would count twice."""
    resolved = [part.resolve() for part in parts]
    for number, part in enumerate(resolved):
        if part in resolved[:number]:
            raise ReportError(f"{parts[number]}: this report is named twice; name each part once")

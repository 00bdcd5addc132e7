"""`auth-provider badge`: a report as a small SVG image."""

from __future__ import annotations

from pathlib import Path

from pytest_auth_provider.cli.reports import STDOUT
from pytest_auth_provider.report.forms.writers import replace_file
from pytest_auth_provider.report.saved.badge import badge
from pytest_auth_provider.report.saved.reading import ReportError, read_report


def draw_badge(report: Path, output: str, client: str, label: str) -> int:
    """Write the badge of a client to the file `output`, or to standard output where that is `-`.

    Returns the exit code 0: a badge tells what is broken, and does not fail for it. Raises `ReportError` where the
    report cannot be read, does not say which client is meant, or the badge could not be written.
    """
    drawn = badge(read_report(report), client, label)
    if output == STDOUT:
        print(drawn, end="")
        return 0
    try:
        replace_file(Path(output), drawn.encode("utf-8"))
    except OSError as problem:
        raise ReportError(f"--output {output}: could not be written: {problem.strerror}") from None
    return 0

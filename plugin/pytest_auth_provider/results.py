"""The results of a run: rows collected from every process, the terminal section, the report files, the exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth_provider.report.files import write_report
from pytest_auth_provider.report.rows import PROPERTY, Row, merge
from pytest_auth_provider.report.terminal import STORIES, stories, summary, table


class Results:
    """Collects the verdicts in the process that talks to the user; registered only while `--auth-provider` is on."""

    def __init__(self, *, reports: list[Path], notice: str) -> None:
        self._reports = reports
        self._notice = notice
        self._rows: list[Row] = []

    @property
    def rows(self) -> list[Row]:
        """One row for each client and contract."""
        return sorted(merge(self._rows), key=lambda row: (row.client, row.contract))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the rows out of a report, wherever it was made."""
        found = [Row.from_text(str(value)) for name, value in report.user_properties if name == PROPERTY]
        self._rows += found
        if found:
            # What happened is told once, in our own section: pytest leaves a report with this mark out of its own.
            setattr(report, "_pdbshown", True)  # noqa: B010 - reports take attributes that their type does not know

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run whose tests all passed, where a deviation went stale or a passive check saw something."""
        if session.exitstatus == pytest.ExitCode.OK and any(row.verdict.fails for row in self.rows):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the verdicts, and write the reports that were asked for."""
        rows = self.rows
        if not rows:
            return
        for client in dict.fromkeys(row.client for row in rows):
            own = [row for row in rows if row.client == client]
            version = next((row.version for row in own if row.version), "")
            terminalreporter.section(f"auth provider: {' '.join(filter(None, (client, version)))}")
            if self._notice:
                terminalreporter.write_line(self._notice, yellow=True)
            _write(terminalreporter, own)
        for path in self._reports:
            write_report(path, rows)
            terminalreporter.write_line(f"report written to {path}")


def _write(terminal: pytest.TerminalReporter, rows: list[Row]) -> None:
    lines = [*table(rows), *(stories(rows) if any(row.verdict in STORIES for row in rows) else ())]
    for line, colour in lines:
        terminal.write_line(line, **({colour: True} if colour else {}))
    terminal.write_line("")
    terminal.write_line(summary(rows), bold=True)

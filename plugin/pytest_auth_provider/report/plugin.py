"""Collect the rows of a run from every process, print the terminal section, write the report files, fail the run.

`ReportPlugin` is registered only while `--auth-provider` is on, in the one process that talks to the user.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.preflight import SANDBOX
from pytest_auth_provider.printable import in_one_line
from pytest_auth_provider.processes.program import find_program
from pytest_auth_provider.profile import Profile
from pytest_auth_provider.proof import Doubt
from pytest_auth_provider.report.ci.junit import readable
from pytest_auth_provider.report.ci.workflow_commands import for_the_log
from pytest_auth_provider.report.forms.adapter_lines import adapter_place
from pytest_auth_provider.report.forms.writers import write_report
from pytest_auth_provider.report.profiles import problem_lines, profile_lines, redacted
from pytest_auth_provider.report.rows import PROPERTY, TRACEBACK, Row, doubted, merge, summary
from pytest_auth_provider.report.sayings import PROPERTY as SAYINGS
from pytest_auth_provider.report.sayings import Heard, never_heard
from pytest_auth_provider.report.terminal.failures import failures, notes
from pytest_auth_provider.report.terminal.lines import Line
from pytest_auth_provider.report.terminal.overview import FEW, overview, reasons
from pytest_auth_provider.sets import OPTIONS
from pytest_auth_provider.verdict import Verdict

if TYPE_CHECKING:
    from pytest_auth_provider.adapters.models import Adapter


class ReportPlugin:
    """The plugin that collects the verdicts of `adapters`.

    `reports` are files to write, `notices` sentences that go above the tables, and `later_notices` returns those that
    the run itself gave rise to. `profiles` returns what was learned of the clients of the run, `doubts` the sign-ins
    that proved special as it ended.
    """

    def __init__(
        self,
        *,
        reports: list[Path],
        notices: Sequence[str],
        adapters: Sequence[Adapter] = (),
        profiles: Callable[[], Sequence[Profile]] = lambda: (),
        later_notices: Callable[[], Sequence[str]] = lambda: (),
        doubts: Sequence[Doubt] = (),
    ) -> None:
        self._later_notices = later_notices
        self._doubts = doubts
        self._profiles_of_run = profiles
        self._reports = reports
        self._notices = [*map(in_one_line, notices)]
        self._adapters = adapters
        self._places = {adapter.name: adapter_place(adapter) for adapter in adapters}
        self._rows: list[Row] = []
        self._heard: list[Heard] = []
        self._described: dict[int, pytest.TestReport] = {}
        self._withheld: dict[str, list[object]] = {}
        self._written: list[Line] = []

    @property
    def rows(self) -> list[Row]:
        """One row for each client and contract, by client and contract."""
        reasons = {(doubt.client, contract): doubt.reason for doubt in self._doubts for contract in doubt.contracts}
        rows = [doubted(row, reasons.get((row.client, row.contract), "")) for row in self._rows]
        placed = [replace(row, adapter=self._places.get(row.client, "")) for row in merge(rows)]
        return sorted(placed, key=lambda row: (row.client, row.contract))

    @property
    def notices(self) -> Sequence[str]:
        """What a reader should know first, in a sentence each; all of it once the session has finished."""
        return self._notices

    @property
    def profiles(self) -> list[Profile]:
        """What was learned of the clients, as reports may show it."""
        programs = {adapter.name: _program(adapter) for adapter in self._adapters}
        return [
            redacted(profile, programs.get(profile.client, ""), Path(SANDBOX)) for profile in self._profiles_of_run()
        ]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect the rows of a test from the report of its teardown, which has those of all its phases."""
        properties = dict(report.user_properties)
        if report.when == "teardown":
            self._rows += [Row.from_text(str(value)) for name, value in report.user_properties if name == PROPERTY]
            self._heard += [Heard.from_text(str(value)) for name, value in report.user_properties if name == SAYINGS]
        if PROPERTY in properties and TRACEBACK not in properties:
            # What happened is told once, in our own section. By identity: not everything pytest counts can be hashed.
            self._described[id(report)] = report
        report.user_properties = readable(report.user_properties)  # what JUnit XML shows of them

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the reports, and fail a run whose tests all passed where a verdict or a report says otherwise."""
        if session.config.getoption("collectonly"):
            return
        self._notices += map(in_one_line, self._later_notices())
        if not _is_partial(session):
            done = (notice for adapter in self._adapters for notice in self._nothing_done(adapter))
            self._notices += map(in_one_line, done)
        written = [self._write_report(path) for path in self._reports]
        if session.exitstatus != pytest.ExitCode.OK:
            return
        strict = session.config.getoption("auth_strict")
        if any(row.verdict.fails or (strict and row.verdict is Verdict.ADVICE) for row in self.rows):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        elif not all(written):
            session.exitstatus = pytest.ExitCode.USAGE_ERROR

    @pytest.hookimpl(specname="pytest_terminal_summary", wrapper=True, tryfirst=True)
    def pytest_terminal_summary_of_others(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, object, object]:
        """Withhold from the sections of pytest (FAILURES, ERRORS, the short summary) what our own section tells."""
        for category, reports in terminalreporter.stats.items():
            others = [report for report in reports if id(report) not in self._described]
            if len(others) < len(reports):
                self._withheld[category] = list(reports)
                reports[:] = others
        try:
            return (yield)
        finally:
            self._give_back(terminalreporter)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
        """Print the verdicts, and what became of the reports that were asked for."""
        rows = self.rows
        width = config.get_terminal_writer().fullwidth
        profiles = {profile.client: profile for profile in self.profiles}
        for client in dict.fromkeys([*(row.client for row in rows), *profiles]):
            own = [row for row in rows if row.client == client]
            profile = profiles.get(client, Profile(client))
            version = next((row.version for row in own if row.version), profile.version)
            terminalreporter.write_sep("=", for_the_log(f"auth provider: {' '.join(filter(None, (client, version)))}"))
            for notice in self._notices:
                for part in textwrap.wrap(notice, width, break_long_words=False, break_on_hyphens=False):
                    _print(terminalreporter, Line(part, "yellow"))
            for line in _lines(own, width, config.get_verbosity(), profile):
                _print(terminalreporter, line)
            if own:
                terminalreporter.write_line("")
                terminalreporter.write_line(summary(own), bold=True)
        for line in self._written:
            _print(terminalreporter, line)

    def _nothing_done(self, adapter: Adapter) -> Iterator[str]:
        """Yield what of an adapter had no part in a whole run: all of it, or a pattern that never matched."""
        if any(row.client == adapter.name for row in self._rows):
            yield from never_heard(adapter, self._heard)
        else:
            yield f"{adapter.source}: no contract was run for {adapter.name}."

    def _give_back(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Give back the reports that were withheld: the count in pytest's last line includes them."""
        for category, reports in self._withheld.items():
            terminalreporter.stats[category][:] = reports
        self._withheld.clear()

    def _write_report(self, path: Path) -> bool:
        """Write one report and remember what to say of it; return whether it was written."""
        try:
            write_report(path, self.rows, self._notices, self.profiles)
        except OSError as problem:
            self._written.append(Line(f"--auth-report {path}: could not be written: {problem.strerror}", "red"))
            return False
        self._written.append(Line(f"report written to {path}"))
        return True


def _program(adapter: Adapter) -> str:
    """Return the path of a client's program; an empty string where it is not there."""
    try:
        return find_program(adapter, adapter.command[0])
    except ClientError:
        return ""


def _is_partial(session: pytest.Session) -> bool:
    """Return whether contracts were left out, by an option or since the run was stopped."""
    option = session.config.option
    chosen = any(session.config.getoption(name) for name in OPTIONS)
    return bool(chosen or option.keyword or option.markexpr or session.shouldstop or session.shouldfail)


def _lines(rows: list[Row], width: int, verbosity: int, profile: Profile) -> Iterator[Line]:
    """Yield what is told of one client: everything in full with -v, neither profile nor table with -qq."""
    whole = verbosity > 0
    yield from problem_lines(profile, width)
    if verbosity > -2 and rows:  # fewer than the two q of -qq
        yield from profile_lines(profile, width, whole=whole)
        yield from overview(rows, width, whole=whole)
        yield from reasons(rows, width, whole=whole)
    yield from failures(rows, width, whole=whole, brief=not whole and len(rows) > FEW)
    yield from notes(rows, width)


def _print(terminal: pytest.TerminalReporter, line: Line) -> None:
    """Print one line, its beginning in its colour; where CI would take it for a command, without colours."""
    if (text := for_the_log(str(line))) != str(line):
        line = Line(text)
    terminal.write(line.head, **({line.colour: True} if line.colour else {}))
    terminal.write(f"{line.rest}\n")

"""Tell GitHub Actions what came of a run: a summary on the page of the job, and annotations beside the adapters.

`GitHubPlugin` is registered where pytest runs in GitHub Actions, in the one process that talks to the user. The summary
is appended to the file that `GITHUB_STEP_SUMMARY` names (`job_summary.py`); annotations are workflow commands
(`workflow_commands.py`), printed last. Neither ever fails a run.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.ci.job_summary import LIMIT, render_summary
from pytest_auth_provider.report.ci.workflow_commands import command, harmless
from pytest_auth_provider.report.forms.adapter_lines import position
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.terminal.failures import ACCUSED, FAILURES
from pytest_auth_provider.verdict import Verdict

if TYPE_CHECKING:
    from pytest_auth_provider.adapters.models import Adapter
    from pytest_auth_provider.report.plugin import ReportPlugin

SHOWN: Final = 10
"""How many annotations of each kind GitHub shows for a step."""

_SUMMARY: Final = "GITHUB_STEP_SUMMARY"


class Annotation(NamedTuple):
    """One annotation: its kind (`error`, `warning` or `notice`), title and message, and where it is shown."""

    kind: str
    title: str
    message: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        line = str(self.line) if self.line else ""
        return command(self.kind, self.message, file=self.file, line=line, title=self.title)


class GitHubPlugin:
    """The plugin that writes the summary and prints the annotations of what `reports` has collected.

    Annotations stand beside `adapters`, whose files are in `root`. With `strict`, advice is an error.
    """

    def __init__(self, reports: ReportPlugin, adapters: Sequence[Adapter], root: Path, *, strict: bool) -> None:
        self._reports = reports
        self._adapters = {adapter.name: adapter for adapter in adapters}
        self._root = root
        self._strict = strict
        self._trouble: list[Annotation] = []

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Write the summary when all is known, and before the terminal tells what became of it."""
        result = yield
        path = os.environ.get(_SUMMARY)
        if path and not session.config.getoption("collectonly"):
            self._write_summary(Path(path))
        return result

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
        """Print the annotations below all verdicts."""
        if config.getoption("collectonly"):
            return
        verdicts = [*self._clients(self._reports.profiles), *self._contracts(self._reports.rows)]
        notices = (Annotation("notice", "auth provider", notice) for notice in self._reports.notices)
        for annotation in shown([*verdicts, *self._trouble, *notices]):
            terminalreporter.write_line(str(annotation))

    def _write_summary(self, path: Path) -> None:
        reports = self._reports
        try:
            with path.open("ab") as file:
                text = render_summary(reports.rows, reports.notices, reports.profiles, LIMIT - file.tell())
                file.write(text.encode())
        except OSError as problem:
            message = f"{_SUMMARY}={path}: the summary could not be written: {problem.strerror}"
            self._trouble.append(Annotation("notice", "auth provider", message))

    def _clients(self, profiles: Iterable[Profile]) -> Iterator[Annotation]:
        """Yield an annotation for each client that could not be checked at all."""
        for profile in profiles:
            if profile.problem:
                yield self._beside(profile.client, "error", f"{profile.client} cannot be checked", profile.problem)

    def _contracts(self, rows: Iterable[Row]) -> Iterator[Annotation]:
        """Yield an annotation for each contract that wants attention, the worst first."""
        for row in sorted(
            (row for row in rows if row.verdict in FAILURES), key=lambda row: FAILURES.index(row.verdict)
        ):
            kind = "error" if row.verdict.fails or self._strict else "warning"
            below = ("deviations", row.contract) if row.verdict is Verdict.STALE else ()
            yield self._beside(row.client, kind, f"{row.verdict}: {row.contract} ({row.client})", _message(row), *below)

    def _beside(self, client: str, kind: str, title: str, message: str, *below: str) -> Annotation:
        """Return an annotation beside the adapter of a client, or beside what leads `below` it."""
        adapter = self._adapters.get(client)
        found = position(adapter.source, self._root, *below) if adapter is not None else None
        if found is None:
            return Annotation(kind, title, message)
        return Annotation(kind, title, message, _in_repository(found.file), found.line)


class HarmlessOutputPlugin:
    """The plugin that keeps what others have written from being taken for workflow commands, in reports of pytest."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Make what a report tells harmless: why a test failed, was skipped or expected to fail, and its output."""
        if hasattr(report, "wasxfail"):
            report.wasxfail = harmless(report.wasxfail)
        if isinstance(report.longrepr, tuple):
            path, line, reason = report.longrepr
            report.longrepr = (path, line, harmless(reason))
        elif harmless(report.longreprtext) != report.longreprtext:
            report.longrepr = harmless(report.longreprtext)
        report.sections = [(harmless(name), harmless(content)) for name, content in report.sections]


def shown(annotations: Sequence[Annotation]) -> Iterator[Annotation]:
    """Yield the annotations as many as GitHub shows of each kind; the last of a kind says how many more there are."""
    kinds = {kind: [one for one in annotations if one.kind == kind] for kind in ("error", "warning", "notice")}
    for kind, alike in kinds.items():
        if len(alike) <= SHOWN:
            yield from alike
            continue
        yield from alike[: SHOWN - 1]
        rest = alike[SHOWN - 1 :]
        titles = "\n".join(annotation.title for annotation in rest)
        yield Annotation(kind, f"{len(rest)} more", f"GitHub shows {SHOWN} of a kind; the summary has all:\n{titles}")


def _message(row: Row) -> str:
    """Return what an annotation says of a contract: its promise, what became of it, and what that means."""
    variants = f" [{row.variants}]" if row.variants else ""
    harm = f"What a user suffers: {row.harm}" if row.harm and row.verdict in ACCUSED else ""
    return "\n".join(filter(None, (f"{row.title}{variants}", row.reason, harm, f"{row.level}: {row.source}")))


def _in_repository(path: Path) -> str:
    """Return a path as GitHub knows it: from the checkout of the repository, where it lies in there."""
    workspace = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd())
    try:
        return str(path.resolve().relative_to(workspace.resolve()))
    except ValueError:
        return str(path)

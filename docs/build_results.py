"""Write docs/results, the published runs of real tools, from JSON reports.

    python docs/build_results.py --run gh rclone    run these clients, then write their pages and the overview
    python docs/build_results.py --run              the same for every client that is shipped and installed here
    python docs/build_results.py                    write everything anew from the reports of earlier runs

A run is kept as `<client>.json` in the directory `--reports` (`build/results`): what `--auth-report` writes, with one
member more, `whole_run`, the seconds from the start of pytest to its end. From each of them comes the page
`docs/results/<client>-<version>.md`, the Markdown report of the same rows, and from all of them the part of
docs/results/README.md between its two marks: a table, and every accusation with what a user suffers from it.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pytest_auth_provider.adapters.loader import load_adapter, preset_names
from pytest_auth_provider.clients.factory import check_program
from pytest_auth_provider.errors import ProgramMissing
from pytest_auth_provider.report.forms.markdown_report import render_markdown
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.saved.reading import ReportError, read_report
from pytest_auth_provider.report.saved.report import Report
from pytest_auth_provider.report.terminal.failures import ACCUSED
from pytest_auth_provider.verdict import Verdict

_ROOT: Final = Path(__file__).parent.parent
_BEGIN, _END = "<!-- begin: derived from the runs -->", "<!-- end -->"
_COLUMNS: Final = (
    "client, `--auth-client`",
    "version",
    "kept",
    "broken",
    "advice",
    "other",
    "not applicable",
    "whole run, s",
    "its commands, s",
    "ratio",
)


@dataclass(frozen=True)
class Run:
    """One run of one client: its report, and how many seconds pytest took from start to end."""

    report: Report
    whole: float

    @classmethod
    def read(cls, path: Path) -> Run:
        """Read a run. Raises `SystemExit` with a message for a file that is none."""
        try:
            report = read_report(path)
        except ReportError as problem:
            raise SystemExit(str(problem)) from None
        whole = json.loads(path.read_bytes()).get("whole_run")
        if type(whole) not in (int, float):
            raise SystemExit(f"{path}: this report does not say how long the run took; run the client with --run")
        if len({(row.client, row.version) for row in report.verdicts}) != 1:
            raise SystemExit(f"{path}: expected the verdicts of one client; run one client at a time")
        return cls(report, float(whole))

    def render(self) -> str:
        """Return its page."""
        report = self.report
        return render_markdown(self.rows, report.date, report.version, report.notices, report.profiles)

    @property
    def rows(self) -> Sequence[Row]:
        """The verdicts."""
        return self.report.verdicts

    @property
    def client(self) -> str:
        """The name of the client."""
        return self.rows[0].client

    @property
    def version(self) -> str:
        """The version of the client."""
        return self.rows[0].version

    @property
    def page(self) -> str:
        """The name of its page: `spec-kitty-4` 4.0.0rc6 is on `spec-kitty-4.0.0rc6.md`."""
        name = re.sub(r"-\d+$", "", self.client)
        return f"{name}-{self.version.removesuffix('-DEV')}.md"


def run_client(client: str, reports: Path) -> None:
    """Run every contract against a client, and keep the report. Raises `SystemExit` where no report came of it."""
    path = reports / f"{client}.json"
    path.unlink(missing_ok=True)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--auth-provider",
        "--auth-client",
        client,
        "--auth-report",
        str(path),
        "-q",
    ]
    _say(f"running {client} ...")
    started = time.monotonic()
    subprocess.run(command, cwd=_ROOT, stdout=subprocess.DEVNULL, check=False)
    seconds = time.monotonic() - started
    if not path.exists():
        raise SystemExit(f"{client}: no report was written; see why with: {' '.join(command)}")
    report = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**report, "whole_run": round(seconds, 2)}, indent=2) + "\n", encoding="utf-8")


def installed() -> list[str]:
    """Return the clients that are shipped as presets and whose program is on this machine; say which are not."""
    found = []
    for name in preset_names():
        try:
            check_program(load_adapter(name, _ROOT))
            found.append(name)
        except ProgramMissing:
            _say(f"{name} is left out: its program is not on the PATH")
    return found


def write_pages(runs: Sequence[Run], directory: Path) -> None:
    """Write the page of each run and the derived part of README.md; name the pages that no run stands behind.

    Raises `SystemExit` with a message where two runs have one page, or the marks in README.md are missing.
    """
    for page, several in Counter(run.page for run in runs).items():
        if several > 1:
            raise SystemExit(f"{page}: {several} runs are of this client and version; remove all reports but one")
    for run in runs:
        (directory / run.page).write_text(run.render(), encoding="utf-8")
    overview = directory / "README.md"
    before, begin, rest = overview.read_text(encoding="utf-8").partition(_BEGIN)
    _derived, end, after = rest.partition(_END)
    if not (begin and end):
        raise SystemExit(f"{overview}: expected the lines {_BEGIN!r} and {_END!r}; what is derived goes between them")
    derived = "\n".join(
        ["", f"| {' | '.join(_COLUMNS)} |", f"|{'---|' * len(_COLUMNS)}", *map(_line, runs), "", *_accusations(runs)]
    )
    overview.write_text(f"{before}{begin}\n{derived}\n{end}{after}", encoding="utf-8")
    own = {run.page for run in runs} | {overview.name}
    for page in sorted(path.name for path in directory.glob("*.md") if path.name not in own):
        _say(f"{page} is left as it is: there is no run of it; remove it where the tool has a new version")


def _line(run: Run) -> str:
    """Return the line of a run in the table."""
    count = Counter(row.verdict for row in run.rows)
    shown = (Verdict.KEPT, Verdict.BROKEN, Verdict.ADVICE, Verdict.NOT_APPLICABLE)
    kept, broken, advice, not_applicable = (count[verdict] for verdict in shown)
    other = len(run.rows) - kept - broken - advice - not_applicable
    commands = sum(row.commands for row in run.rows)
    # Where several commands ran at once, their times added up are longer than the check.
    together = [row for row in run.rows if row.commands > row.seconds]
    alone = commands - sum(row.commands for row in together)
    ratio = f"{(run.whole - sum(row.seconds for row in together)) / alone:.2f}" if alone else "-"
    cells = (kept, broken, advice, other, not_applicable, f"{run.whole:.2f}", f"{commands:.2f}", ratio)
    return f"| [`{run.client}`]({run.page}) | {run.version} | {' | '.join(map(str, cells))} |"


def _accusations(runs: Sequence[Run]) -> Iterator[str]:
    """Yield every accusation, client by client, each with what a user suffers from it."""
    yield from ("## What the runs found", "")
    accused = [(run, row) for run in runs for row in run.rows if row.verdict in ACCUSED]
    for run, row in accused:
        verdict = f"**{row.verdict}** `{row.contract}` ({row.level})"
        yield f"- [`{run.client}`]({run.page}) {run.version}, {verdict}: {row.title} {row.harm}".rstrip()
    if not accused:
        yield "Every contract that applies is kept."
    yield ""


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for, and write the pages."""
    parser = argparse.ArgumentParser(description="Write docs/results from JSON reports.")
    parser.add_argument("--run", nargs="*", metavar="CLIENT", help="run these clients first; without a name, all")
    parser.add_argument("--reports", type=Path, default=_ROOT / "build" / "results", help="where runs are kept")
    parser.add_argument("--pages", type=Path, default=_ROOT / "docs" / "results", help="where the pages go")
    options = parser.parse_args(arguments)
    options.reports.mkdir(parents=True, exist_ok=True)
    if options.run is not None:
        for client in options.run or installed():
            run_client(client, options.reports)
    runs = [Run.read(path) for path in sorted(options.reports.glob("*.json"))]
    if not runs:
        raise SystemExit(f"{options.reports}: there are no runs; begin with --run")
    write_pages(runs, options.pages)


if __name__ == "__main__":
    main()

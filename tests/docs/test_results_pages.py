"""docs/results is derived from reports of runs, and each accusation there ends with what a user suffers from it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_auth_provider import catalogue
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.saved.report import render_json
from pytest_auth_provider.verdict import Verdict

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "docs" / "results"
OVERVIEW = "# Real runs\n\n<!-- begin: derived from the runs -->\nold\n<!-- end -->\n\nThe end.\n"


def row(client: str, version: str, contract: str, verdict: Verdict, **more: object) -> Row:
    """Return a row of a contract of the catalogue."""
    made = replace(Row.of(catalogue.find(contract), client, version, verdict), seconds=2.0, commands=1.5)
    return replace(made, **more)  # type: ignore[arg-type]  # fields of Row, by name


def keep(reports: Path, whole: float, *rows: Row) -> None:
    """Keep a run of `whole` seconds as the script does."""
    report = json.loads(render_json(rows, "2026-01-31", "0.1.0"))
    reports.mkdir(exist_ok=True)
    (reports / f"{rows[0].client}.json").write_text(json.dumps({**report, "whole_run": whole}))


def build(tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run the script on the reports in `tmp_path`."""
    options = ["--reports", str(tmp_path / "reports"), "--pages", str(tmp_path / "pages")]
    command = [sys.executable, str(ROOT / "docs" / "build_results.py"), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A directory with an overview whose derived part is old."""
    directory = tmp_path / "pages"
    directory.mkdir()
    (directory / "README.md").write_text(OVERVIEW)
    return directory


def test_pages_and_overview_come_from_the_reports(tmp_path: Path, pages: Path) -> None:
    """One page for each run, and in the overview a line for each and every accusation with its harm."""
    broken = row("acme-2", "2.1", "revoke/5xx-is-never-revoked", Verdict.BROKEN, reason="no", evidence="$ acme logout")
    together = row("acme-2", "2.1", "refresh/two-processes", Verdict.KEPT, commands=6.0)
    keep(tmp_path / "reports", 4.5, broken, together)
    built = build(tmp_path)
    assert (built.returncode, built.stderr) == (0, "")
    page = (pages / "acme-2.1.md").read_text()
    assert page.rstrip().endswith(f"```\n\n</details>\n\n**What a user suffers:** {broken.harm}")
    overview = (pages / "README.md").read_text()
    assert overview.startswith("# Real runs\n\n<!-- begin: derived from the runs -->\n")
    assert overview.endswith("<!-- end -->\n\nThe end.\n")
    assert "\n| [`acme-2`](acme-2.1.md) | 2.1 | 1 | 1 | 0 | 0 | 0 | 4.50 | 7.50 | 1.67 |\n" in overview
    assert (
        "- [`acme-2`](acme-2.1.md) 2.1, **broken** `revoke/5xx-is-never-revoked` (MUST): "
        f"{broken.title} {broken.harm}\n" in overview
    )


def test_what_cannot_be_published_is_a_message(tmp_path: Path, pages: Path) -> None:
    """No runs, a report that is no run, and two runs of one page."""
    assert "there are no runs; begin with --run" in build(tmp_path).stderr
    keep(tmp_path / "reports", 1.0, row("acme", "2.1", "refresh/lost-answer", Verdict.KEPT))
    keep(tmp_path / "reports", 1.0, row("acme-2", "2.1", "refresh/lost-answer", Verdict.KEPT))
    assert build(tmp_path).stderr.startswith("acme-2.1.md: 2 runs are of this client and version")
    path = tmp_path / "reports" / "acme.json"
    path.write_text(render_json([row("acme", "2.1", "refresh/lost-answer", Verdict.KEPT)], "2026-01-31", "0.1.0"))
    assert (
        "acme.json: this report does not say how long the run took; run the client with --run" in build(tmp_path).stderr
    )
    path.write_text("{}")
    assert "acme.json: this is no report: expected an object" in build(tmp_path).stderr
    assert (pages / "README.md").read_text() == OVERVIEW


def test_every_published_accusation_ends_with_what_a_user_suffers() -> None:
    """It is the sentence that the catalogue has for the contract today."""
    harms = {scenario.id: scenario.harm for scenario in catalogue.scenarios()}
    pages = [path for path in PUBLISHED.glob("*.md") if path.name != "README.md"]
    assert pages
    for page in pages:
        for section in page.read_text(encoding="utf-8").split("\n### ")[1:]:
            title = re.match(r"(?:broken|advice|deviation): (\S+)", section)
            if title:
                assert f"\n**What a user suffers:** {harms[title[1]]}\n" in f"{section}\n", page.name

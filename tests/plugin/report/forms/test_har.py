"""The HTTP archive of a run is one to a reader that nobody here wrote, and tells nothing but what was seen."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from haralyzer import HarParser

from pytest_auth_provider.report.forms.writers import write_report
from pytest_auth_provider.report.steps import Step
from pytest_auth_provider.verdict import Verdict
from tests.plugin.report.made import BEGAN, asked, login, row, use

ROWS = [
    row(
        "refresh/storm",
        Verdict.BROKEN,
        (login(1), use(503, faults=("ServerError(503)",), note="no", more=21)),
        variants="503",
    ),
    row("refresh/fine", Verdict.KEPT),
    row("refresh/lost", Verdict.ADVICE, (use(0, scheme="https"),)),
    row("refresh/quiet", Verdict.BROKEN, (Step("acme", "exit code 1"),)),
]
REQUIRED = {
    "entry": {"startedDateTime", "time", "request", "response", "cache", "timings"},
    "request": {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"},
    "response": {
        *("status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL"),
        *("headersSize", "bodySize"),
    },
    "timings": {"send", "wait", "receive"},
    "page": {"startedDateTime", "id", "title", "pageTimings"},
}
"""The members that HAR 1.2 does not call optional."""


def written(path: Path) -> dict[str, Any]:
    """The log of what is written of the rows."""
    write_report(path, ROWS, ["A notice."])
    log: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["log"]
    return log


def test_a_reader_of_archives_understands_it(tmp_path: Path) -> None:
    """Pages with their entries, in order, with status, time, headers and texts."""
    written(tmp_path / "report.har")
    archive = HarParser.from_file(tmp_path / "report.har")
    assert (archive.version, archive.creator["name"]) == ("1.2", "pytest-auth-provider")
    assert [page.title for page in archive.pages] == [
        "acme: refresh/storm [503]: broken",
        "acme: refresh/lost: advice",
    ]
    first, second = archive.pages[0].entries
    assert (first.request.method, first.request.url, first.status) == ("POST", "http://127.0.0.1:40001/token", 200)
    assert first.request.mimeType == "application/x-www-form-urlencoded"
    assert first.request.text == "code=3ToWoFPM...4abc"
    assert first.response.mimeType == "application/json"
    assert first.response.bodySize == 512
    assert second.startTime.timestamp() == BEGAN + 1.5
    assert second.time == 250
    (unanswered,) = archive.pages[1].entries
    assert (unanswered.status, unanswered.url) == (0, "https://127.0.0.1:40009/token")


def test_every_member_that_har_requires_is_there(tmp_path: Path) -> None:
    """And none that HAR does not know, but for those that begin with an underscore."""
    log = written(tmp_path / "report.har")
    assert set(log) == {"version", "creator", "pages", "entries", "comment"}
    for page in log["pages"]:
        assert {name for name in page if name[0] != "_"} == REQUIRED["page"]
    for entry in log["entries"]:
        assert {name for name in entry if name[0] != "_"} == REQUIRED["entry"] | {"pageref"}
        assert entry["pageref"] in {page["id"] for page in log["pages"]}
        assert set(entry["request"]) - {"postData"} == REQUIRED["request"]
        assert set(entry["response"]) == REQUIRED["response"]
        assert set(entry["timings"]) == REQUIRED["timings"]
        assert sum(entry["timings"].values()) == entry["time"]
        assert datetime.fromisoformat(entry["startedDateTime"]).tzinfo is not None


def test_what_har_has_no_member_for(tmp_path: Path) -> None:
    """The fault, why the provider refused, the command, and how many exchanges are not told; what is cut is said."""
    log = written(tmp_path / "report.har")
    _login, refresh, _lost = log["entries"]
    assert (refresh["_faults"], refresh["_note"], refresh["_more"]) == (["ServerError(503)"], "no", 21)
    assert (refresh["_command"], refresh["_grant"], refresh["_number"]) == ("acme use", "refresh_token", 9)
    assert "shortened" in refresh["request"]["postData"]["comment"]
    assert "shortened" in refresh["response"]["content"]["comment"]
    assert "queries are left out, and" in log["comment"]
    assert "A notice." in log["comment"]


def test_a_size_that_is_none_is_unknown(tmp_path: Path) -> None:
    """Whatever a provider under a fault says."""
    odd = use(200, response_headers=(("Content-Length", "9" * 5000),))
    write_report(tmp_path / "report.har", [row("a/b", Verdict.BROKEN, (odd,))])
    (entry,) = json.loads((tmp_path / "report.har").read_text())["log"]["entries"]
    assert entry["response"]["content"]["size"] == -1
    assert asked(1, "/", 200).more == 0

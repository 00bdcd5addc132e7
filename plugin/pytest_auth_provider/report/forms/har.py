"""The HTTP archive of a run, HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), for any viewer of archives.

A page is one contract of one client, an entry one exchange that its evidence tells. It is made of what reports show:
bodies are cut off, secrets shortened, queries left out, and of exchanges that came again and again the first are there.
Each place that this touches says so in its `comment`. What HAR has no member for stands in members of our own, which
begin with an underscore as HAR asks:

page    `_client`, `_contract`, `_verdict`
entry   `_number`, `_endpoint`, `_grant`, `_command`, `_faults`, `_note`, `_more`
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.steps import Asked, Headers, Step

HttpArchive = dict[str, object]

UNKNOWN: Final = -1
"""What HAR writes for a size that is not known."""
CUT: Final = "cut off where it is long; secrets in it are shortened"
"""What is said of a body."""
SHORTENED: Final = (
    "Only what the evidence of verdicts shows: bodies are cut off where they are long, secrets are shortened, queries "
    "are left out, and `_more` counts exchanges alike that came right after an entry. The first exchange of a page has "
    "the time of this machine; those behind it are spaced as the client's own clock went, with waits that were skipped."
)


def render_har(
    rows: Sequence[Row],
    date: str,
    version: str,
    notices: Sequence[str] = (),
    profiles: Sequence[Profile] = (),  # noqa: ARG001 - every form of report is made of the same
) -> str:
    """Return the archive of one run; `date`, `version` (of pytest-auth-provider) and `notices` go to its comment."""
    told = [(f"page_{number}", row) for number, row in enumerate(filter(_has_exchanges, rows), start=1)]
    log = {
        "version": "1.2",
        "creator": {"name": "pytest-auth-provider", "version": version},
        "pages": [_page(name, row) for name, row in told],
        "entries": [entry for name, row in told for entry in _entries(name, row)],
        "comment": " ".join([f"Written on {date}.", SHORTENED, *notices]),
    }
    return json.dumps({"log": log}, indent=2) + "\n"


def _has_exchanges(row: Row) -> bool:
    return any(step.exchanges for step in row.steps)


def _page(name: str, row: Row) -> HttpArchive:
    """Return the page of a row."""
    variants = f" [{row.variants}]" if row.variants else ""
    return {
        "startedDateTime": _time(row.began),
        "id": name,
        "title": f"{row.client}: {row.contract}{variants}: {row.verdict}",
        "pageTimings": {"onContentLoad": UNKNOWN, "onLoad": UNKNOWN},
        "_client": row.client,
        "_contract": row.contract,
        "_verdict": str(row.verdict),
    }


def _entries(page: str, row: Row) -> Iterator[HttpArchive]:
    """Yield an entry for each exchange of a row, in the order they arrived."""
    told = [(step, asked) for step in row.steps for asked in step.exchanges]
    for step, asked in sorted(told, key=lambda pair: pair[1].at):
        yield _entry(page, row.began + asked.at, step, asked)


def _entry(page: str, started: float, step: Step, asked: Asked) -> HttpArchive:
    milliseconds = round(asked.seconds * 1000, 3)
    return {
        "pageref": page,
        "startedDateTime": _time(started),
        "time": milliseconds,
        "request": _request(asked),
        "response": _response(asked),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_number": asked.number,
        "_endpoint": asked.endpoint,
        "_grant": asked.grant,
        "_command": step.command,
        "_faults": list(asked.faults),
        "_note": asked.note,
        "_more": asked.more,
    }


def _request(asked: Asked) -> HttpArchive:
    headers = _by_name(asked.request_headers)
    request: HttpArchive = {
        "method": asked.method,
        "url": f"{asked.scheme}://{headers.get('host', 'provider.invalid')}{asked.path}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(asked.request_headers),
        "queryString": [],
        "headersSize": UNKNOWN,
        "bodySize": _size(headers),
    }
    if asked.sent:
        media_type = headers.get("content-type", "")
        comment = f"the members of the body, {CUT}"
        request["postData"] = {"mimeType": media_type, "params": [], "text": asked.sent, "comment": comment}
    return request


def _response(asked: Asked) -> HttpArchive:
    headers = _by_name(asked.response_headers)
    content: HttpArchive = {"size": _size(headers), "mimeType": headers.get("content-type", "")}
    if asked.answered:
        content |= {"text": asked.answered, "comment": CUT}
    return {
        "status": asked.status,
        "statusText": "" if asked.status else "no answer",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(asked.response_headers),
        "content": content,
        "redirectURL": headers.get("location", ""),
        "headersSize": UNKNOWN,
        "bodySize": _size(headers),
    }


def _size(headers: dict[str, str]) -> int:
    """Return how many bytes a body has, as its header says."""
    said = headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else UNKNOWN


def _by_name(headers: Headers) -> dict[str, str]:
    """Return the fields by their names in lower case; of several, the last."""
    return {name.lower(): value for name, value in headers}


def _pairs(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _time(seconds: float) -> str:
    """Return a time in seconds since 1970 as HAR writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")

"""The stream of exchanges, and what importing the package costs without it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.support.oauth_client import OAuthClient

if TYPE_CHECKING:
    from tests.fakeprovider.control.conftest import Controller


def events(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """Every event of a stream, its data read."""
    event: dict[str, Any] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if name:
            event[name] = json.loads(value) if name == "data" else value
        elif event:
            yield event
            event = {}


def test_exchanges_and_changes_arrive_as_they_happen(client: OAuthClient, control: Controller) -> None:
    """Each exchange comes with its number as id, each change with its subject."""
    with control.http.stream("GET", f"{control.url}/events") as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        arriving = events(stream.iter_lines())
        lines = client.request("token")
        first = next(arriving)
        assert (first["event"], first["id"], first["data"]["status"]) == ("exchange", "1", lines.status_code)
        control.do("POST", "/clock/advance", {"seconds": 1})
        assert next(arriving) == {"event": "change", "data": {"of": "clock"}}


def test_a_client_that_comes_back_misses_nothing(client: OAuthClient, control: Controller) -> None:
    """With `Last-Event-ID` or `since` the stream begins after that exchange."""
    for _ in range(3):
        client.request("token")
    for options in ({"headers": {"Last-Event-ID": "1"}}, {"params": {"since": 1}}):
        with control.http.stream("GET", f"{control.url}/events", **options) as stream:
            arriving = events(stream.iter_lines())
            assert [next(arriving)["id"], next(arriving)["id"]] == ["2", "3"]


def test_nobody_else_pays() -> None:
    """A provider without control imports neither pydantic nor this package."""
    program = (
        "import sys; from fakeprovider import Provider; Provider().start().stop();"
        "print([name for name in sys.modules if name.startswith(('pydantic', 'fakeprovider.control'))])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"

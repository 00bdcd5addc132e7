"""The stream of exchanges, and what importing the package costs without it."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from fakeprovider import Provider
from tests.support.oauth_client import OAuthClient
from tests.support.providers import Serve
from tests.support.wire import PATIENCE, Wire, request_bytes

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


@pytest.fixture
def sleeping(control: Controller) -> Iterator[socket.socket]:
    """A console in a tab that sleeps: it listens to events, and does not read them."""
    parts = urlsplit(control.url)
    with socket.create_connection((str(parts.hostname), parts.port or 80), PATIENCE) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        connection.sendall(request_bytes(f"{control.url}/events"))
        assert connection.recv(9) == b"HTTP/1.1 "
        yield connection


def fill(provider: Provider, count: int) -> None:
    """Have so many long exchanges that no socket holds the events about them."""
    with Wire(provider.origin) as wire:
        for _ in range(count):
            assert wire.ask(request_bytes(provider.url("token"), form={"x": "y" * 500_000})).status == 400


def ask_often(provider: Provider) -> int:
    """How many of 125 requests are answered."""
    with Wire(provider.origin) as wire:
        return sum(wire.ask(request_bytes(provider.url("jwks"))).status == 200 for _ in range(125))


@pytest.mark.usefixtures("sleeping")
def test_a_client_that_does_not_read_holds_nobody_up(provider: Provider) -> None:
    """The provider answers a thousand others, goes on, and stops when it is told to."""
    fill(provider, 15)
    with ThreadPoolExecutor(8) as others:
        assert sum(others.map(ask_often, [provider] * 8)) == 1000
    began = time.monotonic()
    provider.stop()
    assert time.monotonic() - began < 4  # a handler that hangs would be waited for longer than that


def test_what_a_slow_reader_missed_is_said(serve: Serve) -> None:
    """Events wait for it in no more memory than the journal takes; the oldest go, and it hears how many did."""
    provider = serve(control=True, journal_bytes=1_000_000)
    assert provider.control is not None
    with socket.create_connection(provider.address, PATIENCE) as connection:
        connection.sendall(request_bytes(f"{provider.control.url}/events"))
        assert connection.recv(9) == b"HTTP/1.1 "
        fill(provider, 40)
        heard = b""
        while not (said := re.search(rb'event: dropped\ndata: {"events": (\d+)}\n\n', heard)):
            heard = heard[-100:] + connection.recv(65536)
    assert 0 < int(said[1]) < 40


def test_nobody_else_pays() -> None:
    """A provider without control imports neither pydantic nor this package."""
    program = (
        "import sys; from fakeprovider import Provider; Provider().start().stop();"
        "print([name for name in sys.modules if name.startswith(('pydantic', 'fakeprovider.control'))])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"

"""A client with no manners: it sends whatever bytes it is told to, and reads answers as strictly as HTTP has them."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Final, NoReturn, Self
from urllib.parse import urlencode, urlsplit

PATIENCE: Final = 20.0
"""Seconds; only a hanging provider makes a test wait this long."""
_STATUS: Final = re.compile(rb"HTTP/1\.[01] (\d{3}) [ -~]*\r\n")
_FIELD: Final = re.compile(rb"([A-Za-z0-9-]+): ([ -~\x80-\xff]*)\r\n")


def connect(url: str) -> socket.socket:
    """Open a connection to the host and port of a URL."""
    parts = urlsplit(url)
    return socket.create_connection((str(parts.hostname), parts.port or 80), PATIENCE)


def everything(connection: socket.socket) -> bytes:
    """Return all bytes until the other side ends the connection; a ConnectionResetError passes through."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def request_bytes(url: str, *headers: str, form: Mapping[str, str] | None = None) -> bytes:
    """Return the bytes of one request: a POST where there is a form, else a GET."""
    _scheme, _, host, path = url.split("/", 3)
    body = urlencode(form or {})
    if form:
        headers = (*headers, "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}")
    head = [f"{'POST' if form else 'GET'} /{path} HTTP/1.1", f"Host: {host}", *headers, "", body]
    return "\r\n".join(head).encode()


@dataclass(frozen=True)
class Heard:
    """One answer as it came: `status` 0 where the connection was closed instead."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def closes(self) -> bool:
        """Whether the connection ends with this answer."""
        return not self.status or self.headers.get("connection", "").lower() == "close"


class Wire:
    """A connection to one origin, opened again whenever the other side has ended it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._socket: socket.socket | None = None
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.hang_up()

    def ask(self, request: bytes) -> Heard:
        """Send one whole request and hear its answer; a connection that idled out is opened again first."""
        self.send(request)
        return self.hear(head=request.startswith(b"HEAD "))

    def send(self, data: bytes) -> None:
        """Send bytes; the other side may close before all of them are read."""
        if self._socket is None:
            self._socket = connect(self._url)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._file = self._socket.makefile("rb")
        try:
            self._socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return

    def no_more(self) -> None:
        """Say that nothing further will be sent."""
        assert self._socket is not None
        self._socket.shutdown(socket.SHUT_WR)

    def hear(self, *, head: bool = False) -> Heard:
        """The next answer. Fails for one that is no HTTP, and for silence."""
        assert self._file is not None
        try:
            heard = _read(self._file, head=head)
        except ConnectionResetError:
            heard = Heard(0, {}, b"")
        if heard.closes:
            self.hang_up()
        return heard

    def rest(self) -> bytes:
        """Everything that still comes, HTTP or not, until the other side closes."""
        assert self._file is not None
        try:
            return self._file.read()
        except ConnectionResetError:
            return b""

    def hang_up(self) -> None:
        """Close the connection, in the middle of whatever is going on."""
        if self._file is not None and self._socket is not None:
            self._file.close()
            self._socket.close()
            self._socket = self._file = None


def _read(file: BinaryIO, *, head: bool) -> Heard:
    line = file.readline()
    if not line:
        return Heard(0, {}, b"")
    status = _STATUS.fullmatch(line)
    assert status, f"no status line: {line!r}"
    headers: dict[str, str] = {}
    while (line := file.readline()) != b"\r\n":
        field = _FIELD.fullmatch(line)
        assert field, f"no header field: {line!r}"
        name = field[1].decode().lower()
        assert name not in headers, f"{name} arrived twice"
        headers[name] = field[2].decode("latin-1")
    code = int(status[1])
    empty = head or code in (204, 304)
    body = b"" if empty else file.read(int(headers["content-length"]))
    if body and headers.get("content-type") == "application/json":
        json.loads(body, parse_constant=_no_json)
    return Heard(code, headers, body)


def _no_json(constant: str) -> NoReturn:
    raise AssertionError(f"the answer holds {constant}, which is no JSON (RFC 8259 6)")

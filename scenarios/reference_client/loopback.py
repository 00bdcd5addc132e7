"""A small web server on the loopback interface, to which the browser comes back (RFC 8252 7.3).

It listens before anybody is told its address, on this machine alone, at a port that the system chooses unless somebody
asks for a certain one. It answers each connection on a thread of its own: browsers open connections ahead of time, and
keep them open when they are done. Its pages are fixed texts: nothing of a request is ever repeated in them.
"""

import os
import selectors
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from reference_client import clock
from reference_client.errors import SignInError

PATH = "/callback"
IDLE = 10.0
"""Seconds after which a connection without a request is closed."""

Read = Callable[[Mapping[str, str]], bool]
"""Looks at the parameters of one callback; returns whether they were an answer to what was asked."""

_PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>auth-reference</title></head>
<body><p>{text}</p></body></html>
"""
_ANSWERED = "Thank you. Please close this page and go back to the terminal: it tells how the sign-in ended."
_IGNORED = "This page answers no sign-in that is under way. The terminal tells how to go on."
_UNKNOWN = "There is no such page."


class Loopback:
    """Listens while its block lasts, at `port` or where the system chooses. `redirect_uri` is where the browser goes.

    Raises:
        SignInError: Another program listens on that port.
    """

    def __init__(self, port: int = 0) -> None:
        self._server, host = _bound(self, port)
        self._woken, self._wake = socket.socketpair()
        self._answered = False
        self._over = False
        self._lock = threading.Lock()
        self._read: Read = lambda _parameters: False
        self.redirect_uri = f"http://{host}:{self._server.server_port}{PATH}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening. A page that is being sent is finished by its own thread."""
        self._server.server_close()
        self._woken.close()
        self._wake.close()

    def wait(self, read: Read, seconds: float) -> bool:
        """Serve until `read` has taken a callback for an answer; return False where none came within `seconds`.

        Everything else the server is asked for changes nothing: other pages, other methods, callbacks that `read` does
        not take, and callbacks after the first one that it took.
        """
        self._read = read
        until = clock.now() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._server, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while not self._over and (left := until - clock.now()) > 0:
                if any(key.fileobj is self._server for key, _ in selector.select(left)):
                    self._server.handle_request()
        return self._over

    def page(self, target: str) -> tuple[int, str]:
        """Return the status and the page for a GET request."""
        path, _, query = target.partition("?")
        if urlsplit(path).path != PATH:
            return 404, _UNKNOWN
        with self._lock:
            if self._answered or not self._read(parameters(query)):
                return 400, _IGNORED
            self._answered = True
        return 200, _ANSWERED

    def finish(self) -> None:
        """End the wait for an answer: its page has been sent, so that the program may end as well."""
        self._over = True
        self._wake.send(b"x")


def parameters(query: str) -> dict[str, str]:
    """Return the parameters of a query; none where one is there twice, which no response does (RFC 6749 3.1)."""
    try:
        found = parse_qs(query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return {}
    return {name: value for name, [value] in found.items()} if all(len(v) == 1 for v in found.values()) else {}


class _Server(ThreadingHTTPServer):
    """Serves one `Loopback`. Closing it waits for no browser."""

    timeout = 0
    block_on_close = False
    allow_reuse_address = os.name == "posix"  # there, it lets no two programs share a port

    def __init__(self, loopback: Loopback, family: socket.AddressFamily, host: str, port: int) -> None:
        self.loopback = loopback
        self.address_family = family
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        """Bind, and ask no name server what this machine is called."""
        TCPServer.server_bind(self)
        self.server_port = self.server_address[1]

    def handle_error(self, *_: object) -> None:
        """Say nothing: a browser that hangs up is no news for the terminal."""


class _Handler(BaseHTTPRequestHandler):
    """One connection of a browser."""

    server: _Server
    timeout = IDLE
    server_version, sys_version = "auth-reference", ""

    def do_GET(self) -> None:
        """Send a page, and close: nothing else will be asked for."""
        status, text = self.server.loopback.page(self.path)
        try:
            self._send(status, text)
        finally:
            if status == 200:
                self.server.loopback.finish()

    def _send(self, status: int, text: str) -> None:
        body = _PAGE.format(text=text).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Write no log: what is asked for here is a secret."""


def _bound(loopback: Loopback, port: int) -> tuple[_Server, str]:
    """Listen on whichever loopback address this machine has, and return it as it stands in a URL."""
    for family, host, name in ((socket.AF_INET, "127.0.0.1", "127.0.0.1"), (socket.AF_INET6, "::1", "[::1]")):
        with suppress(OSError):
            return _Server(loopback, family, host, port), name
    where = f"port {port}, to which the browser would come back," if port else "every port"
    raise SignInError(f"{where} is in use by another program; nothing was stored", "try again once it has ended")

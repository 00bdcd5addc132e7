"""Another program that listens where a sign-in would wait for the browser, and notes who comes there."""

from __future__ import annotations

import contextlib
import socket
import threading
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


class ForeignListener:
    """Listens on a port of both loopback addresses while its block lasts. `callbacks` are the paths that had a code.

    Raises `OSError` where the port is taken at 127.0.0.1; a machine need not have the address ::1.
    """

    def __init__(self, port: int) -> None:
        self.callbacks: list[str] = []
        self._port = port
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            opened.enter_context(_Server("127.0.0.1", self._port, self.callbacks))
            with contextlib.suppress(OSError):
                opened.enter_context(_Server6("::1", self._port, self.callbacks))
            self._open = opened.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._open.close()


class _Server(HTTPServer):
    def __init__(self, host: str, port: int, callbacks: list[str]) -> None:
        self.callbacks = callbacks
        super().__init__((host, port), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name="foreign listener", daemon=True)
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5.0  # seconds for which a connection without a request is kept

    def do_GET(self) -> None:
        """Know nothing of any page."""
        if "code" in parse_qs(urlsplit(self.path).query):
            self.server.callbacks.append(self.path)
        self.send_error(404)

    def log_message(self, *_: Any) -> None:
        """Write nothing into the output of a test."""

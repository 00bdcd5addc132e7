"""Connections to a client's loopback server that are not closed at once: browsers keep some for later."""

from __future__ import annotations

import contextlib
import http.client
import socket
from urllib.parse import urlsplit

from pytest_auth_provider.browser.http import PAGE_CHARACTERS, READ_SECONDS, Page, split_url

IDLE_SECONDS = 2.0
"""Seconds for which a connection is tried: the client listens already, or it will not notice."""


class Connections:
    """The connections that a browser has open to a client's loopback server, until it closes them."""

    def __init__(self) -> None:
        self._open: list[socket.socket | http.client.HTTPConnection] = []

    def connect(self, url: str, sent: bytes) -> bool:
        """Open a connection to the server of `url`, send nothing but `sent`, and leave it; return whether it opened."""
        parts = split_url(url)
        try:
            connection = socket.create_connection((parts.hostname or "", parts.port or 80), IDLE_SECONDS)
            self._open.append(connection)
            connection.sendall(sent)
        except OSError:
            return False
        return True

    def fetch(self, url: str) -> Page:
        """GET a page as a browser does that would like to use the connection again; leave it open.

        Raises `OSError`, also for an answer that is not HTTP.
        """
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=READ_SECONDS)
        self._open.append(connection)
        try:
            connection.request("GET", f"{parts.path}?{parts.query}", headers={"Connection": "keep-alive"})
            self._open.append(connection.sock.dup())  # http.client closes its own where the server says that it does
            answer = connection.getresponse()
            text = answer.read(PAGE_CHARACTERS).decode(errors="replace")
        except http.client.HTTPException as problem:
            raise OSError(f"{type(problem).__name__}: {problem}") from problem
        return Page(answer.status, text, "", answer.headers.get("Content-Type", ""))

    def close(self) -> None:
        """Close them all."""
        while self._open:
            with contextlib.suppress(OSError):
                self._open.pop().close()

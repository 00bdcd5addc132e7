"""Taking whole requests from a connection, each within its time."""

from __future__ import annotations

import ssl
import time

from fakeprovider.server.connection import Connection
from fakeprovider.server.parsing import Received, Refusal, RequestParser
from fakeprovider.server.service import Service

_REMEMBERED = 64 * 1024  # bytes of an unfinished request kept to report it
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Reader:
    """The requests of one connection, one after another; pipelined ones wait until they are asked for.

    When `next` returns None no further request comes: `refusal` then holds what to tell the client, or None when the
    client left or was idle for too long.
    """

    def __init__(self, connection: Connection, service: Service) -> None:
        self.refusal: Refusal | None = None
        self._connection = connection
        self._service = service
        self._limits = service.limits
        self._parser = RequestParser(service.limits)
        self._unfinished = b""

    def next(self) -> Received | None:
        """The next whole request, None when there is none."""
        parser = self._parser
        if not parser.requests and not self._fill():
            return None
        return parser.requests.popleft()

    def _fill(self) -> bool:
        """Read until a request is whole."""
        parser, connection = self._parser, self._connection
        until = time.monotonic() + self._limits.request_seconds if parser.begun else 0.0
        while not parser.requests:
            if parser.refusal is not None:
                return self._refuse(parser.refusal)
            try:
                if until:
                    connection.allow(max(0.001, until - time.monotonic()))
                data = connection.receive()
            except OSError as error:
                return self._failed(error)
            if not data:
                return self._left()
            parser.feed(data)
            if not parser.requests or parser.begun or parser.refusal:
                until = until or time.monotonic() + self._limits.request_seconds
                self._keep(data)
        if until:
            connection.allow(self._limits.idle_seconds)
        return True

    def _keep(self, data: bytes) -> None:
        """Remember the beginning of a request that is not whole; tell its sender to go on when it asks to be told."""
        if not self._parser.requests and self._parser.expects_continue and self._parser.refusal is None:
            self._parser.expects_continue = False
            self._connection.write(_CONTINUE)
        self._unfinished = (b"" if self._parser.requests else self._unfinished) + data
        self._unfinished = self._unfinished[:_REMEMBERED]

    def _failed(self, error: OSError) -> bool:
        if isinstance(error, TimeoutError):
            if self._parser.begun:
                seconds = self._limits.request_seconds
                return self._refuse(Refusal(408, f"the request did not arrive whole within {seconds:g} seconds"))
            return False
        if isinstance(error, ssl.SSLError) and not self._connection.interrupted:
            self._service.noise(self._unfinished, f"TLS failed: {error}")
            return False
        return self._left()

    def _left(self) -> bool:
        if self._parser.begun and not self._connection.interrupted:
            self._service.noise(self._unfinished, "the client closed the connection in the middle of a request")
        return False

    def _refuse(self, refusal: Refusal) -> bool:
        self._service.noise(self._unfinished, refusal.reason)
        self.refusal = refusal
        return False

"""What every connection of a server is served with."""

from __future__ import annotations

import socket
import ssl
import traceback
from collections.abc import Callable
from dataclasses import dataclass, fields

from werkzeug.wrappers import Request

from fakeprovider.server.answer import Answer

# FROM fakeprovider/fakeprovider/server/limits.py: How much one peer may ask of the server.


@dataclass(frozen=True)
class Limits:
    """What the server puts up with before it says no; every value must be above zero.

    A request that breaks a limit never reaches the handler: it is answered with the status named here, the connection
    is closed, and `on_noise` is told.
    """

    body_bytes: int = 1024 * 1024
    """The longest request body; beyond it 413."""

    header_bytes: int = 64 * 1024
    """The longest request line with all its header fields; beyond it 431."""

    request_seconds: float = 10.0
    """How long a request may take to arrive once its first byte is here; beyond it 408. A TLS handshake has as long."""

    idle_seconds: float = 60.0
    """How long a connection may be silent between requests, or leave an answer unread, before it is closed."""

    connections: int = 512
    """How many connections may be open at once; each one beyond is answered one request with 503 and closed."""

    def __post_init__(self) -> None:
        for limit in fields(self):
            value = getattr(self, limit.name)
            if not value > 0:
                raise ValueError(f"Limits({limit.name}={value!r}): expected a number above zero")


Handle = Callable[[Request], Answer]
"""Answers one request. What it raises becomes a 500 and goes to `OnError`."""

Greet = Callable[[socket.socket], bool]
"""Sees every accepted socket before TLS and before a byte is read. False: it dealt with the socket, which is closed."""

OnNoise = Callable[[bytes, str], None]
"""Told what arrived (at most its first 64 KiB) and in words why it never became a request for the handler."""

OnError = Callable[[BaseException], None]
"""Told what a handler, a delivery or another hook raised, before the client hears of it."""


@dataclass(frozen=True)
class Service:
    """The handler, its limits and its hooks: the same for every connection of one server."""

    handle: Handle
    limits: Limits
    ssl_context: ssl.SSLContext | None = None
    greet: Greet | None = None
    on_noise: OnNoise | None = None
    on_error: OnError | None = None

    def noise(self, arrived: bytes, reason: str) -> None:
        """Tell the hook, if there is one, about bytes that no handler will see."""
        if self.on_noise is not None:
            self.on_noise(arrived, reason)

    def error(self, error: BaseException) -> None:
        """Tell the hook what was raised on a thread of ours; without a hook it is printed to stderr."""
        if self.on_error is None:
            traceback.print_exception(error)
        else:
            self.on_error(error)

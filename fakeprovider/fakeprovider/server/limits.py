"""What one client may ask of the server: sizes, times and the number of connections."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Limits:
    """The largest request, the longest wait and the most connections that are accepted; every value is above zero.

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
    """How long a connection may be silent outside of requests, or leave an answer unread, before it is closed."""

    connections: int = 10_000
    """How many connections may be open at once, fewer where this process may not open as many files.

    That bounds threads as well: one without a request takes none, one with a request at most one. Each connection
    beyond is answered one request with 503 and closed; beyond a few of those, clients wait until there is room.
    """

    def __post_init__(self) -> None:
        for limit in fields(self):
            value = getattr(self, limit.name)
            if not value > 0:
                raise ValueError(f"Limits({limit.name}={value!r}): expected a number above zero")

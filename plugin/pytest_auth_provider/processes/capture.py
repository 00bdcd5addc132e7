"""Keep what a program prints, up to a bound: of a flood, the beginning and the end."""

from __future__ import annotations

from collections.abc import Callable

CAPTURE_LIMIT = 4 * 1024 * 1024
"""Bytes kept of one stream: the first half of them from its beginning, the second half from its end."""


class Capture:
    """One stream of output, of which at most `limit` bytes are kept; a note says how many are missing.

    `on_chunk` is called with each chunk as it arrives, whether it is kept or not.
    """

    def __init__(self, limit: int = CAPTURE_LIMIT, on_chunk: Callable[[bytes], None] | None = None) -> None:
        self._on_chunk = on_chunk
        self._half = limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self._cut = 0

    def add(self, chunk: bytes) -> None:
        """Append `chunk`; beyond `limit` bytes, drop bytes from the middle."""
        if self._on_chunk is not None:
            self._on_chunk(chunk)
        room = self._half - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[room:]
        # Trimmed in large pieces, so that a flood of small chunks does not copy the tail each time.
        if len(self._tail) > 2 * self._half:
            self._trim()

    def _trim(self) -> None:
        over = len(self._tail) - self._half
        if over > 0:
            self._cut += over
            del self._tail[:over]

    @property
    def truncated(self) -> bool:
        """Whether bytes were dropped."""
        return self._cut > 0 or len(self._tail) > self._half

    def text(self) -> str:
        """Return what was kept, decoded as UTF-8; invalid bytes become the replacement character."""
        if not self.truncated:
            return (self._head + self._tail).decode(errors="replace")
        self._trim()
        note = f"\n... {self._cut} bytes left out ...\n"
        return self._head.decode(errors="replace") + note + self._tail.decode(errors="replace")

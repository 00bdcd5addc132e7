"""Keeping what a program prints, up to a bound."""

from __future__ import annotations

from collections.abc import Callable

CAPTURE_LIMIT = 4 * 1024 * 1024
"""Bytes that are kept of one stream: its first and its last half of this."""


class Capture:
    """One stream of output. Of a flood the beginning and the end are kept, and a note says how much is missing.

    `on_chunk` is told each piece as it comes.
    """

    def __init__(self, limit: int = CAPTURE_LIMIT, on_chunk: Callable[[bytes], None] | None = None) -> None:
        self._on_chunk = on_chunk
        self._half = limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self._cut = 0

    def add(self, chunk: bytes) -> None:
        """Keep `chunk`, or make room for it."""
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
        """Is something missing?"""
        return self._cut > 0 or len(self._tail) > self._half

    def text(self) -> str:
        """What was kept, as UTF-8; bytes that are none show as the replacement character."""
        if not self.truncated:
            return (self._head + self._tail).decode(errors="replace")
        self._trim()
        note = f"\n... {self._cut} bytes left out ...\n"
        return self._head.decode(errors="replace") + note + self._tail.decode(errors="replace")

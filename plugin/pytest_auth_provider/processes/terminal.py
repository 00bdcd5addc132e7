"""A terminal for a command that wants one: a pty instead of pipes."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
from collections.abc import Callable, Sequence

from pytest_auth_provider.errors import ClientError

COLUMNS, LINES = 200, 50

TYPED_AHEAD = 4095
"""Bytes that wait in a terminal until they are read."""

_OUTPUT_FLAGS, _LOCAL_FLAGS = 1, 3  # of what `tcgetattr` returns
_ATTACH = 'tty=$1; shift; exec "$@" <>"$tty" >&0 2>&1'
"""A session without a terminal gets the first one that its leader opens by name. The shell becomes the command."""


class Terminal:
    """A pty of 200 columns. What a program prints arrives as it printed it, and what is typed is not echoed."""

    def __init__(self) -> None:
        self.ours, self._theirs = pty.openpty()
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        settings = termios.tcgetattr(self._theirs)
        settings[_OUTPUT_FLAGS] &= ~termios.OPOST
        settings[_LOCAL_FLAGS] &= ~termios.ECHO
        termios.tcsetattr(self._theirs, termios.TCSANOW, settings)

    def attached(self, argv: Sequence[str]) -> tuple[str, ...]:
        """The command that runs `argv` in this terminal, when it is started as the leader of a session."""
        return ("/bin/sh", "-c", _ATTACH, "sh", os.ttyname(self._theirs), *argv)

    def type(self, text: str) -> None:
        """Type `text`. Raises `ClientError` for more than a terminal takes in before anybody reads."""
        typed = text.encode()
        if len(typed) > TYPED_AHEAD:
            raise ClientError(
                f"stdin is typed into a terminal before the client reads: at most {TYPED_AHEAD} bytes; got {len(typed)}"
            )
        os.write(self.ours, typed)

    def hang_up(self) -> None:
        """Nobody uses their side any more: from now on ours has an end, after the last that was printed."""
        if self._theirs >= 0:
            os.close(self._theirs)
            self._theirs = -1

    def close(self) -> None:
        """Close both sides."""
        self.hang_up()
        os.close(self.ours)


# FROM plugin/pytest_auth_provider/clients/capture.py: Keeping what a program prints, up to a bound.


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

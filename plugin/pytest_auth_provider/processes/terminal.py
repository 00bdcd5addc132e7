"""A pseudo-terminal for a command that wants a terminal instead of pipes."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
from collections.abc import Sequence

from pytest_auth_provider.errors import ClientError

COLUMNS, LINES = 200, 50

TYPE_AHEAD_BYTES = 4095
"""Bytes that wait in a terminal until they are read."""

_OUTPUT_FLAGS, _LOCAL_FLAGS = 1, 3  # indices into the list that `tcgetattr` returns
_ATTACH = 'tty=$1; shift; exec "$@" <>"$tty" >&0 2>&1'
"""A session without a terminal gets the first one that its leader opens by name. The shell becomes the command."""


class Terminal:
    """A pty of 200 columns. Output arrives unchanged (no CR is added), and typed input is not echoed.

    Our side is the descriptor `ours`.
    """

    def __init__(self) -> None:
        self.ours, self._theirs = pty.openpty()
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        settings = termios.tcgetattr(self._theirs)
        settings[_OUTPUT_FLAGS] &= ~termios.OPOST
        settings[_LOCAL_FLAGS] &= ~termios.ECHO
        termios.tcsetattr(self._theirs, termios.TCSANOW, settings)

    def attach(self, argv: Sequence[str]) -> tuple[str, ...]:
        """Return the argv that runs `argv` in this terminal, provided that it is started as a session leader."""
        return ("/bin/sh", "-c", _ATTACH, "sh", os.ttyname(self._theirs), *argv)

    def type(self, text: str) -> None:
        """Type `text`. Raises `ClientError` for more than `TYPE_AHEAD_BYTES`: nobody reads yet."""
        typed = text.encode()
        if len(typed) > TYPE_AHEAD_BYTES:
            raise ClientError(
                f"stdin is typed into a terminal before the client reads: at most {TYPE_AHEAD_BYTES} bytes; "
                f"got {len(typed)}"
            )
        os.write(self.ours, typed)

    def hang_up(self) -> None:
        """Close the client's side: from now on reading `ours` ends after the last byte that was printed."""
        if self._theirs >= 0:
            os.close(self._theirs)
            self._theirs = -1

    def close(self) -> None:
        """Close both sides."""
        self.hang_up()
        os.close(self.ours)

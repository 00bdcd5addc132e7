"""A terminal for a command that wants one: a pty instead of pipes."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
from collections.abc import Sequence

from pytest_auth_provider.clients.errors import ClientError

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

"""Waking a thread that waits for a socket, without polling."""

from __future__ import annotations

import socket
from types import TracebackType


class Waker:
    """A socket pair: put it among the things waited for, and `wake` ends the wait from any thread."""

    def __init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()

    def fileno(self) -> int:
        """What to wait for: readable once woken."""
        return self._ours.fileno()

    def wake(self) -> None:
        """End the wait, now and for good."""
        self._theirs.send(b"!")

    def close(self) -> None:
        """Give the sockets back."""
        self._ours.close()
        self._theirs.close()

    def __enter__(self) -> Waker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

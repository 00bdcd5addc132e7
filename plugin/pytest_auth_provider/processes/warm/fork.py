"""A command that was forked from a fork server: a process like any other that is kept."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import psutil

from pytest_auth_provider.processes.kept import PATIENCE, Kept, children_of
from pytest_auth_provider.processes.spawn import USUAL_UMASK, Stream


class Fork(Kept):
    """A process below a keeper that a fork server forked. Raises `OSError` where it could not be started."""

    def __init__(
        self, server: socket.socket, argv: Sequence[str], env: Mapping[str, str], cwd: Path, stdin: Stream
    ) -> None:
        channel, theirs = socket.socketpair()
        with theirs, contextlib.ExitStack() as given:
            source = stdin if isinstance(stdin, int) else stdin.fileno()
            if source == subprocess.DEVNULL:
                source = os.open(os.devnull, os.O_RDONLY)
                given.callback(os.close, source)
            outputs = [os.pipe() for _stream in ("stdout", "stderr")]
            for _read, write in outputs:
                given.callback(os.close, write)
            ours: list[IO[bytes]] = [open(read, "rb", buffering=0) for read, _write in outputs]  # noqa: PTH123, SIM115
            super().__init__(channel, None, *ours)
            try:
                socket.send_fds(server, [b"f"], [theirs.fileno(), source, *(write for _read, write in outputs)])
            except OSError:
                channel.close()
                for stream in ours:
                    stream.close()
                raise
        self._begin(argv, env, cwd, USUAL_UMASK)

    def descendants(self) -> list[psutil.Process]:
        """Return everything it started that is still there, itself included, in whatever session."""
        return children_of(self._keeper)

    def let_go(self) -> None:
        """Close our side of the channel: the keeper kills what is left, and ends. One that cannot is killed."""
        with contextlib.suppress(OSError), self._channel:
            self._channel.shutdown(socket.SHUT_WR)
            until = time.monotonic() + PATIENCE
            self._channel.settimeout(PATIENCE)
            while time.monotonic() < until:
                try:
                    if not self._channel.recv(256):  # its end: the keeper is gone
                        return
                except TimeoutError:
                    break
            if self._keeper:
                os.kill(self._keeper, signal.SIGKILL)

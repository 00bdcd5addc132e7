"""A process that another process of ours watches over: how it is started, and how it ended, are told over a socket."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final

import psutil

from pytest_auth_provider.processes import reaper

PATIENCE: Final = 10.0
"""Seconds in which what is left of a command has to be killed, once it is let go."""


class Kept(ABC):
    """A process whose keeper, a process that runs `reaper.keep`, listens at the other end of `channel`.

    The streams are our ends of its pipes. Subclasses know who the keeper is.
    """

    def __init__(
        self, channel: socket.socket, stdin: IO[bytes] | None, stdout: IO[bytes] | None, stderr: IO[bytes] | None
    ) -> None:
        self.returncode: int | None = None
        self.stdin, self.stdout, self.stderr = stdin, stdout, stderr
        self.pid = self._keeper = 0
        self._channel = channel
        self._lock = threading.Lock()
        self._told = b""

    @abstractmethod
    def let_go(self) -> None:
        """Watch over it no longer; whatever it left running is killed."""

    def _begin(self, argv: Sequence[str], env: Mapping[str, str], cwd: Path, umask: int) -> None:
        """Have the command started. Raises `OSError` where that does not work, and lets go of everything then."""
        words, variables = list(map(os.fsencode, argv)), {os.fsencode(k): os.fsencode(v) for k, v in env.items()}
        try:
            self._channel.sendall(reaper.message((words, variables, os.fsencode(cwd), umask)))
            what, *numbers = self._line().split()
            if what == b"errno":
                raise OSError(int(numbers[0]), os.strerror(int(numbers[0])))
            self.pid, self._keeper = map(int, numbers)
        except OSError:
            self.let_go()
            for pipe in filter(None, (self.stdin, self.stdout, self.stderr)):
                pipe.close()
            raise

    def _line(self) -> bytes:
        """Return the next line of the keeper. Raises `OSError` where there is none: somebody killed it."""
        while b"\n" not in self._told:
            chunk = self._channel.recv(256)
            if not chunk:
                raise ConnectionResetError(0, "what watches over it was killed")
            self._told += chunk
        line, _, self._told = self._told.partition(b"\n")
        return line

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return the exit code. Raises `subprocess.TimeoutExpired` after `timeout` seconds."""
        until = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            left = None if until is None else max(0.0, until - time.monotonic())
            if self._is_told(left):
                self._hear()
            elif left == 0:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return self.returncode

    def _is_told(self, timeout: float | None) -> bool:
        """Wait at most so many seconds until the keeper has something to tell."""
        poll = select.poll()
        poll.register(self._channel, select.POLLIN)
        return bool(poll.poll(None if timeout is None else timeout * 1000))

    def _hear(self) -> None:
        """Read how the command ended, unless another thread has meanwhile."""
        with self._lock:
            if self.returncode is None:
                try:
                    self.returncode = os.waitstatus_to_exitcode(int(self._line().split()[1]))
                except OSError:
                    self.returncode = -signal.SIGKILL


def children_of(keeper: int) -> list[psutil.Process]:
    """Return everything below a process that is still there; nothing where it is gone itself, or is 0."""
    try:
        return psutil.Process(keeper).children(recursive=True)
    except psutil.Error:
        return []

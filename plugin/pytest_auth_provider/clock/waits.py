"""Skip the waits of a command: where everybody waits, time goes ahead to the next thing that happens by itself.

A program tells of its waits over a Unix socket (`python_shim/_auth_provider_waits.py`). One is skipped only where
nothing else could go on meanwhile, seen twice with nothing happening in between: the program is one process, each of
its threads sleeps in a wait that it told of or waits for another thread, nothing it printed is unread, and whatever it
deals with (provider, browser, proxy) is at rest. An answer that a fault holds back is no work, but something that
happens at a certain time, or never. Wherever that cannot be told, the program waits for real.
"""

from __future__ import annotations

import contextlib
import math
import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final, Protocol

import psutil

from pytest_auth_provider.processes.sleepers import Sleepers, sleepers_of

ADDRESS: Final = "AUTH_PROVIDER_WAITS"
"""The environment variable with the name of the socket, which is one without a file (unix(7), abstract), and ports."""
WORTH: Final = 0.02
"""Seconds: less is not worth a skip."""
FIRST_LOOK: Final = 0.002
"""Seconds after which it is looked whether a wait can be skipped; the pauses after that double up to `LAST_LOOK`."""
LAST_LOOK: Final = 0.05


class Surrounding(Protocol):
    """What a client deals with: it may do something by itself."""

    @property
    def ports(self) -> Sequence[int]:
        """The ports of this machine at which it answers."""

    def due_in(self) -> float:
        """Return in how many seconds it will do something: 0.0 while it does, infinite where it only ever answers."""

    def skip(self, seconds: float) -> None:
        """Go on as if so many seconds had passed."""


@dataclass(frozen=True)
class _Wait:
    """One wait of a thread, which ends at `due`, in seconds of the command's own time."""

    process: int
    thread: int
    due: float


class Waits:
    """The waits of one command, and how many seconds of them were `skipped` so far.

    `surroundings` are what else may do something. `skip` puts the clocks of everybody ahead, and is called before the
    command hears of it. All of it runs on the thread that watches the command.
    """

    def __init__(self, surroundings: Sequence[Surrounding], skip: Callable[[float], None]) -> None:
        self.skipped = 0.0
        self._surroundings = surroundings
        self._skip = skip
        self._waits: dict[bytes, _Wait] = {}
        self._pause = FIRST_LOOK
        self._name = f"auth-provider-{secrets.token_hex(8)}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(f"\0{self._name}")

    @property
    def variables(self) -> Mapping[str, str]:
        """The environment variables with which a program tells of its waits."""
        ports = {port for one in self._surroundings for port in one.ports}
        return {ADDRESS: " ".join([self._name, *map(str, sorted(ports))])}

    @property
    def pause(self) -> float:
        """In how many seconds to call `look`; infinite where nobody waits."""
        return self._pause if self._waits else math.inf

    @property
    def open(self) -> bool:
        """Whether its command may still run."""
        return self._socket.fileno() >= 0

    def fileno(self) -> int:
        """Return the descriptor of the socket: what is read from it, one message each time, is for `add`."""
        return self._socket.fileno()

    def close(self) -> None:
        """Skip no more."""
        self._socket.close()
        self._waits.clear()

    def add(self, message: bytes) -> None:
        """Take in what a program tells: `wait NAME PROCESS THREAD SECONDS`, or `over NAME`."""
        what, name, *numbers = message.split()
        self._pause = FIRST_LOOK
        if what == b"over":
            self._waits.pop(name, None)
            self._answer(name, "over")
        else:
            process, thread, seconds = numbers
            self._waits[name] = _Wait(int(process), int(thread), self._now() + float(seconds))

    def look(self, left: float, processes: Callable[[], Sequence[int]], at_rest: Callable[[], bool]) -> None:
        """Skip to the next thing that happens, at most `left` seconds, if now nothing else goes on.

        `processes` returns the processes of the command, `at_rest` whether nothing came from them that was not seen.
        """
        self._pause = min(2 * self._pause, LAST_LOOK)
        before = self._sleepers()
        if before is None:
            return
        due = min(wait.due for wait in self._waits.values()) - self._now()
        seconds = min(left, due, *(one.due_in() for one in self._surroundings))
        if seconds < WORTH or list(processes()) != [before.process]:
            return
        if self._sleepers() != before or not at_rest():
            return
        self._skip(seconds)
        self.skipped += seconds
        self._pause = FIRST_LOOK
        for name in self._waits:
            self._answer(name, f"{self.skipped!r}")

    def _now(self) -> float:
        return monotonic() + self.skipped

    def _sleepers(self) -> Sleepers | None:
        """Return the threads of the one process that waits, None unless all of them sleep and nobody can wake them."""
        self._waits = {name: wait for name, wait in self._waits.items() if psutil.pid_exists(wait.process)}
        processes = {wait.process for wait in self._waits.values()}
        told = {wait.thread for wait in self._waits.values()}
        return sleepers_of(processes.pop(), told) if len(processes) == 1 else None

    def _answer(self, name: bytes, text: str) -> None:
        with contextlib.suppress(OSError):  # it is gone
            self._socket.sendto(text.encode(), b"\0" + name)

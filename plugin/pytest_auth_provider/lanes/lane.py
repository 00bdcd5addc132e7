"""A lane: a forked process that runs one case after the other, as the process of the user sees it."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from multiprocessing import Pipe
from typing import Any, Final

import pytest

from pytest_auth_provider.lanes.activity import Activity
from pytest_auth_provider.proof import Doubt

PATIENCE: Final = 15.0
"""Seconds in which a lane that was told to end has to tidy up."""


@dataclass(frozen=True)
class Warned:
    """A warning that was recorded in a lane: the arguments of pytest's hook."""

    arguments: dict[str, Any]


@dataclass(frozen=True)
class Ended:
    """A case that has ended: its reports, as pytest serialises them, and why the whole run should stop, if it should.

    `stop` and `fail` are what `session.shouldstop` and `shouldfail` became. `exit` holds message and exit code of
    `pytest.exit`.
    """

    reports: list[dict[str, Any]]
    stop: bool | str = False
    fail: bool | str = False
    exit: tuple[str, int | None] | None = None


@dataclass(frozen=True)
class LastWord:
    """What a lane tells as it ends: which sign-ins that it put back are in doubt (`proof`), and what started cold."""

    doubts: list[Doubt]
    cold_starts: list[str]


@dataclass(frozen=True)
class Died:
    """The end of a lane that nobody told to end: its exit code, negative for a signal."""

    status: int


Message = Warned | Ended | LastWord | Died


class Lane:
    """A forked process that runs the cases it is told to, by their number in `session.items`.

    `case` is the number of the case it runs, None while it has none. `older` are the lanes whose channels it must not
    hold open. The process is forked at once.
    """

    def __init__(self, session: pytest.Session, older: list[Lane]) -> None:
        self.case: int | None = None
        self.channel, theirs = Pipe()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            from pytest_auth_provider.lanes.serving import live

            for lane in (self, *older):
                lane.channel.close()
            live(session, theirs, parent)
        theirs.close()
        self.activity = Activity(self.pid)
        self._status: int | None = None

    def run(self, case: int) -> None:
        """Have it run a case; `receive` tells of it."""
        self.case = case
        self.activity.begins()
        with contextlib.suppress(OSError):  # it has died: `receive` tells
            self.channel.send(case)

    def receive(self) -> Message:
        """Wait for what it tells next."""
        try:
            message: Message = self.channel.recv()
        except (EOFError, OSError):
            return Died(self._collected())
        return message

    def finish(self) -> None:
        """Let it tidy up and end; `receive` tells its last word."""
        with contextlib.suppress(OSError):
            self.channel.send(None)

    def interrupt(self) -> None:
        """Have the case that it runs interrupted, as Ctrl-C does, and let it end."""
        if self.case is not None and self._status is None:
            os.kill(self.pid, signal.SIGTERM)
        self.channel.close()

    def close(self) -> None:
        """Wait until it has ended."""
        self.channel.close()
        self._collected()

    def _collected(self) -> int:
        """Wait for its end and return its exit code; one that does not end is killed, and all that it started."""
        until = time.monotonic() + PATIENCE
        while self._status is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:  # a plugin collects all children of this process, and knows how it ended
                pid, status = self.pid, 0
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > until:
                os.kill(self.pid, signal.SIGKILL)
                until = float("inf")
            else:
                time.sleep(0.002)
        return self._status

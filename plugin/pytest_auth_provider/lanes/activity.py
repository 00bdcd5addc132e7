"""Tell whether a process and everything below it wait, by the processor time that they use (proc(5))."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

QUIET: Final = 0.15
"""Seconds without work after which a process counts as waiting."""
TICKS: Final = 1
"""Clock ticks (1/100 s) that may pass within these seconds: threads that poll use a little."""
_AT_WORK: Final = frozenset({"R", "D"})
"""The states of a process that runs or could run, and of one that waits for a disk."""


@dataclass(frozen=True)
class _Look:
    """A process and all below it at one moment: which they are, the clock ticks they used, and whether one works."""

    pids: frozenset[int]
    ticks: int
    works: bool


class Activity:
    """What the process `pid` and everything below it are up to."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._since = time.monotonic()
        self._first = _Look(frozenset(), 0, works=True)

    def begins(self) -> None:
        """Start anew: the process has just been given something to do."""
        self._since = time.monotonic()
        self._first = _Look(frozenset(), 0, works=True)

    def waits(self) -> bool:
        """Return whether all of them have done nothing worth the name lately; ask several times in `QUIET` seconds."""
        seen, now = _look(self._pid), time.monotonic()
        used = seen.ticks - self._first.ticks
        if seen.works or seen.pids != self._first.pids or used > TICKS:
            self._first, self._since = seen, now
        return now - self._since >= QUIET


def _look(pid: int) -> _Look:
    """Look at a process and everything below it."""
    pids, ticks, works = set(), 0, False
    for found in _family(pid):
        with contextlib.suppress(OSError):
            state, used = _stat(found)
            pids.add(found)
            ticks += used
            works = works or state in _AT_WORK
    return _Look(frozenset(pids), ticks, works)


def _stat(pid: int) -> tuple[str, int]:
    """Return the state of a process and the clock ticks used by it and its children that have ended.

    Raises `OSError` where it is gone.
    """
    # The name of a program, in parentheses, may hold anything.
    fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    return fields[0].decode(), sum(map(int, fields[11:15]))


def _family(pid: int) -> Iterator[int]:
    """Yield a process and everything below it."""
    yield pid
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for thread in threads for child in (thread / "children").read_bytes().split()]
    except OSError:  # it has just ended, or the kernel was built without these lists
        children = _children(pid)
    for child in children:
        yield from _family(child)


def _children(pid: int) -> list[int]:
    """Return the children of a process, found by asking every process for its parent."""
    try:
        return [child.pid for child in psutil.Process(pid).children()]
    except psutil.Error:
        return []

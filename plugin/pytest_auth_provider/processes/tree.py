"""Finding and ending the processes that a command leaves behind.

Every command carries a mark of its own in its environment. Descendants inherit it, however hard they daemonize.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Container

import psutil

MARKER = "AUTH_PROVIDER_SANDBOX"
"""The variable that holds the mark: the sandbox's id, a slash, the number of the command."""

PATIENCE = 5.0
"""Seconds to wait until killed processes are gone."""

_LOOKS = 10  # at an environment that is empty as yet


def processes_marked(mark: str, older: Container[int], session: int = 0) -> list[psutil.Process]:
    """The living processes with this mark, or of this session.

    A `mark` that ends in a slash stands for every command of a sandbox. Process ids in `older` are passed over without
    a look: they were there before the command.
    """
    found = []
    for pid in psutil.pids():
        if pid in older:
            continue
        with contextlib.suppress(psutil.Error, OSError):
            process = psutil.Process(pid)
            if _alive(process) and _belongs(process, mark, session):
                found.append(process)
    return found


def _belongs(process: psutil.Process, mark: str, session: int) -> bool:
    if session and os.getsid(process.pid) == session:
        return True
    carried = _environment(process).get(MARKER, "")
    return carried.startswith(mark) if mark.endswith("/") else carried == mark


def _environment(process: psutil.Process) -> dict[str, str]:
    """The environment of a process, as it was when its program started.

    For a moment while a program is being started, the kernel shows an empty one; a kernel thread never has any.
    """
    for _look in range(_LOOKS):
        environment = process.environ()
        if environment or process.memory_info().vms == 0:
            return environment
        time.sleep(0.002)
    return {}


def kill_all(find: Callable[[], list[psutil.Process]]) -> None:
    """Kill what `find` finds, and again, until it finds nothing: a process may fork while its siblings die."""
    for _round in range(20):
        processes = find()
        if not processes:
            return
        for process in processes:
            with contextlib.suppress(psutil.Error):
                process.kill()
        _wait_until_dead(processes)


def _wait_until_dead(processes: list[psutil.Process]) -> None:
    """Wait, at most `PATIENCE` seconds, until nothing of them runs.

    Not with `psutil.wait_procs`: it would reap our own children and take their exit codes from `subprocess`.
    """
    deadline = time.monotonic() + PATIENCE
    while any(map(_alive, processes)) and time.monotonic() < deadline:
        time.sleep(0.002)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def described(process: psutil.Process) -> str:
    """A process for a report: its id and its command line."""
    try:
        return f"{process.pid} {' '.join(process.cmdline()) or process.name()}"
    except psutil.Error:
        return str(process.pid)

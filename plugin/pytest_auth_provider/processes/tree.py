"""Find and kill the processes that a command leaves behind.

Every command carries a marker of its own in its environment, which descendants inherit, however hard they daemonize,
unless they clear it. Those are known by whom they descend from, where the system tells (`processes.spawn`).
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Container, Iterable

import psutil

MARKER = "AUTH_PROVIDER_SANDBOX"
"""The environment variable that holds the marker: the sandbox's id, a slash, the number of the command."""

PATIENCE = 5.0
"""Seconds to wait until killed processes are gone."""

_ENVIRONMENT_READS = 10
_KILL_ROUNDS = 20


def marked_processes(mark: str, older: Container[int], session: int = 0) -> list[psutil.Process]:
    """Return the living processes that carry `mark` in their environment or belong to `session`.

    A `mark` that ends in a slash matches every command of a sandbox. Process ids in `older` existed before the command
    and are skipped without a look.
    """
    found = []
    for pid in psutil.pids():
        if pid in older:
            continue
        with contextlib.suppress(psutil.Error, OSError):
            process = psutil.Process(pid)
            if _alive(process) and belongs(process, mark, session):
                found.append(process)
    return found


def living(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Return those processes that are alive; one that is dead and not yet collected is not."""
    return [process for process in processes if _alive(process)]


def belongs(process: psutil.Process, mark: str, session: int = 0) -> bool:
    """Return whether a process carries `mark` in its environment or belongs to `session`, as for `marked_processes`.

    One that starts warm carries no marker: it has the environment of the process it was forked from. Raises
    `psutil.Error` or `OSError` for a process that is gone, or that is none of ours.
    """
    if session and os.getsid(process.pid) == session:
        return True
    carried = _environment(process).get(MARKER, "")
    return carried.startswith(mark) if mark.endswith("/") else carried == mark


def _environment(process: psutil.Process) -> dict[str, str]:
    """Return the environment a process was started with.

    For a moment while a program is being started, the kernel shows an empty one; a kernel thread never has any.
    """
    for _read in range(_ENVIRONMENT_READS):
        environment = process.environ()
        if environment or process.memory_info().vms == 0:
            return environment
        time.sleep(0.002)
    return {}


def kill_all(find: Callable[[], list[psutil.Process]]) -> None:
    """Kill the processes that `find` returns, and repeat until it returns none.

    Once is not enough: a process may fork while its siblings are being killed.
    """
    for _round in range(_KILL_ROUNDS):
        processes = find()
        if not processes:
            return
        for process in processes:
            with contextlib.suppress(psutil.Error):
                process.kill()
        _wait_until_dead(processes)


def _wait_until_dead(processes: list[psutil.Process]) -> None:
    """Wait until none of the processes runs, at most `PATIENCE` seconds.

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


def describe_process(process: psutil.Process) -> str:
    """Return the process id and the command line, for a report."""
    try:
        return f"{process.pid} {' '.join(process.cmdline()) or process.name()}"
    except psutil.Error:
        return str(process.pid)

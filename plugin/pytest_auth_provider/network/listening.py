"""At which addresses of this machine a client listens, as the system tells it."""

from __future__ import annotations

import contextlib
import os
import time

import psutil

from pytest_auth_provider.processes.tree import MARKER

PAUSE = 0.01


def addresses_of(port: int, sandbox: str, patience: float = 0.0) -> list[str]:
    """Return the addresses at which programs of the sandbox with this id listen on `port`, such as `127.0.0.1`, `::`.

    Where there is none yet, it is looked again for `patience` seconds. Sockets whose owner the system does not tell are
    left out: they may be anybody's.
    """
    until = time.monotonic() + patience
    while not (found := _listening(port, sandbox)) and time.monotonic() < until:
        time.sleep(PAUSE)
    return found


def _listening(port: int, sandbox: str) -> list[str]:
    found = set()
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            address: tuple[object, ...] = tuple(connection.laddr)
            listens = connection.status == psutil.CONN_LISTEN and address[1:2] == (port,)
            if listens and connection.pid and _belongs(connection.pid, sandbox):
                found.add(str(address[0]))
    return sorted(found)


def _belongs(pid: int, sandbox: str) -> bool:
    """Return whether a process was started in the sandbox, or by this process, or is this one.

    A command that starts warm has the environment of the process that it was forked from, without a marker of its own.
    """
    with contextlib.suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        if process.environ().get(MARKER, f"{sandbox}/").startswith(f"{sandbox}/"):
            return os.getpid() in (pid, *(parent.pid for parent in process.parents())) or MARKER in process.environ()
        parent = process.parent()
        return parent is not None and parent.pid != os.getpid() and parent.environ() == process.environ()
    return False

"""At which addresses of this machine a client listens, as the system tells it."""

from __future__ import annotations

import contextlib
import time

import psutil

from pytest_auth_provider.processes.tree import belongs

PAUSE = 0.01


def addresses_of(port: int, command: int, sandbox: str, patience: float = 0.0) -> list[str]:
    """Return the addresses at which a command listens on `port`, such as `127.0.0.1`, `::`.

    `command` is its process id, which is also that of its session; `sandbox` is the id of the sandbox, whose other
    programs count, too: a command may leave its session to listen. Where nobody listens yet, it is looked again for
    `patience` seconds. Sockets whose owner the system does not tell are left out: they may be anybody's.
    """
    until = time.monotonic() + patience
    while not (found := _listening(port, command, f"{sandbox}/")) and time.monotonic() < until:
        time.sleep(PAUSE)
    return found


def _listening(port: int, command: int, mark: str) -> list[str]:
    found = set()
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            address: tuple[object, ...] = tuple(connection.laddr)
            listens = connection.status == psutil.CONN_LISTEN and address[1:2] == (port,)
            if listens and connection.pid and _is_of(connection.pid, command, mark):
                found.add(str(address[0]))
    return sorted(found)


def _is_of(pid: int, command: int, mark: str) -> bool:
    """Return whether a process is the command, or belongs to its session or its sandbox."""
    with contextlib.suppress(psutil.Error, OSError):
        return pid == command or belongs(psutil.Process(pid), mark, command)
    return False

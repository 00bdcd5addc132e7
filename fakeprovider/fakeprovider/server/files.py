"""How many files the system lets this process open; each connection is one."""

from __future__ import annotations

import contextlib
import resource
import sys
from typing import Final

_OTHERS: Final = 64
"""How many files are left to the rest of this process."""


def most_connections(besides: int = 0) -> int:
    """Return how many connections this process may have open, after `besides` others."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return sys.maxsize if files == resource.RLIM_INFINITY else max(1, files - _OTHERS - besides)


def allow_files(connections: int) -> None:
    """Let this process open as many files as it takes to have that many connections, or as many as it may.

    Only for a program of its own: every process it starts afterwards may open as many.
    """
    if most_connections() >= 2 * connections:
        return
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = 2 * connections + 2 * _OTHERS  # the protected resource may have a port of its own
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    with contextlib.suppress(OSError, ValueError):  # some systems have a lower bound that they do not tell
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

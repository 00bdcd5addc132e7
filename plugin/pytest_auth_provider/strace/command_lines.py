"""The command lines of the programs that a command starts: everybody on the machine can read them while they run.

Such programs are too short-lived to be found in the process table, so their starts are read from the system calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pytest_auth_provider.strace.tracer import DETACHED, TEXT, Tracer, calls, plain

# -A: several commands append to one log.
TRACER: Final = Tracer((*DETACHED, "-A", "--seccomp-bpf", "-s", "4096", "-e", "trace=execve,execveat"))


def started_programs(trace: str) -> Iterator[tuple[str, ...]]:
    """Yield each program that a trace shows being started: its path, then its arguments without `argv[0]`."""
    for _pid, _name, call in calls(trace):
        if (path := TEXT.search(call)) is not None:
            listed = call[path.end() :].partition("[")[2].rpartition("]")[0]
            _itself, *arguments = (plain(found[1:-1]) for found in TEXT.findall(listed))
            yield (plain(path[0][1:-1]), *arguments)

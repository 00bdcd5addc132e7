"""The command lines of the programs that a client starts: everybody on the machine can read them while they run.

Too short-lived to be found by looking, they are read from system calls: the client runs under `strace`, where that is
there and allowed (Linux; a container may forbid it).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pytest_auth_provider.checks.finding import Finding
from pytest_auth_provider.checks.secrets import WATCHED_KINDS, find_in_text
from pytest_auth_provider.strace.tracer import TEXT, calls, plain, strace_with

if TYPE_CHECKING:
    from pytest_auth_provider.clients.client import Client


# -D: the client stays our own child. -A: one file for all its commands.
_OPTIONS: Final = ("-D", "-f", "-A", "--seccomp-bpf", "-qq", "-s", "4096", "-e", "trace=execve,execveat")

CommandLine = tuple[str, ...]


class Children:
    """`client`, each command run so that the programs it starts are known; the client itself without `strace`."""

    def __init__(self, client: Client) -> None:
        program = strace_with(*_OPTIONS)
        self._log = client.sandbox.root / "children.strace"
        self.client = client.under(program, *_OPTIONS, "-o", str(self._log)) if program else client

    def command_lines(self) -> Iterator[CommandLine]:
        """Every program that was started so far, the client's own one included: its path, and its arguments."""
        text = self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""
        for _pid, _name, call in calls(text):
            if (path := TEXT.search(call)) is not None:
                listed = call[path.end() :].partition("[")[2].rpartition("]")[0]
                _itself, *arguments = (plain(found[1:-1]) for found in TEXT.findall(listed))
                yield (plain(path[0][1:-1]), *arguments)

    def findings(self) -> Iterator[Finding]:
        """Every secret in one of these command lines."""
        watched = [secret for secret in self.client.provider.secrets if secret.kind in WATCHED_KINDS]
        for program, *arguments in self.command_lines():
            yield from find_in_text(f"the command line of {program}", " ".join(arguments), watched)

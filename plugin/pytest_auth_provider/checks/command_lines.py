"""Does a client put a secret into the command line of a program it starts?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_auth_provider.checks.finding import Finding
from pytest_auth_provider.checks.secrets import find_in_text, watched
from pytest_auth_provider.strace import command_lines
from pytest_auth_provider.strace.tracer import read_log

if TYPE_CHECKING:
    from pytest_auth_provider.clients.client import Client


class ChildProcesses:
    """Record the command lines of every program that a client starts.

    `client` is the client to run: the same one under strace, or as it is where strace cannot run.
    """

    def __init__(self, client: Client) -> None:
        self._log = client.sandbox.root / "children.strace"
        wrapper = command_lines.TRACER.wrapper(self._log)
        self.client = client.under(*wrapper) if wrapper else client

    def command_lines(self) -> Iterator[tuple[str, ...]]:
        """Yield path and arguments of every program that was started so far, the client's own program included."""
        return command_lines.started_programs(read_log(self._log))

    def findings(self) -> Iterator[Finding]:
        """Yield every secret in one of these command lines."""
        secrets = watched(self.client.provider.secrets)
        for program, *arguments in self.command_lines():
            yield from find_in_text(f"the command line of {program}", " ".join(arguments), secrets)

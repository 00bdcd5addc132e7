"""A command line: every step is a process of its own."""

from __future__ import annotations

from pytest_auth_provider.clients.adapter import Step
from pytest_auth_provider.clients.kinds.kind import Execution
from pytest_auth_provider.clients.runner import Child, Command


class Processes:
    """Each step is a process."""

    def begin(self, step: Step, command: Command, watched: Command, *, apart: bool) -> Execution:  # noqa: ARG002
        """Start the process. Other kinds need to know more than this one."""
        return Child(watched)

    def restart(self) -> None:
        """Nothing lives on."""

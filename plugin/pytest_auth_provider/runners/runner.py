"""What every runner offers, and the default one: every step of an action is a process of its own."""

from __future__ import annotations

from typing import Protocol

from pytest_auth_provider.adapters.models import Step
from pytest_auth_provider.processes.runner import ChildProcess, Command, CommandResult


class Execution(Protocol):
    """A step of an action that is running."""

    @property
    def pid(self) -> int:
        """The id of the process the step runs in."""

    @property
    def running(self) -> bool:
        """Whether it still runs."""

    def interrupt(self) -> None:
        """Send SIGINT, as Ctrl-C does."""

    def kill(self) -> None:
        """Send SIGKILL."""

    def wait(self) -> CommandResult:
        """Wait until the step has ended or run into its time limit."""


class Runner(Protocol):
    """Starts the steps of one client's actions."""

    def start(self, step: Step, command: Command, watched: Command, *, background: bool) -> Execution:
        """Start a step.

        `command` is what was built from the step, `watched` the same command wrapped so that its output and its
        connections are observed. With `background` the scenario goes on while the step runs, so it must not need the
        calling thread.
        """

    def restart(self) -> None:
        """End whatever lives on between two actions."""


class ProcessRunner:
    """Run each step as a process of its own."""

    def start(self, step: Step, command: Command, watched: Command, *, background: bool) -> Execution:  # noqa: ARG002 - other runners need them
        """Start the watched command."""
        return ChildProcess(watched)

    def restart(self) -> None:
        """Do nothing: no process outlives its step."""

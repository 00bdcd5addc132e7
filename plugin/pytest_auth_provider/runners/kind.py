"""What every kind of client can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pytest_auth_provider.adapters.models import Step
from pytest_auth_provider.processes.runner import Child, Command

if TYPE_CHECKING:
    from pytest_auth_provider.processes.runner import Ended


class Execution(Protocol):
    """A step of an action that runs."""

    @property
    def pid(self) -> int:
        """The id of the process it runs in."""

    @property
    def running(self) -> bool:
        """Does it still run?"""

    def interrupt(self) -> None:
        """Press Ctrl-C."""

    def kill(self) -> None:
        """Pull the plug."""

    def wait(self) -> Ended:
        """Wait until it has ended, at the latest when its time is up."""


class Kind(Protocol):
    """Starts the steps of one client's actions."""

    def begin(self, step: Step, command: Command, watched: Command, *, apart: bool) -> Execution:
        """Start a step, as the `command` that was made of it or as that is `watched`.

        `apart` says that the scenario goes on meanwhile: nothing may wait for it then.
        """

    def restart(self) -> None:
        """End whatever lives on between two actions."""


# FROM plugin/pytest_auth_provider/clients/kinds/process.py: A command line: every step is a process of its own.


class Processes:
    """Each step is a process."""

    def begin(self, step: Step, command: Command, watched: Command, *, apart: bool) -> Execution:  # noqa: ARG002
        """Start the process. Other kinds need to know more than this one."""
        return Child(watched)

    def restart(self) -> None:
        """Nothing lives on."""

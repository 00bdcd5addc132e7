"""What every kind of client can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pytest_auth_provider.clients.adapter import Step
    from pytest_auth_provider.clients.runner import Command, Ended


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

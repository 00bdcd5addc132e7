"""An action that runs while the scenario goes on."""

from __future__ import annotations

from collections.abc import Callable

from pytest_auth_provider.clients.outcome import Outcome
from pytest_auth_provider.processes.runner import CommandResult
from pytest_auth_provider.runners import Execution


class Running:
    """A started action. Wait for its outcome, interrupt it or kill it; in the end its time limit does."""

    def __init__(self, execution: Execution, finish: Callable[[CommandResult], Outcome]) -> None:
        self._execution = execution
        self._finish = finish
        self._outcome: Outcome | None = None

    @property
    def pid(self) -> int:
        """The process id of the command."""
        return self._execution.pid

    @property
    def running(self) -> bool:
        """Does it still run?"""
        return self._execution.running

    def interrupt(self) -> None:
        """Press Ctrl-C: SIGINT to the command and its group. A command that has ended is left alone."""
        self._execution.interrupt()

    def kill(self) -> None:
        """Pull the plug: SIGKILL to the command and its group. A command that has ended is left alone."""
        self._execution.kill()

    def wait(self) -> Outcome:
        """The outcome, as soon as there is one; the same one each time."""
        if self._outcome is None:
            try:
                self._outcome = self._finish(self._execution.wait())
            except BaseException:  # Ctrl-C on pytest must not leave the client behind
                self._execution.kill()
                raise
        return self._outcome

"""The actions of a client that is one long-lived child."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_auth_provider.clients.adapter import Step
from pytest_auth_provider.clients.kinds.kind import Execution
from pytest_auth_provider.clients.kinds.stdio.dialogue import Dialogue
from pytest_auth_provider.clients.kinds.stdio.session import Session
from pytest_auth_provider.clients.runner import Command

if TYPE_CHECKING:
    from pytest_auth_provider.clients.commands import Commands


class Conversations:
    """Talks to one child, started with the first action and after it has died; it ends with the sandbox."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._session: Session | None = None

    def begin(self, step: Step, command: Command, watched: Command, *, apart: bool) -> Execution:  # noqa: ARG002
        """Send the messages of a step, behind those of the start where the child is a new one."""
        session, messages = self._session, step.send
        if session is None or not session.alive:
            session, messages = self._start(command), (*self._commands.adapter.stdio.start, *step.send)
        return Dialogue(session, messages, step.until, watched, self._commands.values.fill)

    def _start(self, command: Command) -> Session:
        program = command.argv[: len(self._commands.adapter.command)]
        self._session = Session(program, command.env, command.cwd)
        self._commands.sandbox.closing.callback(self._session.close)
        return self._session

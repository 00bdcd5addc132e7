"""One long-lived child that is sent messages on its standard input and answers on its standard output.

Conversations   starts the child with the first action, ends it with the sandbox    kind.py
  Dialogue      one step: what is sent, and what it waits for                        dialogue.py
  Session       the child: its pipes, and what has arrived                           session.py
    Inbox       answers by their id, notifications in order                          inbox.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_auth_provider.adapters.models import Step
from pytest_auth_provider.processes.runner import Command
from pytest_auth_provider.runners.kind import Execution
from pytest_auth_provider.runners.stdio.dialogue import Dialogue
from pytest_auth_provider.runners.stdio.session import Session

if TYPE_CHECKING:
    from pytest_auth_provider.clients.commands import Commands


class Conversations:
    """Talks to one child, started with the first action and after it has died; it ends with the sandbox.

    An action that begins while another one goes on has a child of its own, as a second editor would: two conversations
    in one would be one process, and not know whose notification is whose.
    """

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._talks: dict[Session, Dialogue] = {}

    def begin(self, step: Step, command: Command, watched: Command, *, apart: bool) -> Execution:  # noqa: ARG002
        """Send the messages of a step, behind those of the start where the child is a new one."""
        session, messages = self._idle(), step.send
        if session is None:
            session, messages = self._start(command), (*self._commands.adapter.stdio.start, *step.send)
        dialogue = Dialogue(session, messages, step.until, watched, self._commands.values.fill)
        self._talks[session] = dialogue
        return dialogue

    def restart(self) -> None:
        """End every child; the next action starts another one."""
        for session in self._talks:
            session.close()

    def _idle(self) -> Session | None:
        """The first child of those that nobody talks to: every action but a second one at once has the same."""
        idle = (session for session, dialogue in self._talks.items() if session.alive and not dialogue.running)
        return next(idle, None)

    def _start(self, command: Command) -> Session:
        adapter = self._commands.adapter
        program = command.argv[: len(adapter.command) + len(adapter.stdio.args)]
        session = Session(program, command.env, command.cwd)
        self._commands.sandbox.closing.callback(session.close)
        return session


__all__ = ["Conversations"]

"""What the world around a client notices while it does one action."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_auth_provider.clients.adapter import Adapter
from pytest_auth_provider.clients.runner import Command
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.network.audit import audited, contacts_in, is_audited
from pytest_auth_provider.network.contact import Contact

if TYPE_CHECKING:
    from pytest_auth_provider.browser.ears import Ears
    from pytest_auth_provider.clients.surroundings import Surroundings


class Watch:
    """Listens to the commands of one action, follows their visits to the end, and says whom they tried to reach."""

    def __init__(self, adapter: Adapter, sandbox: Sandbox, surroundings: Surroundings | None) -> None:
        self._airtight = is_audited(adapter)
        self._sandbox = sandbox
        self._world = surroundings
        self._seen = len(surroundings.gateway.contacts) if surroundings else 0
        self._heard: list[tuple[str, Ears]] = []
        self._logs: list[Path] = []

    def over(self, command: Command) -> Command:
        """The command as it is to be run, so that it is watched."""
        if self._world is None:
            return command
        ears = self._world.browser.listen(command.mark)
        self._heard.append((command.mark, ears))
        return replace(command, argv=self._audited(command.argv), on_output=ears)

    def end(self) -> tuple[Contact, ...]:
        """The action has ended: whom its commands tried to reach, besides the provider."""
        if self._world is None:
            return ()
        for mark, ears in self._heard:
            ears.close()
            self._world.browser.settle(mark)
        past = (contact for log in self._logs for contact in contacts_in(log))
        return (*self._world.contacts_since(self._seen), *past)

    def _audited(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        if not self._airtight:
            return argv
        names = (self._sandbox.root / f"connections-{number}.strace" for number in count(1))
        self._logs.append(next(name for name in names if not name.exists()))
        self._logs[-1].touch()
        return audited(argv, self._logs[-1])

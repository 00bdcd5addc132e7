"""Which commands of a client are carried over their waits: one at a time, of a client whose clock the shim moves."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from pytest_auth_provider.clock.clock import Clock
from pytest_auth_provider.clock.strategies import SHIM
from pytest_auth_provider.clock.waits import Surrounding, Waits
from pytest_auth_provider.processes.command_builder import CommandBuilder
from pytest_auth_provider.processes.runner import Command

if TYPE_CHECKING:
    from fakeprovider import Provider


class Skipping:
    """Let the waits of one client's commands be skipped. `deals_with` is whatever may do something meanwhile.

    Two commands at the same time are a race that a contract is about: both wait for real.
    """

    def __init__(self, commands: CommandBuilder, provider: Provider, deals_with: Sequence[Surrounding]) -> None:
        self._clock = Clock(commands)
        self._kind = commands.adapter.kind
        self._provider = provider
        self._deals_with = deals_with
        self._begun: list[Waits] = []

    def of(self, command: Command) -> Command:
        """Return the command so that its waits are skipped; as it is where the shim does not move its clock."""
        if self._kind != "process" or self._clock.strategy.name != "python":
            return command
        waits = Waits((self, *self._deals_with), partial(self._clock.skip, provider=self._provider))
        self._begun = [one for one in (*self._begun, waits) if one.open]
        paths = [str(SHIM), *filter(None, command.env.get("PYTHONPATH", "").split(os.pathsep))]
        path = os.pathsep.join(dict.fromkeys(paths))
        return replace(command, env={**command.env, **waits.variables, "PYTHONPATH": path}, waits=waits)

    @property
    def ports(self) -> Sequence[int]:
        """No port: commands do not speak to each other."""
        return ()

    def due_in(self) -> float:
        """Return 0.0 while several commands run, else infinity: what the others do is theirs."""
        return 0.0 if sum(waits.open for waits in self._begun) > 1 else float("inf")

    def skip(self, seconds: float) -> None:
        """Do nothing: who waits is told already."""

"""The clock of one client, moved together with the provider's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_auth_provider.clock.offset import offset_in
from pytest_auth_provider.clock.strategies import Means, means_of

if TYPE_CHECKING:
    from fakeprovider import Provider
    from pytest_auth_provider.clients.commands import Commands


class Clock:
    """Moves what every further command in a sandbox takes for the time."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    @property
    def means(self) -> Means:
        """By what it is moved."""
        return means_of(self._commands)

    def advance(self, seconds: float, provider: Provider) -> None:
        """Let `seconds` pass for client and provider alike, once each. Nothing waits.

        Where the client's clock cannot be moved, the contract does not apply to it: `NotApplicable` says why.
        """
        means = self.means
        if means.name == "tokens":
            from pytest_auth_provider.scenario import NotApplicable  # imported late: it needs pytest

            raise NotApplicable(f"the clock of {self._commands.adapter.name} cannot be moved: {means.reason}")
        variables = self._commands.sandbox.variables
        variables |= means.variables(offset_in(variables) + seconds)
        provider.clock.advance(seconds)

"""The clock of one client, moved together with the provider's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_auth_provider.clock.strategies import ClockStrategy, offset_in, strategy_for
from pytest_auth_provider.processes.command_builder import CommandBuilder
from pytest_auth_provider.scenario import NotApplicable

if TYPE_CHECKING:
    from fakeprovider import Provider


class Clock:
    """Shift the time that every further command in a client's sandbox sees."""

    def __init__(self, commands: CommandBuilder) -> None:
        self._commands = commands

    @property
    def strategy(self) -> ClockStrategy:
        """The strategy that shifts this client's clock."""
        return strategy_for(self._commands)

    def advance(self, seconds: float, provider: Provider) -> None:
        """Let `seconds` pass for the client and the provider, without waiting.

        Raises `NotApplicable`, with the reason, where the client's clock cannot be moved: contracts that need this do
        not apply to such a client.
        """
        strategy = self.strategy
        if strategy.name == "tokens":
            raise NotApplicable(f"the clock of {self._commands.adapter.name} cannot be moved: {strategy.reason}")
        variables = self._commands.sandbox.variables
        variables |= strategy.variables(offset_in(variables) + seconds)
        provider.clock.advance(seconds)

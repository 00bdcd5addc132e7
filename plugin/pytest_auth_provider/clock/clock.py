"""The clock of one client, moved together with the provider's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_auth_provider.clock.strategies import OFFSET, ClockStrategy, offset_in, strategy_for
from pytest_auth_provider.processes.command_builder import CommandBuilder
from pytest_auth_provider.scenario import NotApplicable

if TYPE_CHECKING:
    from fakeprovider import Provider


class Clock:
    """Shift the time that every further command in a client's sandbox sees, and a program that lives on there."""

    def __init__(self, commands: CommandBuilder) -> None:
        self._commands = commands

    @property
    def strategy(self) -> ClockStrategy:
        """The strategy that shifts this client's clock."""
        return strategy_for(self._commands)

    @property
    def can_be_moved(self) -> bool:
        """Whether the client's clock can be moved at all."""
        return self.strategy.name != "tokens"

    def advance(self, seconds: float, provider: Provider) -> None:
        """Let `seconds` pass for the client, its files and the provider, without waiting.

        Raises `NotApplicable`, with the reason, where the client's clock cannot be moved: contracts that need this do
        not apply to such a client.
        """
        strategy, sandbox = self.strategy, self._commands.sandbox
        if not self.can_be_moved:
            raise NotApplicable(f"the clock of {self._commands.adapter.name} cannot be moved: {strategy.reason}")
        ahead = offset_in(sandbox.variables) + seconds
        if self._commands.adapter.kind == "stdio":  # it reads the file, while it runs and when it is started again
            sandbox.variables[OFFSET] = str(ahead)
            _write_offset(_offset_file(self._commands), ahead)
        else:
            sandbox.variables |= strategy.variables(ahead)
        if strategy.moves_file_times:
            sandbox.age_files(seconds)
        provider.clock.advance(seconds)

    def skip(self, seconds: float, provider: Provider) -> None:
        """Go on as if client and provider had waited `seconds`, for the command that runs and all further ones.

        Only for a client whose clock the strategy `python` moves: the command that runs is told by `clock.waits`.
        """
        sandbox = self._commands.sandbox
        sandbox.variables |= self.strategy.variables(offset_in(sandbox.variables) + seconds)
        sandbox.age_files(seconds)
        provider.skip(seconds)


def variables_while_running(commands: CommandBuilder) -> Mapping[str, str]:
    """Return the environment variables of a program whose clock is to be moved while it runs; none where it cannot."""
    strategy = strategy_for(commands)
    if not strategy.variables_of_file(Path()):
        return {}
    file = _offset_file(commands)
    _write_offset(file, offset_in(commands.sandbox.variables))
    return strategy.variables_of_file(file)


def _offset_file(commands: CommandBuilder) -> Path:
    return commands.sandbox.root / "time-offset"


def _write_offset(file: Path, seconds: float) -> None:
    """Replace the file by another one, so that a program that reads it meanwhile finds one offset or the other."""
    new = file.with_suffix(".new")
    new.write_text(f"{seconds:+.3f}\n", encoding="ascii")
    new.replace(file)

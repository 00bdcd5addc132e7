"""From a step of an adapter to a command that can be run in a sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_auth_provider.clients.adapter import Adapter, Step
from pytest_auth_provider.clients.errors import AdapterError
from pytest_auth_provider.clients.program import find_program
from pytest_auth_provider.clients.runner import Command
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.clients.values import Values

if TYPE_CHECKING:
    from fakeprovider import Provider


@dataclass(frozen=True)
class Commands:
    """Makes the commands of one client in one sandbox. Without a provider, its addresses lead nowhere."""

    adapter: Adapter
    sandbox: Sandbox
    provider: Provider | None = None

    @property
    def values(self) -> Values:
        """What the placeholders stand for right now."""
        return Values(self.adapter, self.sandbox, self.provider)

    def make(self, step: Step, extra: Sequence[str] = (), env: Mapping[str, str] | None = None) -> Command:
        """The command of a step, with more arguments and variables where given.

        The adapter's `[files]` are there before the first one. Raises `ProgramMissing`.
        """
        self._furnish()
        fill = self.values.fill
        conversing = self.adapter.stdio.args if step.send else ()
        program, *leading = map(fill, (*self.adapter.command, *conversing))
        variables = {name: fill(value) for name, value in {**self.adapter.env, **step.env}.items()}
        return Command(
            argv=(find_program(self.adapter, program), *leading, *map(fill, step.args), *extra),
            env={**self._environment(), **variables, **(env or {})},
            cwd=self.sandbox.cwd,
            timeout=step.timeout or self.adapter.timeout,
            stdin=None if step.stdin is None else fill(step.stdin),
            terminal=self.adapter.terminal,
        )

    def _environment(self) -> dict[str, str]:
        terminal = {"TERM": "xterm"} if self.adapter.terminal else {}
        return {**self.sandbox.environment(self.sandbox.new_mark()), **terminal}

    def path(self, template: str) -> Path:
        """A path of the adapter: below HOME unless a placeholder says otherwise."""
        return self.sandbox.home / self.values.fill(template)

    def _furnish(self) -> None:
        """Write the adapter's files, once for each sandbox."""
        if self.sandbox.furnished:
            return
        self.sandbox.furnished = True
        for template, content in self.adapter.files.items():
            path = self.path(template)
            if not path.is_relative_to(self.sandbox.root):
                raise AdapterError(f"{self.adapter.source}: files: {template} is {path}, outside of the sandbox")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.values.fill(content), encoding="utf-8")

"""Build the commands of one client: an adapter's step becomes a `Command` that can run in the client's sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_auth_provider.adapters.models import Adapter, Step
from pytest_auth_provider.errors import AdapterError
from pytest_auth_provider.processes.placeholder_values import PlaceholderValues
from pytest_auth_provider.processes.program import find_program
from pytest_auth_provider.processes.runner import Command
from pytest_auth_provider.processes.sandbox import SandboxLike

if TYPE_CHECKING:
    from fakeprovider import Provider


@dataclass(frozen=True)
class CommandBuilder:
    """Build commands for one client in one sandbox. Without a provider, its URLs have no listener."""

    adapter: Adapter
    sandbox: SandboxLike
    provider: Provider | None = None

    @property
    def values(self) -> PlaceholderValues:
        """The placeholders' values as they are now."""
        return PlaceholderValues(self.adapter, self.sandbox, self.provider)

    def build(self, step: Step, extra: Sequence[str] = (), env: Mapping[str, str] | None = None) -> Command:
        """Return the command of `step`, with `extra` arguments appended and the variables of `env` set.

        The first command also writes the adapter's `[files]`. Raises `ProgramMissing`.
        """
        self._write_files()
        fill = self.values.fill
        stdio_arguments = self.adapter.stdio.args if step.send else ()
        program, *leading = map(fill, (*self.adapter.command, *stdio_arguments))
        variables = {name: fill(value) for name, value in {**self.adapter.env, **step.env}.items()}
        return Command(
            argv=(find_program(self.adapter, program), *leading, *map(fill, step.args), *extra),
            env={**self._environment(), **variables, **(env or {})},
            cwd=self.sandbox.cwd,
            timeout=step.timeout or self.adapter.timeout,
            stdin=None if step.stdin is None else fill(step.stdin),
            terminal=self.adapter.terminal,
        )

    def path(self, template: str) -> Path:
        """Return a path that the adapter names: relative to HOME, unless a placeholder makes it absolute."""
        return self.sandbox.home / self.values.fill(template)

    def _environment(self) -> dict[str, str]:
        terminal = {"TERM": "xterm"} if self.adapter.terminal else {}
        return {**self.sandbox.environment(self.sandbox.new_mark()), **terminal}

    def _write_files(self) -> None:
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

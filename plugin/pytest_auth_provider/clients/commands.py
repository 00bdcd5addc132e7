"""From a step of an adapter to a command that can be run in a sandbox."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_auth_provider.adapters.models import Adapter, Step
from pytest_auth_provider.adapters.placeholders import fill
from pytest_auth_provider.adapters.vocabulary import ENDPOINT_PLACEHOLDERS, PLACEHOLDERS, did_you_mean
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.errors import AdapterError, ProgramMissing
from pytest_auth_provider.processes.runner import Command

if TYPE_CHECKING:
    from fakeprovider import Provider


# FROM plugin/pytest_auth_provider/clients/program.py: Finding the program that an adapter names.


def find_program(adapter: Adapter, program: str) -> str:
    """The absolute path of `program`.

    A name is looked up on the PATH of pytest and then beside the Python that runs pytest, where a virtual environment
    keeps its programs; a path with a slash starts from the adapter's root. Raises `ProgramMissing`.
    """
    if os.sep in program:
        path = adapter.root / program
        if os.access(path, os.X_OK) and path.is_file():
            return str(path.absolute())
        raise _missing(adapter, program, _what_is_there(path))
    beside = str(Path(sys.executable).parent)
    path_variable = os.environ.get("PATH", os.defpath)
    found = shutil.which(program, path=path_variable) or shutil.which(program, path=beside)
    if found is None:
        searched = ", ".join(filter(None, path_variable.split(os.pathsep))) or "an empty PATH"
        raise _missing(adapter, program, f"Searched: {searched}, and {beside} (beside the Python that runs pytest)")
    return str(Path(found).absolute())


def _what_is_there(path: Path) -> str:
    if path.is_dir():
        return f"{path} is a directory"
    return f"{path} is not executable" if path.exists() else f"There is no {path}"


def _missing(adapter: Adapter, program: str, where: str) -> ProgramMissing:
    lines = [f'{adapter.source}: the program "{program}" of the client "{adapter.name}" was not found', where]
    if adapter.install:
        lines.append(f"To install it: {adapter.install}")
    return ProgramMissing("\n".join(lines))


# FROM plugin/pytest_auth_provider/clients/values.py: What stands in the place of an adapter's placeholders, for one client in one sandbox.


NOBODY = "http://127.0.0.1:9"
"""An issuer where nobody answers (port 9 is `discard`), for commands that run before there is a provider."""

_SANDBOX_PATHS = ("home", "config", "cache", "data", "state", "tmp", "cwd")


@dataclass(frozen=True)
class Values:
    """Fills placeholders. Without a provider, its addresses lead nowhere."""

    adapter: Adapter
    sandbox: Sandbox
    provider: Provider | None = None

    def fill(self, text: str) -> str:
        """`text` with every placeholder replaced."""
        return fill(text, self.of)

    def of(self, name: str) -> str:
        """The value of one placeholder."""
        if name in _SANDBOX_PATHS:
            return str(getattr(self.sandbox, name))
        if name == "python":
            return sys.executable
        if name == "client_id":
            return self.adapter.client_id
        if name == "ca_file":
            return str(self.sandbox.ca_file or (self.provider and self.provider.ca_file) or "")
        if name == "browser":
            return self.sandbox.variables["BROWSER"]
        return self._of_provider(name)

    def _of_provider(self, name: str) -> str:
        if name not in PLACEHOLDERS:
            raise AdapterError(
                f"{self.adapter.source}: not a placeholder: {{{name}}}{did_you_mean(name, PLACEHOLDERS) or '.'} "
                f"Accepted: {', '.join(PLACEHOLDERS)}"
            )
        if self.provider is None:
            return NOBODY
        if name in ENDPOINT_PLACEHOLDERS:
            return self.provider.url(name)
        return self.provider.api if name == "api" else self.provider.issuer


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

"""Build the commands of one client: an adapter's step becomes a `Command` that can run in the client's sandbox.

The values of its placeholders (`{issuer}`, `{home}`, `{client_id}`, ...) are filled in. Commands, runners, the clock
and the browser stand below `clients` and know a sandbox by the protocol `SandboxLike` only.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pytest_auth_provider.adapters.models import Adapter, Step
from pytest_auth_provider.adapters.placeholders import fill
from pytest_auth_provider.adapters.vocabulary import ENDPOINT_PLACEHOLDERS, PLACEHOLDERS, did_you_mean
from pytest_auth_provider.errors import AdapterError
from pytest_auth_provider.processes.program import find_program
from pytest_auth_provider.processes.runner import Command

if TYPE_CHECKING:
    from fakeprovider import Provider


class SandboxLike(Protocol):
    """A directory tree for one client, and the environment its commands get.

    `root` holds everything else. `home`, `config`, `cache`, `data`, `state`, `tmp` and `cwd` are placeholders of
    adapters. `bin` comes first on the PATH. `variables` may be changed: every further command gets them. `ca_file` is
    the certificate authority that clients trust, if any. `furnished` is true once the adapter's files are written. What
    is pushed on `closing` runs when the sandbox closes.
    """

    root: Path
    home: Path
    config: Path
    cache: Path
    data: Path
    state: Path
    tmp: Path
    cwd: Path
    bin: Path
    variables: dict[str, str]
    ca_file: Path | None
    furnished: bool
    closing: ExitStack

    def new_mark(self) -> str:
        """Return a value for the marker variable that no other command has."""

    def environment(self, mark: str) -> dict[str, str]:
        """Return the whole environment of a command that carries `mark`."""

    def age_files(self, seconds: float) -> None:
        """Make every file that was written so far `seconds` older."""


UNREACHABLE_ISSUER = "http://127.0.0.1:9"
"""An issuer without a listener (port 9 is `discard`), for commands that run before there is a provider."""

_OF_SANDBOX = ("home", "config", "cache", "data", "state", "tmp", "cwd", "ca_file", "browser")


@dataclass(frozen=True)
class PlaceholderValues:
    """Replace placeholders by their values. Without a provider, its URLs are `UNREACHABLE_ISSUER`.

    Without a sandbox, those that stand for something in it are refused: an answer of a server cannot have them.
    """

    adapter: Adapter
    sandbox: SandboxLike | None
    provider: Provider | None = None

    def fill(self, text: str) -> str:
        """Return `text` with every placeholder replaced. Raises `AdapterError` for a name that is no placeholder."""
        return fill(text, self.of)

    def of(self, name: str) -> str:
        """Return the value of one placeholder. Raises `AdapterError` for a name that is none."""
        if name in _OF_SANDBOX:
            return self._of_sandbox(name)
        if name == "python":
            return sys.executable
        if name == "project":
            return str(self.adapter.root)
        if name == "client_id":
            return self.adapter.client_id
        if name == "client_secret":
            return self._client_secret()
        return self._of_provider(name)

    def _of_sandbox(self, name: str) -> str:
        if self.sandbox is None:
            raise AdapterError(f"{self.adapter.source}: {{{name}}} stands for nothing in an answer of a server")
        if name == "ca_file":
            return str(self.sandbox.ca_file or (self.provider and self.provider.ca_file) or "")
        if name == "browser":
            return self.sandbox.variables["BROWSER"]
        return str(getattr(self.sandbox, name))

    def _client_secret(self) -> str:
        record = self.adapter.registered.get(self.adapter.client_id)
        secret = str(getattr(record, "secret", ""))
        if not secret:
            raise AdapterError(
                f"{self.adapter.source}: {{client_secret}}: no secret of {self.adapter.client_id!r} is known; "
                "write one into the table `registered`, under that client id"
            )
        return secret

    def _of_provider(self, name: str) -> str:
        if name not in PLACEHOLDERS:
            raise AdapterError(
                f"{self.adapter.source}: not a placeholder: {{{name}}}{did_you_mean(name, PLACEHOLDERS) or '.'} "
                f"Accepted: {', '.join(PLACEHOLDERS)}"
            )
        if self.provider is None:
            return UNREACHABLE_ISSUER
        if name in ENDPOINT_PLACEHOLDERS:
            return self._endpoint(self.provider, name)
        return self.provider.api if name == "api" else self.provider.issuer

    def _endpoint(self, provider: Provider, name: str) -> str:
        from fakeprovider import SettingError  # imported late: plugin code is loaded by every pytest run

        try:
            return provider.url(name)
        except SettingError as error:
            raise AdapterError(
                f"{self.adapter.source}: {{{name}}}: the dialect {provider.dialect.name} has no such endpoint; {error}"
            ) from None


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

"""Making the client under test: its program, its prepared HOME, its version, its sandbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_auth_provider.adapters.models import Adapter, Step
from pytest_auth_provider.checks.recorder import Record
from pytest_auth_provider.clients.client import Client
from pytest_auth_provider.clients.environment import Surroundings
from pytest_auth_provider.clients.outcome import outcome_of
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.processes.command_builder import CommandBuilder
from pytest_auth_provider.processes.program import find_program
from pytest_auth_provider.processes.runner import ChildProcess

if TYPE_CHECKING:
    from fakeprovider import Provider


# FROM plugin/pytest_auth_provider/clients/prepared_home.py: A HOME that is prepared once and copied for every test, for tools whose first run is slow.


def prepare_home(adapter: Adapter, directory: Path) -> Path | None:
    """Run the adapter's `[home] prepare` command in a sandbox at `directory`; the HOME to copy from.

    None for an adapter that prepares nothing. There is no provider yet: its addresses lead nowhere. Raises
    `ClientError` with the outcome when the command fails, `ProgramMissing` when there is no such program.
    """
    if not adapter.home.prepare:
        return None
    with Sandbox(directory) as sandbox:
        command = CommandBuilder(adapter, sandbox).build(Step(adapter.home.prepare))
        outcome = outcome_of("prepare", command, ChildProcess(command).wait())
    if not outcome.ok:
        raise ClientError(
            f'{adapter.source}: the [home] prepare command of the client "{adapter.name}" failed\n{outcome.describe()}'
        )
    return sandbox.home


@contextmanager
def provider_for(adapter: Adapter, **settings: object) -> Iterator[Provider]:
    """A provider that serves what the adapter asks for; `settings` go before the adapter's.

    Polls of device clients need no pause, so that everything runs at full speed, unless one of them says otherwise.
    """
    from fakeprovider import Provider  # imported late: plugin code is loaded by every pytest run

    settings = {"device_interval": 0, **adapter.provider, **settings}
    settings |= {"origin": adapter.public_origin} if adapter.public_origin else {}
    with Provider(adapter.dialect, **settings) as provider:  # type: ignore[arg-type]  # checked by the provider
        provider.api_routes.update(adapter.api)  # type: ignore[arg-type]  # takes any answer
        yield provider


VERSION = re.compile(r"(?<![\w.-])v?(\d+(?:\.\w+)+(?:[+-][\w.]+)*|\d+)(?![\w.-])")
"""A version, as in `acme 1.2`, `acme-cli/1.2.3 Python/3.11` and `version v1.2.3-rc1 (2026-01-31)`."""


class Workshop:
    """Makes clients in one process, and does once what need not be done for every test.

    `directory` is where prepared HOMEs and the sandbox of the version command live.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._homes: dict[str, Path | None] = {}
        self._versions: dict[str, str] = {}

    @contextmanager
    def client(self, adapter: Adapter, provider: Provider, record: Record) -> Iterator[Client]:
        """A client in a fresh sandbox where the record says; whatever it left running is ended with the block."""
        with (
            Sandbox(record.sandbox, self._home(adapter), adapter.home) as sandbox,
            Surroundings(adapter, sandbox, provider) as surroundings,
        ):
            yield Client(adapter, sandbox, provider, record, surroundings)

    def version(self, adapter: Adapter) -> str:
        """What the client prints as its version, in one line; empty where it cannot be asked, or fails to answer."""
        if adapter.name not in self._versions:
            self._versions[adapter.name] = self._ask_version(adapter) if adapter.version else ""
        return self._versions[adapter.name]

    def _home(self, adapter: Adapter) -> Path | None:
        if adapter.name not in self._homes:
            self._homes[adapter.name] = prepare_home(adapter, self._directory / f"home-{adapter.name}")
        return self._homes[adapter.name]

    def _ask_version(self, adapter: Adapter) -> str:
        with Sandbox(self._directory / f"version-{adapter.name}", self._home(adapter), adapter.home) as sandbox:
            ended = ChildProcess(CommandBuilder(adapter, sandbox).build(Step(adapter.version))).wait()
        if ended.timed_out or ended.exit_code != 0:
            return ""
        printed = ended.stdout.strip() or ended.stderr.strip()
        numbered = VERSION.search(printed)
        return numbered[1] if numbered else " ".join(printed.split())[:40]


def check_program(adapter: Adapter) -> None:
    """Make sure that the client's program is there; `ProgramMissing` otherwise."""
    program = adapter.command[0]
    if "{" not in program:
        find_program(adapter, program)

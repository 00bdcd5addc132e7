"""A HOME that is prepared once and copied for every test, for tools whose first run is slow."""

from __future__ import annotations

from pathlib import Path

from pytest_auth_provider.clients.adapter import Adapter, Step
from pytest_auth_provider.clients.commands import Commands
from pytest_auth_provider.clients.errors import ClientError
from pytest_auth_provider.clients.outcome import outcome_of
from pytest_auth_provider.clients.runner import Child
from pytest_auth_provider.clients.sandbox import Sandbox


def prepare_home(adapter: Adapter, directory: Path) -> Path | None:
    """Run the adapter's `[home] prepare` command in a sandbox at `directory`; the HOME to copy from.

    None for an adapter that prepares nothing. There is no provider yet: its addresses lead nowhere. Raises
    `ClientError` with the outcome when the command fails, `ProgramMissing` when there is no such program.
    """
    if not adapter.home.prepare:
        return None
    with Sandbox(directory) as sandbox:
        command = Commands(adapter, sandbox).make(Step(adapter.home.prepare))
        outcome = outcome_of("prepare", command, Child(command).wait())
    if not outcome.ok:
        raise ClientError(
            f'{adapter.source}: the [home] prepare command of the client "{adapter.name}" failed\n{outcome.describe()}'
        )
    return sandbox.home

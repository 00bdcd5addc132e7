"""`auth-provider clients`: the clients there are adapters for."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fakeprovider.cli.command_line import print_table
from pytest_auth_provider.adapters.loader import known_clients, load_adapter
from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.clients.factory import ClientFactory, check_program
from pytest_auth_provider.errors import ClientError, ProgramMissing


def print_clients(root: Path) -> int:
    """Print every client: where its adapter is, whether its program is there, its version and its actions.

    `root` is the project's directory, whose own clients come first. Returns the exit code 0.
    """
    rows = []
    with tempfile.TemporaryDirectory(prefix="auth-provider-") as directory:
        factory = ClientFactory(Path(directory))
        known = known_clients(root).items()
        for name, source in sorted(known, key=lambda item: (item[1] == "preset", item[0])):
            adapter = load_adapter(name, root)
            rows += [(name, f"{source}: {_version(adapter, factory)}"), ("", ", ".join(adapter.run))]
    print_table(rows)
    return 0


def _version(adapter: Adapter, factory: ClientFactory) -> str:
    """Return the version the program says it has, or why it cannot be asked."""
    try:
        check_program(adapter)
        return factory.version(adapter) or "found"
    except ProgramMissing:
        return f'the program "{adapter.command[0]}" was not found'
    except ClientError as problem:
        return str(problem).partition("\n")[0]

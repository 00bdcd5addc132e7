"""`auth-provider clients`: who can be checked."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pytest_auth_provider.clients.adapter import Adapter
from pytest_auth_provider.clients.adapter_file import known_clients, load_adapter
from pytest_auth_provider.clients.errors import ClientError, ProgramMissing
from pytest_auth_provider.making import Workshop, check_program


def list_clients(root: Path) -> int:
    """Print every client: where its adapter is, whether its program is there, its version and its actions."""
    known = known_clients(root)
    width = max(map(len, known))
    with tempfile.TemporaryDirectory(prefix="auth-provider-") as directory:
        workshop = Workshop(Path(directory))
        for name, source in sorted(known.items(), key=lambda item: (item[1] == "preset", item[0])):
            adapter = load_adapter(name, root)
            print(f"{name:{width}}  {source}: {_program(adapter, workshop)}")
            print(f"{'':{width}}  {', '.join(adapter.run)}")
    return 0


def _program(adapter: Adapter, workshop: Workshop) -> str:
    try:
        check_program(adapter)
        return workshop.version(adapter) or "found"
    except ProgramMissing:
        return f'the program "{adapter.command[0]}" was not found'
    except ClientError as problem:
        return str(problem).partition("\n")[0]

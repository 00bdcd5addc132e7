"""A second HOME on the same machine, whose credential files are links to those of the first one."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from auth_scenarios.stored import stored_credentials
from pytest_auth_provider import Client


class SecondHome:
    """A copy of a client's HOME beside it, in which the credential files are symbolic links to the true ones.

    Raises `CannotTell` where there are no credential files that could be found.
    """

    def __init__(self, client: Client) -> None:
        self._first = client.sandbox.home
        self._second = client.sandbox.root / "second-home"
        self._inherited = dict(client.sandbox.variables)
        shutil.copytree(self._first, self._second, symlinks=True)
        for file in stored_credentials(client):
            link = self._moved(file.path)
            link.unlink()
            link.symlink_to(file.path)

    @property
    def variables(self) -> Mapping[str, str]:
        """The variables with which a command of the client has this HOME, and the XDG directories in it."""
        below = str(self._first)
        return {
            name: str(self._moved(Path(value))) for name, value in self._inherited.items() if value.startswith(below)
        }

    def _moved(self, path: Path) -> Path:
        return self._second / path.relative_to(self._first)

"""Damage to the files that hold credentials: what a crash, another program or an administrator leaves behind."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pytest_auth_provider.clients.errors import ClientError
from pytest_auth_provider.clients.saved_files import SavedFiles

FOREIGN = b'[{"written by": "another program", "version": 99}]\n'
"""Well-formed, and nothing any client would store its sessions as."""


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _make_foreign(path: Path) -> None:
    path.write_bytes(FOREIGN)


def _make_read_only(path: Path) -> None:
    path.chmod(stat.S_IRUSR)
    path.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)


DAMAGES: Mapping[str, Callable[[Path], None]] = {
    "truncated": _truncate,
    "empty": _empty,
    "foreign": _make_foreign,
    "read_only": _make_read_only,
}
"""The name of a damage -> what does it to one file. Root writes where nothing may be written: see `Client.confined`."""


@dataclass(frozen=True)
class Damage:
    """Damage that was done, and can be undone."""

    saved: SavedFiles
    modes: Mapping[Path, int]
    """The permission bits of the files and their directories, as they were."""

    @classmethod
    def do(cls, kind: str, files: Iterable[Path]) -> Damage:
        """Damage these files. Raises `ClientError` where there are none, or for a damage there is not."""
        if kind not in DAMAGES:
            raise ClientError(f'no damage is called "{kind}"; there are: {", ".join(DAMAGES)}')
        paths = tuple(files)
        if not paths:
            raise ClientError(f"nothing to damage ({kind}): no file of the client holds an issued token")
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (*(path.parent for path in paths), *paths)}
        damage = cls(SavedFiles.of(paths), modes)
        for path in paths:
            DAMAGES[kind](path)
        return damage

    def allow_writing(self) -> None:
        """Give back the rights, whatever the files hold by now."""
        for path, mode in self.modes.items():
            if path.exists():
                path.chmod(mode)

    def undo(self) -> None:
        """Make the files and the rights on them what they were."""
        self.allow_writing()
        self.saved.put_back()

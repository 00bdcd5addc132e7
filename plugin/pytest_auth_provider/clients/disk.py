"""The files a client keeps, and what can happen to them: damage, a full disk, a crash in the middle of a write."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from pytest_auth_provider.clients import confine
from pytest_auth_provider.clients.credentials import CredentialFile
from pytest_auth_provider.clients.disk_run import DiskRun, Keeper, run_on_disk
from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.outcome.files import mode_bits
from pytest_auth_provider.seccomp.disk_fault import MOMENTS, Full, KilledAt, ReadOnly

FOREIGN = b'[{"written by": "another program", "version": 99}]\n'
"""Well-formed JSON that no client would store its sessions as."""


@dataclass(frozen=True)
class SavedFiles:
    """Copies of some files: path -> content and permission bits."""

    contents: Mapping[Path, tuple[bytes, int]] = field(repr=False)

    @classmethod
    def of(cls, paths: Iterable[Path]) -> SavedFiles:
        """Copy the files at `paths` as they are now."""
        return cls({path: (path.read_bytes(), mode_bits(path.stat())) for path in paths})

    def put_back(self) -> None:
        """Write every file as it was, by a rename: a client that reads meanwhile sees the old file or the new one."""
        for path, (content, mode) in self.contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.put-back")
            draft.touch(mode=0o600)
            draft.write_bytes(content)
            draft.chmod(mode)
            draft.replace(path)


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
"""Name of a damage -> the function that does it to one file. Root ignores `read_only`, unless `Disk.confined`."""


@dataclass(frozen=True)
class Damage:
    """Damage that was done to files and can be undone. `modes` are the old bits of the files and their directories."""

    saved: SavedFiles
    modes: Mapping[Path, int]

    @classmethod
    def do(cls, kind: str, files: Iterable[Path]) -> Damage:
        """Damage these files. Raises `ClientError` where there are none, or for a kind of damage there is not."""
        if kind not in DAMAGES:
            raise ClientError(f'no damage is called "{kind}"; there are: {", ".join(DAMAGES)}')
        paths = tuple(files)
        if not paths:
            raise ClientError(f"nothing to damage ({kind}): no file of the client holds an issued token")
        modes = {path: mode_bits(path.stat()) for path in (*(path.parent for path in paths), *paths)}
        damage = cls(SavedFiles.of(paths), modes)
        for path in paths:
            DAMAGES[kind](path)
        return damage

    def allow_writing(self) -> None:
        """Give files and directories their old permission bits; the contents stay as they are."""
        for path, mode in self.modes.items():
            if path.exists():
                path.chmod(mode)

    def undo(self) -> None:
        """Give files and directories their old permission bits, and the files their old contents."""
        self.allow_writing()
        self.saved.put_back()


AnyKeeper = TypeVar("AnyKeeper", bound=Keeper)


class Disk(Generic[AnyKeeper]):
    """Copy, damage and limit the files of one client."""

    def __init__(self, client: AnyKeeper) -> None:
        self._client = client

    def remember(self) -> SavedFiles:
        """Copy the credential files, to put them back later with `restore`."""
        return SavedFiles.of(self._stored())

    def restore(self, saved: SavedFiles) -> None:
        """Make the credential files what they were, as if another process had written them or a backup came back.

        Credential files that were not there when they were remembered are removed.
        """
        for path in self._stored():
            if path not in saved.contents:
                path.unlink(missing_ok=True)
        saved.put_back()

    def damage(self, kind: str) -> Damage:
        """Damage the credential files: `truncated`, `empty`, `foreign` or `read_only`.

        Returns the damage, which can be undone. Raises `ClientError` where there are no credential files.
        """
        return Damage.do(kind, self._stored())

    def confined(self) -> AnyKeeper:
        """Return the same client with permission bits that hold even for root."""
        return self._client.under(sys.executable, "-I", "-S", confine.__file__)

    def kill_while_writing(self, action: str, moment: str = "first-write") -> DiskRun:
        """Run an action and kill it (SIGKILL) right before it makes a change where its credentials are.

        `moment` says at which: `first-write`, `replacement`, `replaced` or `later` (`KilledAt` tells them). Whether it
        came to that is `met` of what is returned: an action that makes no such change ends by itself. Raises
        `ClientError` like `full`, and for a moment there is not.
        """
        if moment not in MOMENTS:
            raise ClientError(f'there is no moment "{moment}" of a write; there are: {", ".join(MOMENTS)}')
        stores = frozenset(file.path for file in self._credentials("kill_while_writing"))
        return run_on_disk(self._client, action, KilledAt(moment, stores))

    def full(self, action: str, largest: int = 0) -> DiskRun:
        """Run an action on a full disk: no file beside its credentials can grow beyond `largest` bytes.

        What still fits is written. `met` of what is returned tells whether any write was cut. Raises `ClientError`
        where the client has no credential files, and on machines whose system calls cannot be held.
        """
        self._credentials("full")
        return run_on_disk(self._client, action, Full(largest))

    def read_only(self, action: str) -> DiskRun:
        """Run an action where nothing beside its credentials can be written, created, moved or removed (EROFS).

        `met` of what is returned tells whether it tried. Raises `ClientError` like `full`.
        """
        self._credentials("read_only")
        return run_on_disk(self._client, action, ReadOnly())

    def _credentials(self, purpose: str) -> list[CredentialFile]:
        """Return the credential files. Raises `ClientError`, which names the `purpose`, where there are none."""
        found = self._client.credentials()
        if not found:
            raise ClientError(f"nothing to watch ({purpose}): no file of the client holds an issued token")
        return found

    def _stored(self) -> list[Path]:
        return [file.path for file in self._client.credentials()]

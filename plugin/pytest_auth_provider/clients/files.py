"""The files below a directory at one moment, and which of them a command created, changed and removed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

READ_LIMIT = 8 * 1024 * 1024
"""Bytes of each file that are searched for secrets."""


@dataclass(frozen=True)
class FileState:
    """One regular file at one moment: size in bytes, permission bits, and the SHA-256 of its content.

    `sha256` is empty for a file that could not be read; `ctime_ns` is when content or mode last changed.
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    mode: int
    sha256: str

    def same(self, other: FileState) -> bool:
        """Return whether content and mode are equal; a file that was written again with what it held is the same."""
        return (self.sha256, self.mode, self.size) == (other.sha256, other.mode, other.size)


Snapshot = Mapping[Path, FileState]
"""Path -> state of every regular file at one moment."""


@dataclass(frozen=True)
class FileChanges:
    """The difference between two snapshots: paths of regular files. It is falsy where nothing changed."""

    created: tuple[Path, ...] = ()
    changed: tuple[Path, ...] = ()
    removed: tuple[Path, ...] = ()

    @property
    def written(self) -> tuple[Path, ...]:
        """The files that were created or changed."""
        return self.created + self.changed

    def __bool__(self) -> bool:
        return bool(self.created or self.changed or self.removed)

    @classmethod
    def between(cls, before: Snapshot, after: Snapshot) -> FileChanges:
        """Return how the snapshot `after` differs from `before`."""
        return cls(
            created=tuple(path for path in after if path not in before),
            changed=tuple(path for path in after if path in before and not after[path].same(before[path])),
            removed=tuple(path for path in before if path not in after),
        )


def regular_files(directory: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield every regular file below `directory`, sorted by name; links, sockets and files that vanish are skipped."""
    try:
        entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from regular_files(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry.path), entry.stat(follow_symlinks=False)
        except OSError:
            continue


def mode_bits(status: os.stat_result) -> int:
    """Return the permission bits of a file or directory, as in 0o600."""
    return stat.S_IMODE(status.st_mode)


def file_state(path: Path, status: os.stat_result) -> FileState:
    """Read the file at `path`, whose `stat` result is `status`, and return its state."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        digest = ""
    return FileState(status.st_size, status.st_mtime_ns, status.st_ctime_ns, mode_bits(status), digest)


def read_start(path: Path) -> bytes:
    """Return the first `READ_LIMIT` bytes of a file; nothing for one that is gone or that we may not read."""
    try:
        with path.open("rb") as file:
            return file.read(READ_LIMIT)
    except OSError:
        return b""

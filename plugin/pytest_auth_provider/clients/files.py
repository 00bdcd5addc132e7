"""Which files a command made, changed and removed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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
        """Same content and mode? A file that was written again with what it held is the same."""
        return (self.sha256, self.mode, self.size) == (other.sha256, other.mode, other.size)


Snapshot = Mapping[Path, FileState]


@dataclass(frozen=True)
class FileChanges:
    """The difference between two snapshots."""

    created: tuple[Path, ...] = ()
    changed: tuple[Path, ...] = ()
    removed: tuple[Path, ...] = ()

    @property
    def written(self) -> tuple[Path, ...]:
        """Files that hold something new."""
        return self.created + self.changed

    def __bool__(self) -> bool:
        return bool(self.created or self.changed or self.removed)

    @classmethod
    def between(cls, before: Snapshot, after: Snapshot) -> FileChanges:
        """What happened from `before` to `after`."""
        return cls(
            created=tuple(path for path in after if path not in before),
            changed=tuple(path for path in after if path in before and not after[path].same(before[path])),
            removed=tuple(path for path in before if path not in after),
        )


def regular_files(directory: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Every regular file below `directory` in a steady order; links, sockets and files that vanish are passed over."""
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


def file_state(path: Path, status: os.stat_result) -> FileState:
    """The state of a file, its content read."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        digest = ""
    mode = stat.S_IMODE(status.st_mode)
    return FileState(status.st_size, status.st_mtime_ns, status.st_ctime_ns, mode, digest)


def read_start(path: Path) -> bytes:
    """The first `READ_LIMIT` bytes of a file; nothing for one that is gone or closed to us."""
    try:
        with path.open("rb") as file:
            return file.read(READ_LIMIT)
    except OSError:
        return b""


# FROM plugin/pytest_auth_provider/clients/saved_files.py: Copies of files, to be put back later.


@dataclass(frozen=True)
class SavedFiles:
    """What some files held, and their permission bits."""

    contents: Mapping[Path, tuple[bytes, int]] = field(repr=False)

    @classmethod
    def of(cls, paths: Iterable[Path]) -> SavedFiles:
        """Copies of the files at `paths` as they are now."""
        return cls({path: (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) for path in paths})

    def put_back(self) -> None:
        """Write every file as it was, each in one move: a client that reads meanwhile sees the old or the new one."""
        for path, (content, mode) in self.contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.put-back")
            draft.touch(mode=0o600)
            draft.write_bytes(content)
            draft.chmod(mode)
            draft.replace(path)
